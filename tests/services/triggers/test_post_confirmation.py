"""PostConfirmation_ConfirmSignUp and PostConfirmation_ConfirmForgotPassword."""

import pytest

from cognito_auth.choices import UserStatus
from cognito_auth.models import TokenFamily, User
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory
from tests.mail import code_from_email
from tests.mfa import mailed_code
from tests.refusals import refusal_of
from tests.services.triggers.people import make_client, make_jane, sign_in, sign_up

pytestmark = pytest.mark.django_db(transaction=True)
REFUSED = ("UserLambdaValidationException", "PostConfirmation failed with error no profile.")


def confirm(cognito, client, **more):
    return cognito.confirm_sign_up(ClientId=client.pk, Username="jane", ConfirmationCode=code_from_email(), **more)


def reset(cognito, client, **more):
    return cognito.confirm_forgot_password(
        ClientId=client.pk, Username="jane", ConfirmationCode=code_from_email(), Password="N3w!passw0rd", **more
    )


class TestConfirmSignUp:
    def test_is_told_of_a_confirmed_user(self, cognito, trigger):
        client, handler = make_client(), trigger("PostConfirmation")
        sign_up(cognito, client, ClientMetadata={"only": "sign-up"})

        confirm(cognito, client, ClientMetadata={"k": "v"})

        (event,) = handler.events
        assert event["triggerSource"] == "PostConfirmation_ConfirmSignUp"
        assert event["request"]["userAttributes"]["cognito:user_status"] == "CONFIRMED"
        assert event["request"]["userAttributes"]["email_verified"] == "true"
        assert event["request"]["clientMetadata"] == {"k": "v"}

    def test_is_told_once_of_a_sign_up_that_is_confirmed_at_once(self, cognito, trigger):
        handler = trigger("PostConfirmation")
        trigger("PreSignUp", {"autoConfirmUser": True})

        sign_up(cognito, make_client())

        assert handler.sources == ["PostConfirmation_ConfirmSignUp"]

    def test_is_told_when_an_administrator_confirms(self, cognito, trigger):
        client, handler = make_client(), trigger("PostConfirmation")
        sign_up(cognito, client)

        cognito.admin_confirm_sign_up(UserPoolId=client.pool_id, Username="jane", ClientMetadata={"k": "v"})

        (event,) = handler.events
        assert event["callerContext"]["clientId"] == "CLIENT_ID_NOT_APPLICABLE"
        assert event["request"]["clientMetadata"] == {"k": "v"}

    def test_leaves_the_user_confirmed_when_it_fails(self, cognito, trigger):
        client = make_client()
        trigger("PostConfirmation", error=ValueError("no profile"))
        sign_up(cognito, client)

        assert refusal_of(confirm, cognito=cognito, client=client) == REFUSED
        assert User.objects.get().status == UserStatus.CONFIRMED

    @pytest.mark.parametrize("by_admin", [False, True])
    def test_undoes_the_confirmation_where_the_project_wants_that(self, cognito, trigger, settings, by_admin):
        client = make_client()
        trigger("PostConfirmation", error=ValueError("no profile"))
        settings.COGNITO_AUTH["TRANSACTIONAL_POST_CONFIRMATION"] = True
        sign_up(cognito, client)

        if by_admin:
            refused = refusal_of(cognito.admin_confirm_sign_up, UserPoolId=client.pool_id, Username="jane")
        else:
            refused = refusal_of(confirm, cognito=cognito, client=client)

        assert refused == REFUSED
        assert User.objects.get().status == UserStatus.UNCONFIRMED
        trigger("PostConfirmation")
        confirm(cognito, client)

    def test_undoes_a_sign_up_that_was_confirmed_at_once(self, cognito, trigger, settings):
        trigger("PreSignUp", {"autoConfirmUser": True})
        trigger("PostConfirmation", error=ValueError("no profile"))
        settings.COGNITO_AUTH["TRANSACTIONAL_POST_CONFIRMATION"] = True

        assert refusal_of(sign_up, cognito=cognito, client=make_client()) == REFUSED
        assert not User.objects.exists()

    def test_undoes_nothing_in_strict_pools(self, cognito, trigger, settings):
        client = make_client(pool__strict=True)
        trigger("PostConfirmation", error=ValueError("no profile"))
        settings.COGNITO_AUTH["TRANSACTIONAL_POST_CONFIRMATION"] = True
        sign_up(cognito, client)

        assert refusal_of(confirm, cognito=cognito, client=client) == REFUSED
        assert User.objects.get().status == UserStatus.CONFIRMED


class TestSignInWithoutAPassword:
    """A code to the address confirms the account while the person signs in."""

    @pytest.fixture
    def client(self):
        pool = UserPoolFactory(allowed_first_auth_factors=["PASSWORD", "EMAIL_OTP"])
        client = UserPoolClientFactory(pool=pool, explicit_auth_flows=["ALLOW_USER_AUTH"])
        UserFactory(pool=pool, username="jane")
        return client

    def start(self, cognito, client):
        return cognito.initiate_auth(
            ClientId=client.pk,
            AuthFlow="USER_AUTH",
            AuthParameters={"USERNAME": "jane", "PREFERRED_CHALLENGE": "EMAIL_OTP"},
        )

    def finish(self, cognito, client, asked):
        return cognito.respond_to_auth_challenge(
            ClientId=client.pk,
            ChallengeName="EMAIL_OTP",
            Session=asked["Session"],
            ChallengeResponses={"USERNAME": "jane", "EMAIL_OTP_CODE": mailed_code(8)},
            ClientMetadata={"k": "v"},
        )

    def test_is_told_once(self, cognito, trigger, client):
        handler = trigger("PostConfirmation")

        assert self.finish(cognito, client, self.start(cognito, client))["AuthenticationResult"]
        assert self.finish(cognito, client, self.start(cognito, client))["AuthenticationResult"]

        (event,) = handler.events
        assert event["triggerSource"] == "PostConfirmation_ConfirmSignUp"
        assert event["request"]["userAttributes"]["cognito:user_status"] == "CONFIRMED"
        assert event["request"]["userAttributes"]["email_verified"] == "true"
        assert event["request"]["clientMetadata"] == {"k": "v"}

    def test_leaves_the_user_confirmed_and_signs_nobody_in_when_it_fails(self, cognito, trigger, client):
        trigger("PostConfirmation", error=ValueError("no profile"))
        asked = self.start(cognito, client)

        assert refusal_of(self.finish, cognito=cognito, client=client, asked=asked) == REFUSED
        assert User.objects.get().status == UserStatus.CONFIRMED
        assert not TokenFamily.objects.exists()
        assert self.finish(cognito, client, self.start(cognito, client))["AuthenticationResult"]

    def test_undoes_the_confirmation_where_the_project_wants_that(self, cognito, trigger, settings, client):
        trigger("PostConfirmation", error=ValueError("no profile"))
        settings.COGNITO_AUTH["TRANSACTIONAL_POST_CONFIRMATION"] = True
        asked = self.start(cognito, client)

        assert refusal_of(self.finish, cognito=cognito, client=client, asked=asked) == REFUSED
        assert User.objects.get().status == UserStatus.UNCONFIRMED
        assert not TokenFamily.objects.exists()
        trigger("PostConfirmation")
        assert self.finish(cognito, client, asked)["AuthenticationResult"]


class TestConfirmForgotPassword:
    def test_is_told_of_the_new_password(self, cognito, trigger):
        client, handler = make_client(), trigger("PostConfirmation")
        make_jane(client)
        cognito.forgot_password(ClientId=client.pk, Username="jane")

        reset(cognito, client, ClientMetadata={"k": "v"})

        assert handler.sources == ["PostConfirmation_ConfirmForgotPassword"]
        assert handler.request["clientMetadata"] == {"k": "v"}

    def test_keeps_the_new_password_when_it_fails(self, cognito, trigger):
        client = make_client()
        make_jane(client)
        trigger("PostConfirmation", error=ValueError("no profile"))
        cognito.forgot_password(ClientId=client.pk, Username="jane")

        assert refusal_of(reset, cognito=cognito, client=client) == REFUSED
        assert sign_in(cognito, client, password="N3w!passw0rd")

    def test_keeps_the_old_password_where_the_project_wants_that(self, cognito, trigger, settings):
        client = make_client()
        make_jane(client)
        trigger("PostConfirmation", error=ValueError("no profile"))
        settings.COGNITO_AUTH["TRANSACTIONAL_POST_CONFIRMATION"] = True
        cognito.forgot_password(ClientId=client.pk, Username="jane")

        assert refusal_of(reset, cognito=cognito, client=client) == REFUSED
        assert sign_in(cognito, client)
