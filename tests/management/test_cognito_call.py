"""Operations from the shell."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from tests.factories import UserPoolFactory

pytestmark = pytest.mark.django_db


def run(*arguments, **options):
    out = io.StringIO()
    call_command("cognito_call", *arguments, stdout=out, **options)
    return json.loads(out.getvalue())


class TestCognitoCall:
    def test_prints_the_response_as_json(self):
        pool = UserPoolFactory(name="Käufer")

        response = run("DescribeUserPool", json.dumps({"UserPoolId": pool.pk}))

        assert response["UserPool"]["Name"] == "Käufer"
        assert isinstance(response["UserPool"]["CreationDate"], float)

    def test_reads_standard_input(self, monkeypatch):
        monkeypatch.setattr("sys.stdin", io.StringIO('{"MaxResults": 5}'))

        assert run("ListUserPools", "-") == {"UserPools": []}

    def test_makes_pools_in_a_region(self):
        assert run("CreateUserPool", '{"PoolName": "x"}', region="eu-west-3")["UserPool"]["Id"].startswith("eu-west-3_")

    def test_says_what_is_wrong_and_what_to_do(self):
        with pytest.raises(CommandError) as refusal:
            run("DescribeUserPool", '{"UserPoolId": "eu-west-1_nobody"}')

        assert str(refusal.value) == (
            "ResourceNotFoundException: User pool eu-west-1_nobody does not exist.\n"
            "There is no user pool eu-west-1_nobody here."
        )
        assert refusal.value.returncode == 1

    def test_names_unknown_operations(self):
        with pytest.raises(CommandError, match="^UnknownOperationException\n"):
            run("NoSuchOperation")

    @pytest.mark.parametrize("request_text", ["{", "[]", "5", "[" * 100_000])
    def test_refuses_what_is_no_object(self, request_text):
        with pytest.raises(CommandError, match="JSON"):
            run("ListUserPools", request_text)

    def test_ignores_unknown_members_unless_strict(self):
        request = '{"MaxResults": 5, "MaxResult": 5}'

        assert run("ListUserPools", request) == {"UserPools": []}
        with pytest.raises(CommandError, match="has no MaxResult. It has: NextToken, MaxResults"):
            run("ListUserPools", request, strict_json=True)
