"""PostConfirmation_ConfirmSignUp and PostConfirmation_ConfirmForgotPassword."""

import pytest

from cognito_auth.choices import UserStatus
from cognito_auth.models import User
from tests.mail import code_from_email
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
