"""The life of pools."""

import functools

import pytest
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext

from cognito_auth import exceptions, models
from cognito_auth.models import User, UserAlias, UserPool
from cognito_auth.services import auth_events, user_names, user_pools
from cognito_auth.services.attributes.attribute import Attribute
from cognito_auth.services.tokens import issue
from tests.concurrency import race
from tests.factories import (
    GroupMembershipFactory,
    SchemaAttributeFactory,
    UserFactory,
    UserPoolClientFactory,
    UserPoolFactory,
    moment,
)

pytestmark = pytest.mark.django_db
NOW = moment()


class TestGet:
    def test_finds_a_pool_in_one_query(self, django_assert_num_queries):
        pool = UserPoolFactory()

        with django_assert_num_queries(1):
            assert user_pools.get(pool.pk) == pool

    @pytest.mark.parametrize("pool_id", ["eu-west-1_nothing00", "", "a\x00b"])
    def test_refuses_unknown_ids(self, pool_id):
        with pytest.raises(exceptions.ResourceNotFoundException) as caught:
            user_pools.get(pool_id)

        assert caught.value.message == f"User pool {pool_id} does not exist."


class TestCreate:
    def test_makes_a_pool_in_the_region(self):
        pool = user_pools.create(region="eu-central-1", name="people", now=NOW)

        stored = UserPool.objects.get(pk=pool.pk)
        assert stored.region == "eu-central-1"
        assert (stored.created_at, stored.strict) == (NOW, False)
        assert stored.signing_keys.count() == 2

    def test_is_strict_when_the_setting_says_so(self, settings):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "STRICT": True}

        assert user_pools.create(region="eu-west-1", name="people", now=NOW).strict
        assert not user_pools.create(region="eu-west-1", name="people", fields={"strict": False}, now=NOW).strict

    def test_makes_nothing_when_the_schema_is_wrong(self):
        with pytest.raises(exceptions.InvalidParameterException):
            user_pools.create(region="eu-west-1", name="people", schema=[Attribute("custom:a b")], now=NOW)

        assert not UserPool.objects.exists()


class TestUpdate:
    def test_sets_fields_on_instance_and_row(self):
        pool = UserPoolFactory()

        user_pools.update(pool, {"name": "renamed", "password_minimum_length": 20}, now=NOW)

        assert (pool.name, pool.password_minimum_length, pool.last_modified_at) == ("renamed", 20, NOW)
        assert UserPool.objects.get(pk=pool.pk).password_minimum_length == 20

    def test_leaves_what_others_set_meanwhile(self):
        pool = UserPoolFactory()
        UserPool.objects.filter(pk=pool.pk).update(admin_create_user_only=True)

        user_pools.update(pool, {"name": "renamed"}, now=NOW)

        assert UserPool.objects.get(pk=pool.pk).admin_create_user_only

    def test_leaves_the_instance_alone_when_refused(self):
        pool = UserPoolFactory()

        with pytest.raises(exceptions.InvalidParameterException):
            user_pools.update(pool, {"mfa_configuration": "ON"}, now=NOW)

        assert pool.mfa_configuration == "OFF"


class TestDelete:
    def test_deletes_everything_in_the_pool_and_nothing_else(self):
        pool = UserPoolFactory(alias_attributes=["email"])
        user = UserFactory(pool=pool, confirmed=True)
        user_names.sync_aliases(user)
        GroupMembershipFactory(user=user)
        client = UserPoolClientFactory(pool=pool, secret="s" * 30)
        SchemaAttributeFactory(pool=pool)
        models.TokenFamily.objects.create(user=user, client=client, scope="", authenticated_at=NOW, expires_at=NOW)
        models.AuthEvent.objects.create(pool=pool, type="SignIn", response="Fail", created_at=NOW)
        other = UserFactory()

        user_pools.delete(pool)

        assert list(User.objects.all()) == [other]
        assert list(UserPool.objects.all()) == [other.pool]
        for model in (
            UserAlias,
            models.GroupMembership,
            models.UserPoolClient,
            models.SchemaAttribute,
            models.TokenFamily,
            models.AuthEvent,
        ):
            assert not model.objects.exists()

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_is_not_held_up_by_people_who_sign_in_meanwhile(self):
        for _turn in range(5):
            client = UserPoolClientFactory()
            people = UserFactory.create_batch(4, pool=client.pool, confirmed=True)

            def sign_in(user, client=client):
                for _time in range(5):
                    issue.issue(user, client, authenticated_at=NOW, token_epoch=0, now=NOW)
                    auth_events.record("SignIn", "Fail", pool=client.pool, user=user, origin=None, now=NOW)

            outcomes = race(
                functools.partial(user_pools.delete, client.pool),
                *[functools.partial(sign_in, user) for user in people],
            )

            assert outcomes[0] is None
            assert not User.objects.exists()

    def test_goes_in_batches_and_tells_how_far_it_is(self, monkeypatch):
        pool = UserPoolFactory()
        UserFactory.create_batch(7, pool=pool)
        monkeypatch.setattr(user_pools, "_BATCH", 3)
        progress = []

        user_pools.delete(pool, progress=lambda done, total: progress.append((done, total)))

        assert progress == [(3, 7), (6, 7), (7, 7)]

    def test_goes_on_after_an_interruption(self, monkeypatch):
        pool = UserPoolFactory()
        UserFactory.create_batch(7, pool=pool)
        monkeypatch.setattr(user_pools, "_BATCH", 3)

        def interrupt(done, total):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            user_pools.delete(pool, progress=interrupt)
        assert User.objects.count() == 4
        user_pools.delete(pool)

        assert not UserPool.objects.exists()

    def test_collects_again_when_somebody_signs_up_meanwhile(self, monkeypatch):
        pool = UserPoolFactory()
        delete = UserPool.delete
        attempts = []

        def fail_once(self, *args, **kwargs):
            attempts.append(1)
            if len(attempts) == 1:
                raise IntegrityError
            return delete(self, *args, **kwargs)

        monkeypatch.setattr(UserPool, "delete", fail_once)

        user_pools.delete(pool)

        assert len(attempts) == 2
        assert not UserPool.objects.exists()

    def test_gives_up_in_the_end(self, monkeypatch):
        pool = UserPoolFactory()

        def fail(self, *args, **kwargs):
            raise IntegrityError

        monkeypatch.setattr(UserPool, "delete", fail)

        with pytest.raises(IntegrityError):
            user_pools.delete(pool)

    def test_accepts_that_another_deleted_it_first(self):
        pool = UserPoolFactory()
        UserPool.objects.filter(pk=pool.pk).delete()

        user_pools.delete(pool)

    def test_refuses_protected_pools(self):
        with pytest.raises(exceptions.InvalidParameterException, match="deletion protection is activated"):
            user_pools.delete(UserPoolFactory(deletion_protection=True))

    def test_keeps_the_pool_of_staff(self):
        with pytest.raises(exceptions.InvalidParameterException, match="staff"):
            user_pools.delete(UserPoolFactory(is_default=True))

    def test_says_when_other_apps_protect_its_users(self, monkeypatch):
        pool = UserPoolFactory()

        def protect(pool, progress):
            raise ProtectedError("orders", set())

        monkeypatch.setattr(user_pools, "_delete_users", protect)

        with pytest.raises(exceptions.InvalidParameterException, match="other records refer to its users"):
            user_pools.delete(pool)


class TestEstimatedNumberOfUsers:
    def test_is_exact_for_small_pools(self):
        pool = UserPoolFactory()
        UserFactory.create_batch(3, pool=pool)
        UserFactory()

        assert user_pools.estimated_number_of_users(pool) == 3

    def test_counts_large_pools_once_a_minute_or_asks_the_planner(self, monkeypatch, django_assert_num_queries):
        pool = UserPoolFactory()
        UserFactory.create_batch(5, pool=pool)
        monkeypatch.setattr(user_pools, "_COUNTED_EXACTLY", 2)

        first = user_pools.estimated_number_of_users(pool)
        UserFactory(pool=pool)
        with CaptureQueriesContext(connection_of(pool)) as queries:
            second = user_pools.estimated_number_of_users(pool)

        assert first >= 3
        assert second == first
        assert not any("COUNT" in query["sql"] and "LIMIT" not in query["sql"] for query in queries)


def connection_of(pool):
    from django.db import connections

    return connections[pool._state.db]
