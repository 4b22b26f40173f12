"""Second secrets of app clients."""

from functools import partial

import pytest

from cognito_auth import exceptions
from cognito_auth.models import UserPoolClientSecret
from cognito_auth.services import user_pool_client_secrets, user_pool_clients
from tests.concurrency import race
from tests.factories import UserPoolClientFactory, moment

pytestmark = pytest.mark.django_db
NOW = moment()
SECRET = "x" * 40


def ids_of(client):
    return [secret.secret_id for secret in user_pool_client_secrets.of(client)]


def first_of(client):
    return UserPoolClientSecret.objects.get(client=client, slot=1).secret_id


class TestAdd:
    def test_makes_two_work(self):
        client = user_pool_clients.get(UserPoolClientFactory(secret=SECRET).pk)

        added = user_pool_client_secrets.add(client, now=NOW)

        assert user_pool_clients.secrets_of(client) == [SECRET, added.value]
        assert user_pool_clients.secrets_of(user_pool_clients.get(client.pk)) == [SECRET, added.value]

    def test_gives_ids_of_their_own_within_one_second(self):
        client = UserPoolClientFactory(secret=SECRET)
        UserPoolClientSecret.objects.update(created_at=NOW)

        user_pool_client_secrets.add(client, now=NOW)

        assert ids_of(client) == [f"{client.pk}--{int(NOW.timestamp()) + second}" for second in (0, 1)]

    def test_refuses_a_client_that_is_gone(self):
        client = UserPoolClientFactory(secret=SECRET)
        type(client).objects.all().delete()

        with pytest.raises(exceptions.ResourceNotFoundException):
            user_pool_client_secrets.add(client, now=NOW)

    def test_refuses_a_third(self):
        client = UserPoolClientFactory(secret=SECRET)
        user_pool_client_secrets.add(client, now=NOW)

        with pytest.raises(exceptions.LimitExceededException):
            user_pool_client_secrets.add(client, now=NOW)

    def test_makes_no_public_client_confidential(self):
        with pytest.raises(exceptions.InvalidParameterException):
            user_pool_client_secrets.add(UserPoolClientFactory(), now=NOW)

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_lets_one_of_several_have_the_last_slot(self):
        client = UserPoolClientFactory(secret=SECRET)

        outcomes = race(*[partial(user_pool_client_secrets.add, client, now=NOW)] * 4)

        assert sum(isinstance(outcome, exceptions.LimitExceededException) for outcome in outcomes) == 3
        assert UserPoolClientSecret.objects.count() == 2


class TestDelete:
    def test_stops_it_at_once(self):
        client = user_pool_clients.get(UserPoolClientFactory(secret=SECRET).pk)
        added = user_pool_client_secrets.add(client, now=NOW)

        user_pool_client_secrets.delete(client, first_of(client))

        assert user_pool_clients.secrets_of(client) == [added.value]
        assert user_pool_client_secrets.add(client, now=NOW).slot == 1

    def test_refuses_an_unknown_id_and_that_of_another_client(self):
        client, other = UserPoolClientFactory(secret=SECRET), UserPoolClientFactory(secret=SECRET)
        user_pool_client_secrets.add(client, now=NOW)

        for secret_id in ("nothing", first_of(other)):
            with pytest.raises(exceptions.ResourceNotFoundException):
                user_pool_client_secrets.delete(client, secret_id)

    def test_keeps_the_last(self):
        client = UserPoolClientFactory(secret=SECRET)

        with pytest.raises(exceptions.InvalidParameterException):
            user_pool_client_secrets.delete(client, first_of(client))

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_leaves_one_when_two_are_deleted_together(self):
        client = UserPoolClientFactory(secret=SECRET)
        user_pool_client_secrets.add(client, now=NOW)

        outcomes = race(*(partial(user_pool_client_secrets.delete, client, secret_id) for secret_id in ids_of(client)))

        assert sum(isinstance(outcome, exceptions.InvalidParameterException) for outcome in outcomes) == 1
        assert UserPoolClientSecret.objects.count() == 1
