"""Notices of risky sign-ins: whom they reach, what they say, and that no sign-in depends on them."""

import json
import re
import uuid

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

import cognito_auth
from cognito_auth.choices import MessageEvent
from cognito_auth.models import AuthEvent, TokenFamily, User
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.risk import configuration, feedback, notices
from tests.concurrency import race
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory
from tests.refusals import refusal_of

FIREFOX, CHROME = "Windows Firefox/142.0", "Android Chrome/140.0"
BLOCKED = ("NotAuthorizedException", "Unable to login because of security reasons.")
# Notices leave after a commit.
pytestmark = pytest.mark.django_db(transaction=True)
handed_over = []


def take_over(payload):
    """Stand in for a project's queue."""
    handed_over.append(json.loads(json.dumps(payload)))


@pytest.fixture
def pool():
    handed_over.clear()
    return UserPoolFactory(
        name="Acme",
        user_pool_add_ons={"AdvancedSecurityMode": "ENFORCED"},
        mfa_configuration="OPTIONAL",
        email_mfa_enabled=True,
    )


@pytest.fixture
def client(pool):
    return UserPoolClientFactory(pool=pool)


@pytest.fixture
def jane(pool):
    return UserFactory(pool=pool, username="jane", confirmed=True, email="jane@example.com", email_verified=True)


@pytest.fixture
def configure(pool):
    def set_to(action, *, notifies=True, **notify):
        """Say what is done about a sign-in from a new browser and network."""
        section = {"Actions": {"MediumAction": {"Notify": notifies, "EventAction": action}}}
        if notify:
            section["NotifyConfiguration"] = {"SourceArn": "arn:aws:ses:eu-west-1:000000000000:identity/x", **notify}
        return configuration.set_to(pool, None, {"AccountTakeoverRiskConfiguration": section}, now=timezone.now())

    return set_to


@pytest.fixture
def sign_in(client, jane):
    def begin(ip_address="192.0.2.1", user_agent=FIREFOX):
        caller = cognito_auth.client(origin=RequestOrigin(ip_address=ip_address, user_agent=user_agent))
        return caller.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=client.pk,
            AuthParameters={"USERNAME": "jane", "PASSWORD": "Passw0rd!"},
        )

    return begin


@pytest.fixture
def sign_in_from_elsewhere(sign_in):
    def begin():
        if not AuthEvent.objects.filter(response="Pass").exists():
            sign_in()
            assert mail.outbox == []
        return sign_in(ip_address="198.51.100.1", user_agent=CHROME)

    return begin


def notice():
    """Return the only notice in the outbox; codes are other messages."""
    (found,) = [message for message in mail.outbox if "authEventFeedback" in message.body]
    return found


def mailed_code():
    """Return the code of the one message that is no notice."""
    (sent,) = [message for message in mail.outbox if "authEventFeedback" not in message.body]
    return re.search(r"(?<!\d)\d{6}(?!\d)", sent.body)[0]


class TestOccasion:
    def test_a_sign_in_that_went_on(self, configure, sign_in_from_elsewhere):
        configure("NO_ACTION")

        assert sign_in_from_elsewhere()["AuthenticationResult"]

        assert notice().to == ["jane@example.com"]
        assert notice().subject == "New sign-in to your account at Acme"
        body = notice().body
        for fact in ("198.51.100.1", "Chrome, Android", "jane"):
            assert fact in body
            assert fact in notice().alternatives[0].content

    def test_one_that_was_blocked(self, configure, sign_in_from_elsewhere):
        configure("BLOCK")

        assert refusal_of(sign_in_from_elsewhere) == BLOCKED

        assert notice().subject == "We blocked a sign-in to your account at Acme"

    def test_one_that_was_asked_for_a_second_factor(self, configure, sign_in_from_elsewhere):
        configure("MFA_REQUIRED")

        assert sign_in_from_elsewhere()["ChallengeName"] == "EMAIL_OTP"

        assert notice().subject == "Unusual sign-in to your account at Acme"

    def test_one_that_was_refused_for_want_of_a_second_factor(self, configure, sign_in_from_elsewhere, pool):
        configure("MFA_REQUIRED")
        pool.mfa_configuration = "OFF"
        pool.save()

        assert refusal_of(sign_in_from_elsewhere) == BLOCKED

        assert notice().subject == "We blocked a sign-in to your account at Acme"

    def test_a_second_factor_that_ends_the_sign_in_sends_no_second_notice(
        self, configure, sign_in_from_elsewhere, cognito, client
    ):
        configure("MFA_IF_CONFIGURED")
        asked = sign_in_from_elsewhere()
        cognito.respond_to_auth_challenge(
            ClientId=client.pk,
            ChallengeName="EMAIL_OTP",
            Session=asked["Session"],
            ChallengeResponses={"USERNAME": "jane", "EMAIL_OTP_CODE": mailed_code()},
        )

        assert notice()
        told = re.search(r"event_id=([0-9a-f-]+)", notice().body)[1]
        assert AuthEvent.objects.get(pk=told).response == "Pass"

    def test_a_no_ends_the_sign_in_that_still_waits(self, configure, sign_in_from_elsewhere, cognito, client):
        configure("MFA_IF_CONFIGURED")
        asked = sign_in_from_elsewhere()
        event_id, token = re.search(r"event_id=([^&]+)&feedback_token=([^&]+)", notice().body).groups()

        feedback.give_by_token(event_id, token, value="Invalid", user=User.objects.get(), now=timezone.now())

        refused = refusal_of(
            cognito.respond_to_auth_challenge,
            ClientId=client.pk,
            ChallengeName="EMAIL_OTP",
            Session=asked["Session"],
            ChallengeResponses={"USERNAME": "jane", "EMAIL_OTP_CODE": mailed_code()},
        )
        assert refused == BLOCKED
        assert TokenFamily.objects.count() == 1

    def test_none_where_it_is_not_configured(self, configure, sign_in_from_elsewhere):
        configure("NO_ACTION", notifies=False)

        assert sign_in_from_elsewhere()["AuthenticationResult"]
        assert mail.outbox == []

    def test_none_in_audit_mode(self, configure, sign_in_from_elsewhere, pool):
        configure("BLOCK")
        pool.user_pool_add_ons = {"AdvancedSecurityMode": "AUDIT"}
        pool.save()

        assert sign_in_from_elsewhere()["AuthenticationResult"]
        assert mail.outbox == []


class TestRecipient:
    def test_is_no_address_that_is_not_proved(self, configure, sign_in_from_elsewhere, jane):
        configure("NO_ACTION")
        User.objects.filter(pk=jane.pk).update(email_verified=False)

        assert sign_in_from_elsewhere()["AuthenticationResult"]
        assert mail.outbox == []

    def test_is_written_to_a_few_times_an_hour(self, configure, sign_in_from_elsewhere):
        configure("BLOCK")

        for _time in range(notices.PER_HOUR + 2):
            assert refusal_of(sign_in_from_elsewhere) == BLOCKED

        assert len(mail.outbox) == notices.PER_HOUR


class TestTexts:
    def test_are_those_of_the_api_with_everything_filled_in(self, configure, sign_in_from_elsewhere):
        configure(
            "BLOCK",
            From="Acme <security@example.com>",
            ReplyTo="help@example.com",
            BlockEmail={
                "Subject": "Blocked from {ip-address}",
                "TextBody": "{username} {device-name} {event-id} {feedback-token} no: {one-click-link-invalid} {other}",
                "HtmlBody": '<p>{username}</p><a href="{one-click-link-invalid}">No</a>',
            },
        )

        refusal_of(sign_in_from_elsewhere)

        (message,) = mail.outbox
        assert message.from_email == '"Acme" <security@example.com>'
        assert message.reply_to == ["help@example.com"]
        assert message.subject == "Blocked from 198.51.100.1"
        event = AuthEvent.objects.get(response="Fail")
        assert message.body.startswith(f"jane Chrome, Android {event.pk} ")
        assert "/authEventFeedback/?event_id=" in message.body
        assert "feedback_value=Invalid" in message.body
        assert "{other}" in message.body
        html = message.alternatives[0].content
        assert "<p>jane</p>" in html
        assert "&amp;feedback_value=Invalid" in html

    def test_escape_what_a_stranger_can_choose(self, configure, sign_in_from_elsewhere, jane):
        configure("BLOCK", BlockEmail={"Subject": "x", "HtmlBody": "<p>{username}</p>"})
        User.objects.filter(pk=jane.pk).update(username="jane")
        notices.send(
            User.objects.get(pk=jane.pk),
            MessageEvent.RISK_BLOCKED,
            event_id=uuid.uuid4(),
            client=jane.pool.clients.get(),
            origin=RequestOrigin(ip_address="192.0.2.1"),
            found={"device_name": "<b>Firefox</b>", "city": "<i>", "country": ""},
            now=timezone.now(),
        )

        assert "<b>Firefox" not in mail.outbox[0].alternatives[0].content

    def test_are_sent_without_links_where_the_site_has_no_address(self, configure, sign_in_from_elsewhere, settings):
        configure("NO_ACTION")
        settings.COGNITO_AUTH = {name: value for name, value in settings.COGNITO_AUTH.items() if name != "BASE_URL"}
        settings.DEBUG = False

        user = User.objects.get()
        notices.send(
            user,
            MessageEvent.RISK_NOTICED,
            event_id=uuid.uuid4(),
            client=user.pool.clients.get(),
            origin=RequestOrigin(ip_address="192.0.2.1"),
            found={"device_name": "", "city": "", "country": ""},
            now=timezone.now(),
        )

        (message,) = mail.outbox
        assert "192.0.2.1" in message.body
        assert "was not me" not in message.body


class TestSending:
    def test_goes_through_the_projects_queue(self, configure, sign_in_from_elsewhere, settings):
        configure("NO_ACTION")
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "MESSAGE_DISPATCHER": f"{__name__}.take_over"}

        assert sign_in_from_elsewhere()["AuthenticationResult"]

        assert mail.outbox == []
        assert [payload["event"] for payload in handed_over] == [MessageEvent.RISK_NOTICED.value]

    def test_is_left_to_the_projects_sender(self, configure, sign_in_from_elsewhere, settings):
        configure("BLOCK")
        events = []
        settings.COGNITO_AUTH = {
            **settings.COGNITO_AUTH,
            "TRIGGERS": {"CustomEmailSender": lambda event, context: events.append(event)},
        }

        refusal_of(sign_in_from_elsewhere)

        assert mail.outbox == []
        (event,) = events
        assert event["triggerSource"] == "CustomEmailSender_AccountTakeOverNotification"
        assert event["request"]["code"] is None
        metadata = event["request"]["clientMetadata"]
        assert metadata["IP_ADDRESS"] == "198.51.100.1"
        assert metadata["MESSAGE"] == "BlockEmail"
        assert metadata["EVENT_ID"] == str(AuthEvent.objects.get(response="Fail").pk)
        assert "feedback_value=Valid" in metadata["ONE_CLICK_LINK_VALID"]

    def test_fails_without_harm_to_the_sign_in_and_tells_no_secret(
        self, configure, sign_in_from_elsewhere, settings, caplog
    ):
        configure("NO_ACTION")
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

        assert sign_in_from_elsewhere()["AuthenticationResult"]

        assert "A message could not be sent: event=risk_noticed" in caplog.text
        assert "feedback_token" not in caplog.text

    @pytest.mark.parametrize("action", ["NO_ACTION", "BLOCK"])
    def test_does_not_change_the_answer_when_the_text_cannot_be_made(
        self, configure, sign_in_from_elsewhere, settings, tmp_path, action
    ):
        configure(action)
        for name in ("risk_noticed", "risk_blocked"):
            folder = tmp_path / "cognito_auth" / "messages" / name
            folder.mkdir(parents=True)
            (folder / "subject.txt").write_text("{% nonsense %}")
        settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]

        if action == "BLOCK":
            assert refusal_of(sign_in_from_elsewhere) == BLOCKED
        else:
            assert sign_in_from_elsewhere()["AuthenticationResult"]
        assert mail.outbox == []

    def test_waits_for_the_commit_around_the_sign_in(self, configure, sign_in_from_elsewhere, sign_in):
        configure("NO_ACTION")
        sign_in()

        with transaction.atomic():
            sign_in_from_elsewhere()
            assert mail.outbox == []

        assert notice()

    @pytest.mark.postgresql
    def test_keeps_the_limit_in_parallel(self, configure, sign_in, sign_in_from_elsewhere):
        configure("BLOCK")
        sign_in()

        results = race(*[lambda: refusal_of(sign_in_from_elsewhere) for _time in range(notices.PER_HOUR + 3)])

        assert results == [BLOCKED] * len(results)
        assert len(mail.outbox) == notices.PER_HOUR
