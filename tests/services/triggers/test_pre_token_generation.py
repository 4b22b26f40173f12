"""PreTokenGeneration: versions, sources, what it may and may not change."""

import pytest

from tests.factories import GroupMembershipFactory, UserPoolGroupFactory
from tests.refusals import refusal_of
from tests.services.triggers.people import claims_after, make_client, make_jane, sign_in

pytestmark = pytest.mark.django_db
MALFORMED = ("InvalidLambdaResponseException", "Unrecognizable lambda output")
USER_SCOPE = "aws.cognito.signin.user.admin"


def add_tenant(event, context):
    """A handler as it stands in many blog posts."""
    event["response"] = {
        "claimsOverrideDetails": {
            "claimsToAddOrOverride": {"tenant": "acme", "name": event["request"]["userAttributes"]["email"]},
            "claimsToSuppress": ["email"],
            "groupOverrideDetails": {
                "groupsToOverride": ["readers"],
                "iamRolesToOverride": [],
                "preferredRole": None,
            },
        }
    }
    return event


def respond_v2(**details):
    return {"claimsAndScopeOverrideDetails": details}


class TestVersion1:
    def test_runs_a_pasted_handler(self, cognito, settings):
        client = make_client()
        jane = make_jane(client)
        GroupMembershipFactory(user=jane, group=UserPoolGroupFactory(pool=client.pool, name="admins"))
        settings.COGNITO_AUTH = {
            **settings.COGNITO_AUTH,
            "TRIGGERS": {"PreTokenGeneration": "tests.services.triggers.test_pre_token_generation.add_tenant"},
        }

        id_token, access_token = claims_after(sign_in(cognito, client))

        assert id_token["tenant"] == "acme"
        assert id_token["name"] == "jane@example.com"
        assert "email" not in id_token
        assert id_token["cognito:groups"] == access_token["cognito:groups"] == ["readers"]
        assert "tenant" not in access_token

    def test_tells_groups_and_roles(self, cognito, trigger):
        client, handler = make_client(), trigger("PreTokenGeneration")
        role = "arn:aws:iam::000000000000:role/admins"
        group = UserPoolGroupFactory(pool=client.pool, name="admins", role_arn=role)
        GroupMembershipFactory(user=make_jane(client), group=group)

        sign_in(cognito, client)

        (event,) = handler.events
        assert event["version"] == "1"
        assert event["response"] == {"claimsOverrideDetails": None}
        assert event["request"]["groupConfiguration"] == {
            "groupsToOverride": ["admins"],
            "iamRolesToOverride": [role],
            "preferredRole": role,
        }
        assert "scopes" not in event["request"]

    def test_leaves_claims_that_prove_the_token(self, cognito, trigger):
        client = make_client()
        jane = make_jane(client)
        names = ["sub", "aud", "iss", "exp", "token_use", "cognito:username", "cognito:groups", "dev:custom:x", "jti"]
        trigger(
            "PreTokenGeneration",
            {
                "claimsOverrideDetails": {
                    "claimsToAddOrOverride": dict.fromkeys(names, "forged"),
                    "claimsToSuppress": ["sub", "iss", "exp", "cognito:username"],
                }
            },
        )

        id_token, _access_token = claims_after(sign_in(cognito, client))

        assert "forged" not in id_token.values()
        assert id_token["sub"] == str(jane.sub)
        assert {"iss", "exp", "cognito:username"} <= id_token.keys()

    def test_takes_the_groups_away(self, cognito, trigger):
        client = make_client()
        GroupMembershipFactory(user=make_jane(client))
        trigger("PreTokenGeneration", {"claimsOverrideDetails": {"claimsToSuppress": ["cognito:groups"]}})

        id_token, access_token = claims_after(sign_in(cognito, client))

        assert "cognito:groups" not in id_token
        assert "cognito:groups" in access_token

    @pytest.mark.parametrize(
        "details",
        [
            "claims",
            {"claimsToAddOrOverride": {"level": 3}},
            {"claimsToSuppress": "email"},
            {"unknown": {}},
            {"groupOverrideDetails": {"groupsToOverride": "admins"}},
        ],
    )
    def test_refuses_nonsense(self, cognito, trigger, details):
        client = make_client()
        make_jane(client)
        trigger("PreTokenGeneration", {"claimsOverrideDetails": details})

        assert refusal_of(sign_in, cognito=cognito, client=client) == MALFORMED


class TestVersion2:
    def test_changes_both_tokens_with_any_json(self, cognito, trigger):
        client = make_client()
        make_jane(client)
        handler = trigger(
            "PreTokenGeneration",
            respond_v2(
                idTokenGeneration={"claimsToAddOrOverride": {"plan": {"name": "gold", "seats": 3}}},
                accessTokenGeneration={
                    "claimsToAddOrOverride": {"limits": [1, True, "x"], "client_id": "forged", "scope": "forged"},
                    "scopesToAdd": ["shop/read", "aws.cognito.forged"],
                    "scopesToSuppress": [USER_SCOPE],
                },
            ),
            version="V2_0",
        )

        id_token, access_token = claims_after(sign_in(cognito, client))

        assert handler.events[0]["version"] == "2"
        assert handler.events[0]["request"]["scopes"] == [USER_SCOPE]
        assert id_token["plan"] == {"name": "gold", "seats": 3}
        assert access_token["limits"] == [1, True, "x"]
        assert access_token["client_id"] == client.pk
        assert access_token["scope"] == "shop/read"

    @pytest.mark.parametrize("is_the_client", [True, False])
    def test_names_the_app_client_as_the_audience_of_the_access_token_and_nobody_else(
        self, cognito, trigger, is_the_client
    ):
        client = make_client()
        make_jane(client)
        audience = client.pk if is_the_client else "forged"
        changes = {"claimsToAddOrOverride": {"aud": audience}}
        trigger(
            "PreTokenGeneration",
            respond_v2(idTokenGeneration=changes, accessTokenGeneration=changes),
            version="V2_0",
        )

        id_token, access_token = claims_after(sign_in(cognito, client))

        assert id_token["aud"] == client.pk
        assert access_token.get("aud") == (client.pk if is_the_client else None)

    def test_version_3_is_told_as_such(self, cognito, trigger):
        client, handler = make_client(), trigger("PreTokenGeneration", version="V3_0")
        make_jane(client)

        sign_in(cognito, client)

        assert handler.events[0]["version"] == "3"

    @pytest.mark.parametrize(
        "details",
        [
            {"idTokenGeneration": {"claimsToAddOrOverride": {"address": {"formatted": "x"}}}},
            {"idTokenGeneration": {"claimsToAddOrOverride": {"x": float("nan")}}},
            {"idTokenGeneration": {"scopesToAdd": ["x"]}},
            {"accessTokenGeneration": {"scopesToAdd": ["a b"]}},
            {"accessTokenGeneration": {"scopesToAdd": [str(n) for n in range(5001)]}},
        ],
    )
    def test_refuses_nonsense(self, cognito, trigger, details):
        client = make_client()
        make_jane(client)
        trigger("PreTokenGeneration", respond_v2(**details), version="V2_0")

        assert refusal_of(sign_in, cognito=cognito, client=client) == MALFORMED


class TestSources:
    def test_at_refresh(self, cognito, trigger):
        client, handler = make_client(), trigger("PreTokenGeneration")
        make_jane(client)
        token = sign_in(cognito, client)["AuthenticationResult"]["RefreshToken"]

        cognito.initiate_auth(
            ClientId=client.pk,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": token},
            ClientMetadata={"not": "passed on"},
        )
        cognito.get_tokens_from_refresh_token(ClientId=client.pk, RefreshToken=token, ClientMetadata={"k": "v"})

        assert handler.sources == [
            "TokenGeneration_Authentication",
            "TokenGeneration_RefreshTokens",
            "TokenGeneration_RefreshTokens",
        ]
        assert "clientMetadata" not in handler.events[1]["request"]
        assert handler.events[2]["request"]["clientMetadata"] == {"k": "v"}

    def test_after_a_new_password(self, cognito, trigger):
        client, handler = make_client(), trigger("PreTokenGeneration")
        make_jane(client, confirmed=False, invited=True)
        session = sign_in(cognito, client)["Session"]

        cognito.respond_to_auth_challenge(
            ClientId=client.pk,
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=session,
            ChallengeResponses={"USERNAME": "jane", "NEW_PASSWORD": "N3w!passw0rd"},
        )

        assert handler.sources == ["TokenGeneration_NewPasswordChallenge"]

    def test_refuses_tokens(self, cognito, trigger):
        client = make_client()
        make_jane(client)
        trigger("PreTokenGeneration", error=ValueError("no"))

        assert refusal_of(sign_in, cognito=cognito, client=client)[1] == "PreTokenGeneration failed with error no."
