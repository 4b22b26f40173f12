"""CustomMessage, CustomEmailSender and CustomSMSSender, for every occasion of a message."""

import json

import pytest
from django.core import mail
from django.db import transaction

from cognito_auth.models import User
from cognito_auth.services.messages.dispatch import send_serialized
from cognito_auth.services.messages.sms import locmem
from tests.factories import UserPoolClientFactory, UserPoolFactory
from tests.mail import code_from_email
from tests.refusals import refusal_of
from tests.services.triggers.people import EMAIL, make_client, make_jane, sign_in, sign_up

pytestmark = pytest.mark.django_db
queue = []
TEXTS = {
    "emailSubject": "Hello {username}",
    "emailMessage": "<p>Take {####}, {username}</p>",
    "smsMessage": "Take {####} {username}",
}


def take_over(payload):
    """Stand in for a project's queue."""
    queue.append(json.dumps(payload))


def update_email(cognito, client):
    token = sign_in(cognito, client)["AuthenticationResult"]["AccessToken"]
    cognito.update_user_attributes(
        AccessToken=token, UserAttributes=[{"Name": "email", "Value": "new@example.com"}], ClientMetadata={"k": "v"}
    )


def verify_email(cognito, client):
    token = sign_in(cognito, client)["AuthenticationResult"]["AccessToken"]
    cognito.get_user_attribute_verification_code(AccessToken=token, AttributeName="email", ClientMetadata={"k": "v"})


OCCASIONS = {
    "ForgotPassword": lambda cognito, client: cognito.forgot_password(
        ClientId=client.pk, Username="jane", ClientMetadata={"k": "v"}
    ),
    "UpdateUserAttribute": update_email,
    "VerifyUserAttribute": verify_email,
}


class TestCustomMessage:
    def test_writes_the_e_mail(self, cognito, trigger):
        client, handler = make_client(), trigger("CustomMessage", TEXTS)

        sign_up(cognito, client, ClientMetadata={"k": "v"})

        (event,) = handler.events
        assert event["triggerSource"] == "CustomMessage_SignUp"
        assert event["request"]["codeParameter"] == "{####}"
        assert event["request"]["usernameParameter"] is None
        assert event["request"]["clientMetadata"] == {"k": "v"}
        assert event["request"]["userAttributes"]["cognito:user_status"] == "UNCONFIRMED"
        assert mail.outbox[0].subject == "Hello jane"
        assert f"Take {code_from_email()}, jane" in mail.outbox[0].body

    def test_leaves_our_text_where_it_writes_none(self, cognito, trigger):
        trigger("CustomMessage")

        sign_up(cognito, make_client())

        assert code_from_email()

    def test_serves_the_code_that_is_sent_again(self, cognito, trigger):
        client, handler = make_client(), trigger("CustomMessage", TEXTS)
        sign_up(cognito, client)

        cognito.resend_confirmation_code(ClientId=client.pk, Username="jane")

        assert handler.sources == ["CustomMessage_SignUp", "CustomMessage_ResendCode"]

    @pytest.mark.parametrize("source", OCCASIONS)
    def test_serves_every_occasion(self, cognito, trigger, source):
        client, handler = make_client(), trigger("CustomMessage", TEXTS)
        make_jane(client)

        OCCASIONS[source](cognito, client)

        assert handler.sources == [f"CustomMessage_{source}"]
        assert handler.request["clientMetadata"] == {"k": "v"}
        assert "Take" in mail.outbox[-1].body

    def test_serves_administrators(self, cognito, trigger):
        pool, handler = UserPoolFactory(), trigger("CustomMessage", TEXTS)
        cognito.admin_create_user(
            UserPoolId=pool.pk, Username="jane", UserAttributes=EMAIL, DesiredDeliveryMediums=["EMAIL"]
        )
        User.objects.update(status="CONFIRMED", email_verified=True)

        cognito.admin_reset_user_password(UserPoolId=pool.pk, Username="jane")

        assert handler.sources == ["CustomMessage_AdminCreateUser", "CustomMessage_ForgotPassword"]
        assert handler.events[0]["request"]["usernameParameter"] == "{username}"

    def test_asks_for_a_link_where_the_pool_confirms_by_link(self, cognito, trigger):
        pool = UserPoolFactory(verification_message_template={"DefaultEmailOption": "CONFIRM_WITH_LINK"})
        handler = trigger("CustomMessage", {"emailMessage": "<p>Please {##confirm##}</p>"})

        sign_up(cognito, make_client(pool=pool))

        assert handler.request["codeParameter"] == handler.request["linkParameter"] == "{##Click Here##}"
        assert "http://testserver" in mail.outbox[0].body

    @pytest.mark.parametrize("text", ["no code", "{###}"])
    def test_refuses_a_text_without_the_code(self, cognito, trigger, text):
        trigger("CustomMessage", {"emailMessage": text})

        assert refusal_of(sign_up, cognito=cognito, client=make_client())[0] == "InvalidLambdaResponseException"
        assert User.objects.count() == 1
        assert mail.outbox == []

    def test_refuses_an_invitation_without_the_name(self, cognito, trigger):
        trigger("CustomMessage", {"emailMessage": "Take {####}"})

        refused = refusal_of(
            cognito.admin_create_user,
            UserPoolId=UserPoolFactory().pk,
            Username="jane",
            UserAttributes=EMAIL,
            DesiredDeliveryMediums=["EMAIL"],
        )

        assert refused[0] == "InvalidLambdaResponseException"

    def test_passes_on_its_refusal(self, cognito, trigger):
        trigger("CustomMessage", error=ValueError("no"))

        assert refusal_of(sign_up, cognito=cognito, client=make_client())[1] == "CustomMessage failed with error no."

    def test_wants_an_own_mail_server_in_strict_pools(self, cognito, trigger):
        trigger("CustomMessage", TEXTS)

        refused = refusal_of(sign_up, cognito=cognito, client=make_client(pool__strict=True))

        assert refused[0] == "InvalidLambdaResponseException"

    def test_is_not_asked_about_people_who_do_not_exist(self, cognito, trigger):
        handler = trigger("CustomMessage", TEXTS)
        client = UserPoolClientFactory(hides_users=True)

        cognito.forgot_password(ClientId=client.pk, Username="nobody")

        assert handler.events == []


class TestCustomEmailSender:
    def test_sends_in_our_place_with_the_plain_code(self, cognito, trigger):
        client, handler = make_client(), trigger("CustomEmailSender")
        written = trigger("CustomMessage", TEXTS)

        sign_up(cognito, client, ClientMetadata={"k": "v"})

        (event,) = handler.events
        assert event["triggerSource"] == "CustomEmailSender_SignUp"
        assert event["request"]["type"] == "customEmailSenderRequestV1"
        assert event["request"]["clientMetadata"] == {"k": "v"}
        assert mail.outbox == []
        assert written.events == []
        cognito.confirm_sign_up(ClientId=client.pk, Username="jane", ConfirmationCode=event["request"]["code"])

    @pytest.mark.parametrize("source", OCCASIONS)
    def test_serves_every_occasion(self, cognito, trigger, source):
        client, handler = make_client(), trigger("CustomEmailSender")
        make_jane(client)

        OCCASIONS[source](cognito, client)

        assert handler.sources[0] == f"CustomEmailSender_{source}"

    def test_escapes_temporary_passwords(self, cognito, trigger):
        handler = trigger("CustomEmailSender")

        cognito.admin_create_user(
            UserPoolId=UserPoolFactory().pk,
            Username="jane",
            UserAttributes=EMAIL,
            TemporaryPassword="A<b>&c1234!",
            DesiredDeliveryMediums=["EMAIL"],
        )

        assert handler.sources == ["CustomEmailSender_AdminCreateUser"]
        assert handler.request["code"] == "A&lt;b&gt;&amp;c1234!"

    def test_tells_nobody_when_it_fails(self, cognito, trigger):
        trigger("CustomEmailSender", error=ValueError("no"))

        assert sign_up(cognito, make_client())["CodeDeliveryDetails"]

    def test_leaves_by_the_projects_queue(self, cognito, trigger, settings):
        handler = trigger("CustomEmailSender")
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "MESSAGE_DISPATCHER": f"{__name__}.take_over"}
        queue.clear()

        sign_up(cognito, make_client())

        assert handler.events == []
        (payload,) = queue
        send_serialized(json.loads(payload))
        assert handler.sources == ["CustomEmailSender_SignUp"]
        assert handler.request["userAttributes"]["email"] == "jane@example.com"

    def test_is_not_asked_about_what_is_rolled_back(self, cognito, trigger, django_capture_on_commit_callbacks):
        handler = trigger("CustomEmailSender")

        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            sign_up(cognito, make_client())
            transaction.set_rollback(True)

        assert handler.events == []

    def test_pretends_without_a_mail_server(self, cognito, trigger, settings):
        settings.EMAIL_BACKEND = "tests.nowhere.Backend"
        trigger("CustomEmailSender")
        client = UserPoolClientFactory(hides_users=True)

        assert cognito.forgot_password(ClientId=client.pk, Username="nobody")["CodeDeliveryDetails"]


class TestCustomSmsSender:
    def test_sends_in_our_place(self, cognito, trigger):
        pool = UserPoolFactory(auto_verified_attributes=["phone_number"])
        handler = trigger("CustomSMSSender")
        attributes = [{"Name": "phone_number", "Value": "+4915112345678"}]
        before = len(getattr(locmem, "outbox", []))

        sign_up(cognito, make_client(pool=pool), UserAttributes=attributes)

        assert handler.sources == ["CustomSMSSender_SignUp"]
        assert handler.request["type"] == "customSMSSenderRequestV1"
        assert len(getattr(locmem, "outbox", [])) == before

    def test_leaves_by_the_projects_queue(self, cognito, trigger, settings):
        handler = trigger("CustomSMSSender")
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "MESSAGE_DISPATCHER": f"{__name__}.take_over"}
        queue.clear()

        sign_up(
            cognito,
            make_client(pool=UserPoolFactory(auto_verified_attributes=["phone_number"])),
            UserAttributes=[{"Name": "phone_number", "Value": "+4915112345678"}],
        )

        assert handler.events == []
        (payload,) = queue
        send_serialized(json.loads(payload))
        assert handler.sources == ["CustomSMSSender_SignUp"]


@pytest.mark.django_db(transaction=True)
class TestSignInCodes:
    @pytest.fixture
    def client(self):
        client = make_client(pool=UserPoolFactory(mfa_configuration="OPTIONAL", sms_mfa_enabled=True))
        make_jane(client, phone_number="+4915112345678", phone_number_verified=True, sms_mfa_enabled=True)
        return client

    def test_are_written_by_the_project(self, cognito, trigger, client):
        handler = trigger("CustomMessage", TEXTS)

        assert sign_in(cognito, client)["ChallengeName"] == "SMS_MFA"

        assert handler.sources == ["CustomMessage_Authentication"]
        assert locmem.outbox[-1].body.startswith("Take ")

    def test_are_sent_by_the_project(self, cognito, trigger, client):
        handler = trigger("CustomSMSSender")
        asked = sign_in(cognito, client)

        assert handler.sources == ["CustomSMSSender_Authentication"]
        assert cognito.respond_to_auth_challenge(
            ClientId=client.pk,
            ChallengeName="SMS_MFA",
            Session=asked["Session"],
            ChallengeResponses={"USERNAME": "jane", "SMS_MFA_CODE": handler.request["code"]},
        )["AuthenticationResult"]
