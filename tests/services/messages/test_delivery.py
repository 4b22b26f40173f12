import pytest
from django.core import mail

from cognito_auth.choices import DeliveryMedium, MessageEvent
from cognito_auth.exceptions import CodeDeliveryFailureException
from cognito_auth.services.messages import delivery
from cognito_auth.services.request_origin import RequestOrigin
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory, moment

pytestmark = pytest.mark.django_db
NOW = moment()
LINK_POOL = {"DefaultEmailOption": "CONFIRM_WITH_LINK"}


def send_code(user, event=MessageEvent.SIGN_UP, *, attribute="email", client=None, origin=None, code="123456"):
    return delivery.send_code(
        user,
        event,
        attribute=attribute,
        destination=getattr(user, attribute),
        code=code,
        client=client,
        origin=origin,
        now=NOW,
    )


class TestSendCode:
    def test_sends_an_email_and_says_where_to(self):
        details = send_code(UserFactory(email="jane@example.com"))

        (sent,) = mail.outbox
        assert details == delivery.CodeDeliveryDetails("j***@e***", DeliveryMedium.EMAIL, "email")
        assert sent.to == ["jane@example.com"]
        assert sent.from_email == '"people" <no-reply@example.com>'
        assert "123456" in sent.body
        assert "123456" in sent.alternatives[0][0]

    def test_sends_an_sms(self, outbox):
        details = send_code(UserFactory(phone_number="+14155559012"), attribute="phone_number")

        (sent,) = outbox
        assert details == delivery.CodeDeliveryDetails("+*******9012", DeliveryMedium.SMS, "phone_number")
        assert sent.to == "+14155559012"
        assert sent.body == "people: 123456 is your confirmation code, valid for 24 hours."
        assert mail.outbox == []

    @pytest.mark.parametrize(
        ("locale", "asked", "words"),
        [("de-DE", "", "Bestätigungscode"), ("de-DE", "fr", "code de confirmation"), ("", "", "confirmation code")],
    )
    def test_writes_in_the_person_s_language(self, locale, asked, words):
        send_code(UserFactory(locale=locale), origin=RequestOrigin(language=asked))

        assert words in mail.outbox[0].subject

    @pytest.mark.parametrize(
        "event",
        [
            MessageEvent.SIGN_UP,
            MessageEvent.RESEND_CODE,
            MessageEvent.VERIFY_ATTRIBUTE,
            MessageEvent.UPDATE_ATTRIBUTE,
        ],
    )
    def test_sends_a_link_where_the_pool_confirms_by_link(self, event):
        pool = UserPoolFactory(verification_message_template=LINK_POOL)
        client = UserPoolClientFactory(pool=pool)
        user = UserFactory(pool=pool, username="jane doe&x")

        send_code(user, event, client=client)

        (sent,) = mail.outbox
        query = f"client_id={client.pk}&user_name=jane+doe%26x&confirmation_code=123456"
        assert f"http://testserver/{pool.pk}/confirmUser/?{query}" in sent.body
        assert query.replace("&", "&amp;") in sent.alternatives[0][0]

    def test_finds_a_client_for_the_link_when_staff_asked(self):
        pool = UserPoolFactory(verification_message_template=LINK_POOL)
        client = UserPoolClientFactory(pool=pool)

        send_code(UserFactory(pool=pool))

        assert client.pk in mail.outbox[0].body

    def test_sends_a_code_where_nothing_could_follow_the_link(self, outbox):
        pool = UserPoolFactory(verification_message_template=LINK_POOL)
        user = UserFactory(pool=pool, phone_number="+14155559012")

        send_code(user)
        send_code(user, MessageEvent.FORGOT_PASSWORD, client=UserPoolClientFactory(pool=pool))
        send_code(user, attribute="phone_number", client=UserPoolClientFactory(pool=pool))

        for body in [*(message.body for message in mail.outbox), outbox[0].body]:
            assert "confirmUser" not in body
            assert "123456" in body

    def test_tells_a_failure(self, settings, caplog):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_PORT = 1

        with pytest.raises(CodeDeliveryFailureException):
            send_code(UserFactory())

        assert "123456" not in caplog.text

    @pytest.mark.parametrize("event", [MessageEvent.FORGOT_PASSWORD, MessageEvent.RESEND_CODE])
    def test_does_not_tell_strangers_that_one_address_is_refused(self, event, caplog):
        user = UserFactory(email="jane@example.com, eve@example.com")
        hiding = UserPoolClientFactory(pool=user.pool, hides_users=True)

        assert send_code(user, event, client=hiding).medium == DeliveryMedium.EMAIL
        assert "could not be sent" in caplog.text
        with pytest.raises(CodeDeliveryFailureException):
            send_code(user, event, client=UserPoolClientFactory(pool=user.pool))

    def test_tells_everybody_of_an_outage(self, settings, caplog):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_PORT = 1

        with pytest.raises(CodeDeliveryFailureException):
            send_code(UserFactory(), MessageEvent.FORGOT_PASSWORD, client=UserPoolClientFactory(hides_users=True))

    def test_tells_that_an_address_is_none(self, caplog):
        with pytest.raises(CodeDeliveryFailureException):
            send_code(UserFactory(email="jane@example.com, eve@example.com"))

        assert mail.outbox == []

    def test_needs_one_query(self, django_assert_num_queries):
        user = UserFactory()

        with django_assert_num_queries(1):
            send_code(user, client=UserPoolClientFactory.build(pool=user.pool))


class TestSendInvitation:
    def test_goes_by_each_medium_that_reaches_the_person(self, outbox):
        user = UserFactory(email="jane@example.com", phone_number="+14155559012", username="jane")

        details = delivery.send_invitation(
            user, mediums=[DeliveryMedium.SMS, DeliveryMedium.EMAIL], password="Temp-1234", origin=None, now=NOW
        )

        assert [entry.medium for entry in details] == [DeliveryMedium.SMS, DeliveryMedium.EMAIL]
        assert outbox[0].body == "people: sign in as jane with the temporary password Temp-1234"
        assert "Username: jane\nTemporary password: Temp-1234\n\nThe temporary password is valid for 7 days." in (
            mail.outbox[0].body
        )

    def test_leaves_out_a_medium_that_does_not(self, outbox):
        user = UserFactory(phone_number="")

        details = delivery.send_invitation(
            user, mediums=[DeliveryMedium.SMS], password="Temp-1234", origin=None, now=NOW
        )

        assert details == []
        assert outbox == []

    def test_names_the_address_that_people_sign_in_with(self):
        user = UserFactory(pool__username_attributes=["email"], email="jane@example.com")

        delivery.send_invitation(user, mediums=[DeliveryMedium.EMAIL], password="Temp-1234", origin=None, now=NOW)

        assert "Username: jane@example.com" in mail.outbox[0].body
        assert user.username not in mail.outbox[0].body.replace("jane@example.com", "")

    def test_speaks_of_no_password_where_there_is_none(self):
        delivery.send_invitation(UserFactory(), mediums=[DeliveryMedium.EMAIL], password=None, origin=None, now=NOW)

        assert "password" not in mail.outbox[0].body

    def test_tries_each_before_it_fails(self, outbox, settings, caplog):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_PORT = 1
        user = UserFactory(phone_number="+14155559012")

        with pytest.raises(CodeDeliveryFailureException):
            delivery.send_invitation(
                user, mediums=[DeliveryMedium.EMAIL, DeliveryMedium.SMS], password="Temp-1234", origin=None, now=NOW
            )

        assert len(outbox) == 1
        assert "Temp-1234" not in caplog.text


class TestSendNotice:
    def test_goes_to_the_old_address(self, outbox):
        user = UserFactory(username="jane")

        delivery.send_notice(user, MessageEvent.ATTRIBUTE_CHANGED, destination="old@example.com", origin=None, now=NOW)
        delivery.send_notice(user, MessageEvent.ATTRIBUTE_CHANGED, destination="+14155559012", origin=None, now=NOW)

        assert mail.outbox[0].to == ["old@example.com"]
        assert "jane" in mail.outbox[0].body
        assert outbox[0].to == "+14155559012"

    def test_fails_silently(self, settings, caplog):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_PORT = 1

        delivery.send_notice(
            UserFactory(), MessageEvent.ATTRIBUTE_CHANGED, destination="old@example.com", origin=None, now=NOW
        )

        assert len(caplog.records) == 1


class TestPretendCode:
    def pretend(self, pool, name):
        return delivery.pretend_code(pool, MessageEvent.FORGOT_PASSWORD, name=name, origin=RequestOrigin(), now=NOW)

    def test_answers_like_a_real_one_and_sends_nothing(self, outbox):
        pool = UserPoolFactory(auto_verified_attributes=["email", "phone_number"])

        assert self.pretend(pool, "jane@example.com") == delivery.details_for("email", "jane@example.com")
        assert self.pretend(pool, "+14155559012") == delivery.details_for("phone_number", "+14155559012")
        assert self.pretend(pool, "jane") == self.pretend(pool, "jane")
        assert mail.outbox == []
        assert outbox == []

    def test_does_the_same_queries(self, django_assert_num_queries):
        pool = UserPoolFactory()

        with django_assert_num_queries(1):
            self.pretend(pool, "jane")

    def test_fails_as_a_real_one_would(self, settings, caplog):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_PORT = 1

        with pytest.raises(CodeDeliveryFailureException):
            self.pretend(UserPoolFactory(), "jane@example.com")
