"""PreSignUp_SignUp and PreSignUp_AdminCreateUser."""

import pytest
from django.core import mail

from cognito_auth.choices import UserStatus
from cognito_auth.exceptions import PublicTriggerError
from cognito_auth.models import AuthEvent, User
from tests.factories import UserFactory, UserPoolFactory
from tests.refusals import refusal_of
from tests.services.triggers.people import EMAIL, make_client, make_jane, sign_in, sign_up

pytestmark = pytest.mark.django_db
VALIDATION = [{"Name": "captcha", "Value": "ok"}]


class TestSignUp:
    def test_is_told_of_the_sign_up_before_there_is_a_user(self, cognito, trigger):
        client, handler = make_client(), trigger("PreSignUp")

        sign_up(cognito, client, ValidationData=VALIDATION, ClientMetadata={"campaign": "x"})

        (event,) = handler.events
        assert event["triggerSource"] == "PreSignUp_SignUp"
        assert event["userName"] == "jane"
        assert event["callerContext"]["clientId"] == client.pk
        assert event["request"] == {
            "userAttributes": {"email": "jane@example.com"},
            "validationData": {"captcha": "ok"},
            "clientMetadata": {"campaign": "x"},
        }
        assert event["response"] == {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False}
        assert User.objects.get().status == UserStatus.UNCONFIRMED

    def test_refuses_and_leaves_nothing(self, cognito, trigger):
        client = make_client()
        trigger("PreSignUp", error=ValueError("no guests"))

        refused = refusal_of(sign_up, cognito=cognito, client=client)

        assert refused == ("UserLambdaValidationException", "PreSignUp failed with error no guests.")
        assert not User.objects.exists()
        assert mail.outbox == []
        assert AuthEvent.objects.get().reason == "trigger.refused"

    def test_refuses_with_words_for_the_person(self, cognito, trigger):
        trigger("PreSignUp", error=PublicTriggerError("Only for members."))

        assert refusal_of(sign_up, cognito=cognito, client=make_client()) == (
            "UserLambdaValidationException",
            "Only for members.",
        )

    def test_confirms_and_verifies(self, cognito, trigger):
        client = make_client()
        trigger("PreSignUp", {"autoConfirmUser": True, "autoVerifyEmail": True})

        answer = sign_up(cognito, client)

        user = User.objects.get()
        assert answer["UserConfirmed"] is True
        assert "CodeDeliveryDetails" not in answer
        assert user.status == UserStatus.CONFIRMED
        assert user.email_verified is True
        assert mail.outbox == []
        assert sign_in(cognito, client)["AuthenticationResult"]

    def test_confirms_without_verifying(self, cognito, trigger):
        trigger("PreSignUp", {"autoConfirmUser": True})

        sign_up(cognito, make_client())

        assert User.objects.get().email_verified is not True

    def test_takes_an_address_over_when_it_vouches_for_it(self, cognito, trigger):
        client = make_client(pool=UserPoolFactory(alias_attributes=["email"]))
        trigger("PreSignUp", {"autoConfirmUser": True, "autoVerifyEmail": True})
        sign_up(cognito, client, Username="first")

        sign_up(cognito, client, Username="second")

        assert User.objects.get(username="first").email_verified is False
        assert sign_in(cognito, client, "jane@example.com")
        assert cognito.admin_get_user(UserPoolId=client.pool_id, Username="jane@example.com")["Username"] == "second"

    @pytest.mark.parametrize("response", [{"autoVerifyPhone": True}, {"autoConfirmUser": "yes"}, {"other": 1}])
    def test_refuses_what_it_cannot_do(self, cognito, trigger, response):
        trigger("PreSignUp", response)

        refused = refusal_of(sign_up, cognito=cognito, client=make_client())

        assert refused == ("InvalidLambdaResponseException", "Unrecognizable lambda output")
        assert not User.objects.exists()

    def test_is_not_asked_about_a_taken_name(self, cognito, trigger):
        client, handler = make_client(), trigger("PreSignUp")
        make_jane(client)

        assert refusal_of(sign_up, cognito=cognito, client=client)[0] == "UsernameExistsException"
        assert handler.events == []

    def test_is_the_pools_own(self, cognito, trigger, settings):
        client, handler = make_client(), trigger("PreSignUp")
        settings.COGNITO_AUTH["TRIGGERS"][client.pool_id] = {"PreSignUp": None}

        sign_up(cognito, client)

        assert handler.events == []


class TestAdminCreateUser:
    def test_is_told_and_its_flags_do_not_count(self, cognito, trigger):
        pool, handler = UserPoolFactory(), trigger("PreSignUp", {"autoConfirmUser": True})

        cognito.admin_create_user(
            UserPoolId=pool.pk,
            Username="jane",
            UserAttributes=EMAIL,
            ValidationData=VALIDATION,
            ClientMetadata={"k": "v"},
            DesiredDeliveryMediums=["EMAIL"],
        )

        (event,) = handler.events
        assert event["triggerSource"] == "PreSignUp_AdminCreateUser"
        assert event["callerContext"]["clientId"] == "CLIENT_ID_NOT_APPLICABLE"
        assert event["request"]["validationData"] == {"captcha": "ok"}
        assert event["request"]["clientMetadata"] == {"k": "v"}
        assert User.objects.get().status == UserStatus.FORCE_CHANGE_PASSWORD

    def test_refuses_and_leaves_nothing(self, cognito, trigger):
        pool = UserPoolFactory()
        trigger("PreSignUp", error=ValueError("no"))

        refused = refusal_of(cognito.admin_create_user, UserPoolId=pool.pk, Username="jane", MessageAction="SUPPRESS")

        assert refused == ("UserLambdaValidationException", "PreSignUp failed with error no.")
        assert not User.objects.exists()

    def test_is_not_asked_about_a_taken_name(self, cognito, trigger):
        pool, handler = UserPoolFactory(), trigger("PreSignUp")
        UserFactory(pool=pool, username="jane")

        refused = refusal_of(cognito.admin_create_user, UserPoolId=pool.pk, Username="jane", MessageAction="SUPPRESS")

        assert refused == ("UsernameExistsException", "User account already exists")
        assert handler.events == []
