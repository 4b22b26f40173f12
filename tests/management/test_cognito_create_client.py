"""Making app clients from the command line."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from cognito_auth.models import UserPoolClient
from tests.factories import UserPoolFactory

pytestmark = pytest.mark.django_db


def create(*arguments):
    output = StringIO()
    call_command("cognito_create_client", *arguments, stdout=output)
    return output.getvalue().splitlines()


class TestCognitoCreateClient:
    def test_makes_a_public_client_that_hides_users(self):
        pool = UserPoolFactory()

        lines = create(pool.pk, "web")

        client = UserPoolClient.objects.get()
        assert lines == [client.pk]
        assert (client.pool, client.name) == (pool, "web")
        assert client.explicit_auth_flows == ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        assert client.prevent_user_existence_errors

    def test_prints_a_secret_once(self):
        _client_id, secret = create(UserPoolFactory().pk, "backend", "--secret")

        assert UserPoolClient.objects.get().secrets.get().value == secret

    def test_takes_options(self):
        create(UserPoolFactory().pk, "web", "--flow=ALLOW_USER_SRP_AUTH", "--show-whether-users-exist")

        client = UserPoolClient.objects.get()
        assert client.explicit_auth_flows == ["ALLOW_USER_SRP_AUTH"]
        assert not client.prevent_user_existence_errors

    @pytest.mark.parametrize("name", ["", "x" * 129])
    def test_refuses_a_name_that_the_api_would(self, name):
        with pytest.raises(CommandError, match="clientName"):
            create(UserPoolFactory().pk, name)

    def test_says_when_there_is_no_such_pool(self):
        with pytest.raises(CommandError, match="There is no user pool nothing here"):
            create("nothing", "web")
