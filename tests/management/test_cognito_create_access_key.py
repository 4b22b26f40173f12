"""Access keys from the shell."""

import io

import pytest
from django.core.management import CommandError, call_command

from cognito_auth.models import AccessKey, UserPool
from tests import aws
from tests.factories import UserFactory, UserPoolFactory

pytestmark = pytest.mark.django_db


def run(*arguments):
    out = io.StringIO()
    call_command("cognito_create_access_key", *arguments, stdout=out)
    return dict(line.removeprefix("export ").split("=", 1) for line in out.getvalue().splitlines())


class TestCognitoCreateAccessKey:
    def test_prints_lines_that_set_a_shell_up(self):
        lines = run("--name", "deployment")

        assert lines.keys() == {
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_DEFAULT_REGION",
            "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
        }
        assert lines["AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"] == "http://testserver/"
        client = aws.client(
            access_key_id=lines["AWS_ACCESS_KEY_ID"], secret_access_key=lines["AWS_SECRET_ACCESS_KEY"].strip("'")
        )
        assert client.list_user_pools(MaxResults=1)["UserPools"] == []

    def test_names_the_endpoint_where_the_project_has_it(self, settings):
        settings.ROOT_URLCONF = "tests.journeys.prefix_urls"

        assert run()["AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"] == "http://testserver/account/auth/"

    def test_makes_a_given_key_once(self):
        arguments = ["--access-key-id", "AKIA0123456789ABCDEF", "--secret-access-key", "s" * 40]

        assert run(*arguments) == run(*arguments)

        assert AccessKey.objects.count() == 1

    def test_keeps_the_secret_of_a_key_that_exists(self):
        first = run("--access-key-id", "AKIA0123456789ABCDEF")

        assert run("--access-key-id", "AKIA0123456789ABCDEF", "--name", "again") == first

        assert AccessKey.objects.get().name == "again"

    def test_limits_actions_and_pools(self):
        pool = UserPoolFactory()

        run("--action", "AdminGet*", "--action", "ListUsers", "--pool", pool.pk)

        key = AccessKey.objects.get()
        assert key.allowed_actions == ["AdminGet*", "ListUsers"]
        assert key.allowed_pools == [pool.pk]

    def test_gives_it_to_an_owner(self):
        owner = UserFactory(pool=UserPool.objects.get_default(), username="admin", is_staff=True)

        run("--owner", "admin")

        assert AccessKey.objects.get().owner == owner

    @pytest.mark.parametrize(
        "arguments",
        [
            ["--owner", "nobody"],
            ["--pool", "eu-west-1_nobody"],
            ["--action", "AdminGte*"],
            ["--access-key-id", ""],
            ["--access-key-id", "AKIA/0123456789ABCDEF"],
            ["--secret-access-key", ""],
        ],
    )
    def test_refuses_nonsense(self, arguments):
        with pytest.raises(CommandError):
            run(*arguments)


def test_takes_the_short_pair_of_a_test_set_up_and_says_that_it_is_weak(capsys):
    call_command("cognito_create_access_key", "--access-key-id", "test", "--secret-access-key", "test")

    printed = capsys.readouterr()
    assert "export AWS_SECRET_ACCESS_KEY=test" in printed.out
    assert "tests only" in printed.err
