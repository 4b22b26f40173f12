"""Making pools from the command line."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from cognito_auth.models import UserPool

pytestmark = pytest.mark.django_db


def create(*arguments):
    output = StringIO()
    call_command("cognito_create_pool", *arguments, stdout=output)
    return UserPool.objects.get(pk=output.getvalue().strip())


class TestCognitoCreatePool:
    def test_makes_a_pool_that_suits_people_and_prints_its_id(self):
        pool = create("people")

        assert (pool.name, pool.region) == ("people", "us-east-1")
        assert pool.auto_verified_attributes == ["email"]
        assert not pool.case_sensitive
        assert not pool.strict

    def test_takes_options(self):
        pool = create(
            "people",
            "--region=eu-central-1",
            "--verify=none",
            "--sign-in-with=email",
            "--sign-in-with=phone_number",
            "--case-sensitive",
            "--closed",
            "--strict",
        )

        assert pool.region == "eu-central-1"
        assert pool.auto_verified_attributes == []
        assert pool.username_attributes == ["email", "phone_number"]
        assert (pool.case_sensitive, pool.admin_create_user_only, pool.strict) == (True, True, True)

    @pytest.mark.parametrize(
        "arguments", [[""], ["x" * 129], ["people", "--region=eu/west"], ["people", "--region=a_b"]]
    )
    def test_refuses_what_the_api_would(self, arguments):
        with pytest.raises(CommandError):
            create(*arguments)

        assert not UserPool.objects.exists()

    def test_says_what_is_wrong(self):
        with pytest.raises(CommandError, match="Only one of the aliasAttributes or usernameAttributes"):
            create("people", "--sign-in-with=email", "--alias=email")
