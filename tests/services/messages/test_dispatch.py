import json
import logging
import time

import pytest
from django.core import mail
from django.db import transaction

from cognito_auth.choices import DeliveryMedium
from cognito_auth.exceptions import CodeDeliveryFailureException
from cognito_auth.services.messages import dispatch
from cognito_auth.services.messages.dispatch import OutgoingMessage
from cognito_auth.services.messages.sms import SmsDeliveryError, SmsMessage

handed_over = []


def take_over(payload):
    """Stand in for a project's queue."""
    handed_over.append(json.dumps(payload))


def refuse(payload):
    """Stand in for a queue that is down, and says too much."""
    raise RuntimeError(f"broker away, lost {payload['text']}")


@pytest.fixture(autouse=True)
def _empty_queue():
    handed_over.clear()


@pytest.fixture
def failing_sms(settings):
    settings.COGNITO_AUTH = {
        **settings.COGNITO_AUTH,
        "SMS_BACKEND": "cognito_auth.services.messages.sms.http.SmsBackend",
        "SMS_OPTIONS": {"url": "http://127.0.0.1:1"},
    }


def use_dispatcher(settings, name):
    settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "MESSAGE_DISPATCHER": f"{__name__}.{name}"}


def sms_message(**values):
    given = {"medium": DeliveryMedium.SMS, "pool_id": "eu-west-1_a", "event": "sign_up", "to": "+14155559012"}
    return OutgoingMessage(**{**given, "text": "Your code: 123456", "secrets": ("123456",), **values})


def email_message():
    return OutgoingMessage(
        medium=DeliveryMedium.EMAIL,
        pool_id="eu-west-1_a",
        event="sign_up",
        to="jane@example.com",
        subject="Code",
        text="123456\n",
        html="<p>123456</p>",
        sender='"people" <no-reply@example.com>',
        reply_to=("help@example.com",),
        language="de",
        secrets=("123456",),
    )


@pytest.mark.django_db
class TestSend:
    def test_sends_at_once_outside_a_transaction(self, outbox):
        dispatch.send(sms_message())
        dispatch.send(email_message())

        assert outbox == [SmsMessage("+14155559012", "Your code: 123456")]
        (sent,) = mail.outbox
        assert (sent.subject, sent.body, sent.to) == ("Code", "123456\n", ["jane@example.com"])
        assert sent.alternatives[0] == ("<p>123456</p>", "text/html")
        assert sent.reply_to == ["help@example.com"]

    def test_tells_a_failure_and_logs_it_without_secrets(self, failing_sms, caplog):
        with pytest.raises(CodeDeliveryFailureException) as failed:
            dispatch.send(sms_message())

        (record,) = caplog.records
        assert "SmsDeliveryError" in record.getMessage()
        assert "eu-west-1_a" in record.getMessage()
        assert "123456" not in caplog.text
        assert "4155559012" not in caplog.text
        assert failed.value.__cause__ is None

    def test_only_logs_the_failure_of_a_notice(self, failing_sms, caplog):
        dispatch.send(sms_message(), must_arrive=False)

        assert len(caplog.records) == 1

    def test_hands_over_to_the_project(self, settings, outbox):
        use_dispatcher(settings, "take_over")

        dispatch.send(email_message())

        assert mail.outbox == []
        dispatch.send_serialized(json.loads(handed_over[0]))
        assert mail.outbox[0].to == ["jane@example.com"]

    def test_survives_a_queue_that_is_down(self, settings, caplog):
        use_dispatcher(settings, "refuse")

        with pytest.raises(CodeDeliveryFailureException):
            dispatch.send(sms_message())

        assert "broker away, lost Your code: …" in caplog.text

    def test_survives_a_dispatcher_that_does_not_exist(self, settings, caplog):
        use_dispatcher(settings, "nothing")

        with pytest.raises(CodeDeliveryFailureException):
            dispatch.send(sms_message())


@pytest.mark.django_db(transaction=True)
class TestSendInsideATransaction:
    def test_waits_for_the_commit(self, outbox):
        with transaction.atomic():
            dispatch.send(sms_message())
            assert outbox == []

        assert len(outbox) == 1

    def test_forgets_what_is_rolled_back(self, outbox):
        with transaction.atomic():
            dispatch.send(sms_message())
            transaction.set_rollback(True)

        assert outbox == []

    def test_waits_for_the_outermost_commit(self, outbox):
        with transaction.atomic():
            with transaction.atomic():
                dispatch.send(sms_message())
            assert outbox == []

        assert len(outbox) == 1

    def test_only_logs_a_failure(self, failing_sms, caplog):
        with transaction.atomic():
            dispatch.send(sms_message())

        assert len(caplog.records) == 1
        assert "123456" not in caplog.text

    def test_pretends_after_the_commit_too(self, failing_sms, monkeypatch):
        pretended = []
        monkeypatch.setattr(dispatch, "_pretend_to_leave", lambda medium, _handed_over: pretended.append(medium))

        with transaction.atomic():
            dispatch.pretend(DeliveryMedium.SMS)
            assert pretended == []

        assert pretended == [DeliveryMedium.SMS]


@pytest.mark.django_db
class TestSendSerialized:
    def test_raises_so_that_a_queue_tries_again(self, failing_sms):
        with pytest.raises(SmsDeliveryError):
            dispatch.send_serialized(sms_message().serialized())


@pytest.mark.django_db
class TestPretend:
    def test_sends_nothing(self, outbox):
        dispatch.pretend(DeliveryMedium.SMS)
        dispatch.pretend(DeliveryMedium.EMAIL)

        assert outbox == []
        assert mail.outbox == []

    def test_takes_as_long_as_sending(self, smtp):
        smtp.delay_seconds = 0.2
        dispatch.send(email_message())
        started_at = time.perf_counter()

        dispatch.pretend(DeliveryMedium.EMAIL)

        assert 0.2 <= time.perf_counter() - started_at < 1
        assert len(smtp.envelopes) == 1

    def test_fails_while_nothing_can_be_sent(self, settings, caplog):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_PORT = 1

        with pytest.raises(CodeDeliveryFailureException):
            dispatch.pretend(DeliveryMedium.EMAIL)

        assert caplog.records[0].levelno == logging.ERROR

    def test_does_not_connect_where_the_project_sends(self, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_PORT = 1
        use_dispatcher(settings, "take_over")

        dispatch.pretend(DeliveryMedium.EMAIL)

        assert handed_over == []


class TestOutgoingMessage:
    def test_hides_secrets_and_people_in_its_repr(self):
        assert "123456" not in repr(email_message())
        assert "jane" not in repr(email_message())
