"""Authentication levels through the API."""

import jwt
import pytest

from tests.factories import UserFactory, UserPoolClientFactory
from tests.refusals import refusal_of


@pytest.fixture
def client(db):
    return UserPoolClientFactory(explicit_auth_flows=["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH"])


class TestAcrConfiguration:
    def test_is_kept_and_switches_the_claims_on(self, cognito, client):
        UserFactory(pool=client.pool, username="jane", confirmed=True)
        names = {"Level1": {"AcrValue": "bronze"}}

        cognito.update_user_pool(UserPoolId=client.pool_id, AcrConfiguration=names)
        tokens = cognito.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=client.pk,
            AuthParameters={"USERNAME": "jane", "PASSWORD": "Passw0rd!"},
        )["AuthenticationResult"]

        assert cognito.describe_user_pool(UserPoolId=client.pool_id)["UserPool"]["AcrConfiguration"] == names
        claims = jwt.decode(tokens["AccessToken"], options={"verify_signature": False})
        assert (claims["acr"], claims["amr"]) == ("bronze", ["pwd"])

    def test_names_each_level_differently(self, cognito, client):
        assert refusal_of(
            cognito.update_user_pool,
            UserPoolId=client.pool_id,
            AcrConfiguration={"Level1": {"AcrValue": "urn:cognito:loa:2"}},
        ) == ("InvalidParameterException", "The AcrValue of each level must be unique.")


class TestUserAuth:
    @pytest.mark.parametrize(("wanted", "challenge"), [("urn:cognito:loa:3", "EMAIL_OTP"), ("urn:cognito:loa:1", None)])
    def test_asks_for_a_second_factor_where_the_client_wants_more(self, cognito, client, wanted, challenge):
        pool = client.pool
        pool.acr_enabled, pool.mfa_configuration, pool.email_mfa_enabled = True, "OPTIONAL", True
        pool.save()
        UserFactory(pool=pool, username="jane", confirmed=True)

        answer = cognito.initiate_auth(
            AuthFlow="USER_AUTH",
            ClientId=client.pk,
            AuthParameters={
                "USERNAME": "jane",
                "PREFERRED_CHALLENGE": "PASSWORD",
                "PASSWORD": "Passw0rd!",
                "TARGET_ACR_VALUES": f"unknown {wanted}",
                "MAX_AGE": "0",
            },
        )

        assert answer.get("ChallengeName") == challenge
        assert ("AuthenticationResult" in answer) is (challenge is None)

    @pytest.mark.parametrize(
        ("parameters", "message"),
        [
            ({"MAX_AGE": "soon"}, "MAX_AGE must be a number of seconds."),
            ({"TARGET_ACR_VALUES": "x" * 3000}, "TARGET_ACR_VALUES is too long."),
        ],
    )
    def test_refuses_wishes_that_are_not_in_their_form(self, cognito, client, parameters, message):
        assert refusal_of(
            cognito.initiate_auth,
            AuthFlow="USER_AUTH",
            ClientId=client.pk,
            AuthParameters={"USERNAME": "jane", **parameters},
        ) == ("InvalidParameterException", message)
