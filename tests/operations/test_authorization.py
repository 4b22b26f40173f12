"""What an access key may do."""

import pytest

from cognito_auth.exceptions import AccessDeniedException, MissingAuthenticationTokenException
from cognito_auth.operations import authorization
from cognito_auth.operations.call import TRUSTED, Principal
from tests.factories import UserPoolClientFactory

POOL = "eu-west-1_AbC123xyZ"
ARN = f"arn:aws:cognito-idp:eu-west-1:000000000000:userpool/{POOL}"


def refusal_of(operation, request, *, actions=("*",), pools=("*",)):
    with pytest.raises(AccessDeniedException) as refusal:
        authorization.check(operation, request, Principal("ci", actions, pools))
    return refusal.value.message


class TestCheck:
    @pytest.mark.parametrize("actions", [["*"], ["AdminGet*"], ["ListUsers", "AdminGetUse?"]])
    def test_allows_what_a_pattern_covers(self, actions):
        authorization.check("AdminGetUser", {"UserPoolId": POOL}, Principal("ci", actions, [POOL]))

    @pytest.mark.parametrize("actions", [[], ["adminget*"], ["AdminGet"], ["Admin[G]etUser"], ["*User2"]])
    def test_refuses_what_no_pattern_covers(self, actions):
        assert refusal_of("AdminGetUser", {"UserPoolId": POOL}, actions=actions) == (
            "User: arn:aws:iam::000000000000:user/ci is not authorized to perform: cognito-idp:AdminGetUser on"
            f" resource: {ARN} because no identity-based policy allows the cognito-idp:AdminGetUser action"
        )

    def test_refuses_another_pool(self):
        assert ARN in refusal_of("AdminGetUser", {"UserPoolId": POOL}, pools=["eu-west-1_other"])

    def test_refuses_operations_on_no_pool_without_a_star(self):
        assert "on resource: * because" in refusal_of("ListUserPools", {}, pools=[POOL])

    def test_reads_the_pool_from_its_arn(self):
        authorization.check("TagResource", {"ResourceArn": ARN}, Principal("ci", ["*"], [POOL]))

        assert refusal_of("TagResource", {"ResourceArn": ARN[:-1]}, pools=[POOL])

    @pytest.mark.django_db
    def test_knows_the_pool_of_the_only_client_that_is_named(self):
        client = UserPoolClientFactory()
        principal = Principal("ci", ["*"], [client.pool_id])

        authorization.check("GetDerivedToken", {"ClientId": client.pk}, principal)

        for other in (UserPoolClientFactory().pk, "nobody"):
            assert refusal_of("GetDerivedToken", {"ClientId": other}, pools=principal.allowed_pools)

    def test_asks_for_a_signature(self):
        with pytest.raises(MissingAuthenticationTokenException):
            authorization.check("ListUserPools", {}, None)

    def test_trusts_python_code(self):
        authorization.check("ListUserPools", {}, TRUSTED)
