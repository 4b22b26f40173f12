import email
import email.policy
import smtplib
import time

import pytest
from django.core import mail

from cognito_auth.models import UserPool
from cognito_auth.services.messages import email as emails


def send(**values):
    given = {
        "to": "jane@example.com",
        "subject": "Ihr Code für Müller & Söhne",
        "text": "123456\n",
        "html": "<p>123456</p>",
        "from_email": '"Müller & Söhne" <no-reply@example.com>',
        "reply_to": ["help@example.com"],
        "language": "de",
        **values,
    }
    emails.send(**given)


class TestSend:
    def test_arrives_at_a_real_server_as_text_and_html(self, smtp):
        send()

        (envelope,) = smtp.envelopes
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert envelope.rcpt_tos == ["jane@example.com"]
        assert envelope.mail_from == "no-reply@example.com"
        assert message["To"] == "jane@example.com"
        assert message["From"].addresses[0].display_name == "Müller & Söhne"
        assert message["From"].addresses[0].addr_spec == "no-reply@example.com"
        assert message["Reply-To"] == "help@example.com"
        assert message["Subject"] == "Ihr Code für Müller & Söhne"
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["Content-Language"] == "de"
        assert message["Message-ID"].endswith("@example.com>")
        assert message.get_content_type() == "multipart/alternative"
        assert message.get_body(["plain"]).get_content().splitlines() == ["123456"]
        assert message.get_body(["html"]).get_content().strip() == "<p>123456</p>"

    def test_says_that_a_recipient_was_refused(self, smtp):
        smtp.refuses_recipient = True

        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send()

    def test_says_that_the_message_was_refused(self, smtp):
        smtp.refuses_data = True

        with pytest.raises(smtplib.SMTPDataError):
            send()

    def test_does_not_wait_for_ever(self, smtp, monkeypatch):
        monkeypatch.setattr(emails, "SMTP_TIMEOUT_SECONDS", 0.3)
        smtp.delay_seconds = 3
        started_at = time.monotonic()

        with pytest.raises((OSError, smtplib.SMTPException)):
            send()

        assert time.monotonic() - started_at < 2

    @pytest.mark.parametrize(
        "to",
        [
            "jane@example.com, eve@example.com",
            "jane@example.com\nBcc: eve@example.com",
            "jane@example.com;eve@example.com, x@y",
            "Jane <jane@example.com>",
            "a@b.c\r\n",
            "",
        ],
    )
    def test_refuses_what_is_not_one_address(self, to):
        with pytest.raises(emails.AddressRefused) as refused:
            send(to=to)

        assert to.strip() == "" or to not in str(refused.value)
        assert mail.outbox == []

    def test_takes_unusual_addresses(self):
        for to in ("o'hara+x@sub.example.co.uk", "jane@bücher.example", '"odd one"@example.com'):
            send(to=to)

        assert len(mail.outbox) == 3

    def test_uses_the_backend_of_the_settings(self, settings, capsys):
        settings.COGNITO_AUTH = {
            **settings.COGNITO_AUTH,
            "EMAIL_CONNECTION": "django.core.mail.backends.console.EmailBackend",
        }

        send()

        assert "To: jane@example.com" in capsys.readouterr().out
        assert mail.outbox == []


class TestTryConnection:
    def test_sends_nothing(self, smtp):
        emails.try_connection()

        assert smtp.envelopes == []

    def test_fails_where_sending_would(self, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_PORT = 1

        with pytest.raises(OSError, match="refused"):
            emails.try_connection()


class TestSenderOf:
    def test_shows_the_name_of_the_pool(self):
        assert emails.sender_of(UserPool(name='Say "hi"')) == '"Say \\"hi\\"" <no-reply@example.com>'

    def test_prefers_the_name_of_the_site(self, settings):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "MESSAGE_SENDER_NAME": "Acme"}

        assert emails.sender_of(UserPool(name="people")) == '"Acme" <no-reply@example.com>'

    def test_prefers_the_address_of_the_pool(self):
        pool = UserPool(name="people", email_configuration={"From": "Team <team@example.org>"})

        assert emails.sender_of(pool) == '"Team" <team@example.org>'

    def test_lets_no_line_break_in(self):
        pool = UserPool(name="x\r\nBcc: eve@example.com", email_configuration={"From": "a@example.org\nBcc: b@c.d"})

        assert "\n" not in emails.sender_of(pool)
        assert "\r" not in emails.sender_of(pool)


class TestReplyToOf:
    def test_is_the_pool_s(self):
        pool = UserPool(email_configuration={"ReplyToEmailAddress": "help@example.com"})

        assert emails.reply_to_of(pool) == ["help@example.com"]
        assert emails.reply_to_of(UserPool()) == []
