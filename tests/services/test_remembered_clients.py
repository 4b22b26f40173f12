"""App clients are remembered between sign-ins, and never used when the database has another version."""

import time

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from cognito_auth.choices import AuthFlow
from cognito_auth.exceptions import ResourceNotFoundException
from cognito_auth.models import SigningKey, UserPool, UserPoolClient, UserPoolClientSecret
from cognito_auth.services import remembered_clients, user_names, user_pool_clients
from cognito_auth.services.sign_in import opening
from tests.concurrency import race
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite tells no versions of rows"),
]
PARAMETERS = {"USERNAME": "jane", "PASSWORD": "irrelevant here"}


@pytest.fixture
def client():
    client = UserPoolClientFactory()
    UserFactory(pool=client.pool, username="jane", confirmed=True)
    user_pool_clients.get(client.pk)
    return client


def _open(client):
    return opening.read(client.pk, AuthFlow.USER_PASSWORD_AUTH, PARAMETERS)


def _queries_to_open(client):
    with CaptureQueriesContext(connection) as captured:
        opened = _open(client)
    return opened, len(captured)


def _from_elsewhere(call):
    """Change something over another connection, as another process would."""
    (result,) = race(call)
    assert not isinstance(result, Exception)


class TestOpening:
    def test_finds_client_pool_and_user_in_one_query(self, client):
        opened, queries = _queries_to_open(client)

        assert queries == 1
        assert opened.user is not None
        assert opened.user.username == "jane"
        assert opened.user.pool is opened.client.pool
        fresh = UserPoolClient.objects.select_related("pool").get(pk=client.pk)
        for found, expected in ((opened.client, fresh), (opened.client.pool, fresh.pool)):
            loaded = set(found.__dict__) & {field.attname for field in found._meta.concrete_fields}
            assert loaded
            assert {name: getattr(found, name) for name in loaded} == {name: getattr(expected, name) for name in loaded}

    def test_finds_an_alias_in_one_query(self):
        pool = UserPoolFactory(alias_attributes=["email"])
        client = UserPoolClientFactory(pool=pool)
        user = UserFactory(pool=pool, username="jane", email="jane@example.com", email_verified=True)
        user_names.sync_aliases(user)
        user_pool_clients.get(client.pk)

        with CaptureQueriesContext(connection) as captured:
            opened = opening.read(
                client.pk, AuthFlow.USER_PASSWORD_AUTH, {"USERNAME": "JANE@example.com", "PASSWORD": "x"}
            )

        assert len(captured) == 1
        assert opened.user == user

    def test_reads_in_full_for_an_unknown_name(self, client):
        opened = opening.read(client.pk, AuthFlow.USER_PASSWORD_AUTH, {"USERNAME": "nobody", "PASSWORD": "x"})

        assert opened.client == client
        assert opened.user is None

    def test_gives_each_caller_objects_of_their_own(self, client):
        first = _open(client).client
        first.explicit_auth_flows.append("changed")
        first.pool.auto_verified_attributes.append("changed")
        first.name = "changed"

        second = _open(client).client

        assert second.name == "web"
        assert "changed" not in second.explicit_auth_flows
        assert "changed" not in second.pool.auto_verified_attributes

    def test_reads_in_full_after_a_minute(self, client, monkeypatch):
        now = time.monotonic()
        monkeypatch.setattr(time, "monotonic", lambda: now + 61)

        assert _queries_to_open(client) == (opening.Opening(client), 1)
        # The new reading is remembered in turn.
        assert _open(client).user is not None


class TestChanges:
    def test_of_the_client_are_seen_at_once(self, client):
        _from_elsewhere(lambda: UserPoolClient.objects.filter(pk=client.pk).update(explicit_auth_flows=[]))

        assert _open(client).client.explicit_auth_flows == []

    def test_of_the_pool_are_seen_at_once(self, client):
        _from_elsewhere(lambda: UserPool.objects.filter(pk=client.pool_id).update(case_sensitive=True))

        assert _open(client).client.pool.case_sensitive

    def test_back_to_what_it_was_are_seen_too(self, client):
        for flows in ([], client.explicit_auth_flows):
            _from_elsewhere(
                lambda flows=flows: UserPoolClient.objects.filter(pk=client.pk).update(explicit_auth_flows=flows)
            )
            assert _open(client).client.explicit_auth_flows == flows

    def test_of_the_secrets_are_seen_at_once(self, client):
        _from_elsewhere(lambda: UserPoolClientSecret.objects.create(client_id=client.pk, value="x" * 30))
        assert user_pool_clients.secrets_of(_open(client).client) == ["x" * 30]

        _from_elsewhere(lambda: UserPoolClientSecret.objects.filter(client=client.pk).delete())
        assert user_pool_clients.secrets_of(_open(client).client) == []

    def test_of_another_client_that_offers_srp_are_seen_at_once(self, client):
        assert not _open(client).client.pool_offers_srp

        _from_elsewhere(lambda: UserPoolClientFactory(pool=client.pool, explicit_auth_flows=["ALLOW_USER_SRP_AUTH"]))

        assert _open(client).client.pool_offers_srp

    def test_of_the_signing_keys_are_seen_at_once(self, client):
        key = SigningKey.objects.create(
            kid="A" * 43 + "=", pool_id=client.pool_id, purpose="id", private_key_pem="pem", public_jwk={}
        )
        _from_elsewhere(lambda: UserPool.objects.filter(pk=client.pool_id).update(id_signing_key=key))

        assert _open(client).client.pool.id_signing_key_id == key.pk

    def test_a_deleted_client_is_not_found(self, client):
        _from_elsewhere(lambda: UserPoolClient.objects.filter(pk=client.pk).delete())

        with pytest.raises(ResourceNotFoundException):
            _open(client)

    def test_a_client_that_took_the_id_of_another_is_another(self, client):
        other = UserPoolFactory()
        UserFactory(pool=other, username="jane")

        def replace():
            UserPoolClient.objects.filter(pk=client.pk).delete()
            UserPoolClientFactory(id=client.pk, pool=other)

        _from_elsewhere(replace)

        assert _open(client).client.pool_id == other.pk


class TestTransactions:
    def test_see_their_own_changes_and_nobody_else_does_after_a_rollback(self, client):
        with transaction.atomic():
            for name in ("first", "second"):
                UserPoolClient.objects.filter(pk=client.pk).update(name=name)
                assert _open(client).client.name == name
            transaction.set_rollback(True)

        assert _open(client).client.name == "web"

    def test_leave_the_last_of_their_changes(self, client):
        with transaction.atomic():
            for name in ("first", "second"):
                UserPoolClient.objects.filter(pk=client.pk).update(name=name)
                user_pool_clients.get(client.pk)

        assert _open(client).client.name == "second"

    def test_with_savepoints_leave_what_was_kept(self, client):
        with transaction.atomic():
            UserPoolClient.objects.filter(pk=client.pk).update(name="kept")
            try:
                with transaction.atomic():
                    UserPoolClient.objects.filter(pk=client.pk).update(name="undone")
                    user_pool_clients.get(client.pk)
                    raise ValueError
            except ValueError:
                pass

        assert _open(client).client.name == "kept"

    def test_do_not_use_what_is_remembered(self, client):
        with transaction.atomic():
            assert remembered_clients.opened_by(client.pk, lambda found: pytest.fail("asked")) is None

    def test_of_others_are_seen_when_they_are_committed(self, client):
        seen = []

        def change():
            with transaction.atomic():
                UserPoolClient.objects.filter(pk=client.pk).update(name="changed")
                (name,) = race(lambda: _open(client).client.name)
                seen.append(name)

        _from_elsewhere(change)

        assert seen == ["web"]
        assert _open(client).client.name == "changed"


class TestFindWithClient:
    def test_knows_a_sub_only_by_its_own_query(self, client):
        sub = str(user_names.find(client.pool, "jane").sub)

        assert user_names.find_with_client(client, sub) is None
        opened = opening.read(client.pk, AuthFlow.USER_PASSWORD_AUTH, {"USERNAME": sub, "PASSWORD": "x"})
        assert opened == opening.Opening(client)
