"""PreAuthentication and PostAuthentication."""

import pytest

from cognito_auth.models import SignInAttempt, TokenFamily, User
from tests.factories import UserPoolClientFactory, UserPoolFactory
from tests.refusals import refusal_of
from tests.services.triggers.people import FLOWS, make_client, make_jane, sign_in

pytestmark = pytest.mark.django_db
INCORRECT = ("NotAuthorizedException", "Incorrect username or password.")


class TestPreAuthentication:
    def test_is_asked_before_the_password_with_the_metadata_of_the_start(self, cognito, trigger):
        client, handler = make_client(), trigger("PreAuthentication")
        make_jane(client)

        refused = refusal_of(sign_in, cognito=cognito, client=client, password="wr0ng", ClientMetadata={"device": "tv"})

        assert refused == INCORRECT
        assert handler.sources == ["PreAuthentication_Authentication"]
        assert handler.request["validationData"] == {"device": "tv"}
        assert handler.request["userNotFound"] is False
        assert "clientMetadata" not in handler.request

    def test_refuses_without_counting_a_guess(self, cognito, trigger):
        client = make_client()
        make_jane(client)
        trigger("PreAuthentication", error=ValueError("closed"))

        for _attempt in range(7):
            refused = refusal_of(sign_in, cognito=cognito, client=client, password="wr0ng")

        assert refused == ("UserLambdaValidationException", "PreAuthentication failed with error closed.")
        assert not TokenFamily.objects.exists()

    def test_is_asked_about_unknown_people_only_where_they_are_hidden(self, cognito, trigger):
        client, handler = make_client(), trigger("PreAuthentication")
        hiding = UserPoolClientFactory(pool=client.pool, hides_users=True, explicit_auth_flows=FLOWS)

        refusal_of(sign_in, cognito=cognito, client=client)
        assert handler.events == []

        assert refusal_of(sign_in, cognito=cognito, client=hiding) == INCORRECT
        assert handler.request["userNotFound"] is True
        assert handler.request["userAttributes"] == {}
        assert handler.events[0]["userName"] == "jane"

    def test_is_asked_in_administrators_flows_and_not_at_refresh(self, cognito, trigger):
        client, handler = make_client(), trigger("PreAuthentication")
        make_jane(client)
        tokens = cognito.admin_initiate_auth(
            UserPoolId=client.pool_id,
            ClientId=client.pk,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "jane", "PASSWORD": "Passw0rd!"},
        )["AuthenticationResult"]

        cognito.initiate_auth(
            ClientId=client.pk,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]},
        )

        assert len(handler.events) == 1

    def test_goes_on_as_without_it_for_accounts_that_are_hidden(self, cognito, trigger):
        pool = UserPoolFactory(allowed_first_auth_factors=["PASSWORD"])
        hiding = UserPoolClientFactory(pool=pool, hides_users=True, explicit_auth_flows=["ALLOW_USER_AUTH"])
        make_jane(hiding, is_active=False)
        trigger("PreAuthentication")

        asked = cognito.initiate_auth(
            ClientId=hiding.pk,
            AuthFlow="USER_AUTH",
            AuthParameters={"USERNAME": "jane", "PREFERRED_CHALLENGE": "PASSWORD"},
        )

        assert SignInAttempt.objects.get().user_id is None
        assert asked["Session"]


class TestPostAuthentication:
    def test_is_told_after_the_password(self, cognito, trigger):
        client, handler = make_client(), trigger("PostAuthentication")
        make_jane(client)
        refusal_of(sign_in, cognito=cognito, client=client, password="wr0ng")

        sign_in(cognito, client, ClientMetadata={"k": "v"})

        assert handler.sources == ["PostAuthentication_Authentication"]
        assert handler.request["newDeviceUsed"] is False
        assert "clientMetadata" not in handler.request

    def test_is_told_of_a_new_device(self, cognito, trigger):
        tracked = UserPoolFactory(
            device_configuration={"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": True}
        )
        client, handler = make_client(pool=tracked), trigger("PostAuthentication")
        make_jane(client)

        assert sign_in(cognito, client)["AuthenticationResult"]["NewDeviceMetadata"]

        assert handler.request["newDeviceUsed"] is True

    def test_is_told_after_the_last_challenge_with_the_metadata_of_the_answer(self, cognito, trigger):
        client, handler = make_client(), trigger("PostAuthentication")
        make_jane(client, confirmed=False, invited=True)
        session = sign_in(cognito, client)["Session"]
        assert handler.events == []

        cognito.respond_to_auth_challenge(
            ClientId=client.pk,
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=session,
            ChallengeResponses={"USERNAME": "jane", "NEW_PASSWORD": "N3w!passw0rd"},
            ClientMetadata={"k": "v"},
        )

        assert handler.request["clientMetadata"] == {"k": "v"}
        assert handler.request["userAttributes"]["cognito:user_status"] == "CONFIRMED"

    def test_gives_no_tokens_when_it_refuses(self, cognito, trigger):
        client = make_client()
        make_jane(client)
        trigger("PostAuthentication", error=ValueError("blocked"))

        assert refusal_of(sign_in, cognito=cognito, client=client) == (
            "UserLambdaValidationException",
            "PostAuthentication failed with error blocked.",
        )
        assert not TokenFamily.objects.exists()

    def test_undoes_the_step_when_it_refuses(self, cognito, trigger):
        client = make_client()
        make_jane(client, confirmed=False, invited=True)
        trigger("PostAuthentication", error=ValueError("blocked"))
        session = sign_in(cognito, client)["Session"]

        refusal_of(
            cognito.respond_to_auth_challenge,
            ClientId=client.pk,
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=session,
            ChallengeResponses={"USERNAME": "jane", "NEW_PASSWORD": "N3w!passw0rd"},
        )

        assert User.objects.get().status == "FORCE_CHANGE_PASSWORD"
