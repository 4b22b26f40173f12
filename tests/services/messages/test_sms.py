import base64
import io
import json
import stat
import time
from urllib.parse import parse_qs

import pytest
from botocore.stub import ANY, Stubber
from django.core.exceptions import ImproperlyConfigured

from cognito_auth.services.messages import sms
from cognito_auth.services.messages.sms import SmsDeliveryError, SmsMessage, console, file, http, locmem, sns, twilio

MESSAGE = SmsMessage(to="+14155559012", body="Your code: 123456 – ä", sender="")


class TestGetConnection:
    def test_is_the_backend_of_the_settings(self, settings, tmp_path):
        settings.COGNITO_AUTH = {
            **settings.COGNITO_AUTH,
            "SMS_BACKEND": "cognito_auth.services.messages.sms.file.SmsBackend",
            "SMS_OPTIONS": {"directory": tmp_path},
        }

        assert isinstance(sms.get_connection(), file.SmsBackend)

    def test_takes_another_with_its_own_options(self):
        backend = sms.get_connection("cognito_auth.services.messages.sms.http.SmsBackend", url="https://x")

        assert isinstance(backend, http.SmsBackend)

    def test_names_an_option_that_does_not_exist(self):
        with pytest.raises(ImproperlyConfigured, match="no option color"):
            sms.get_connection(color="red")

    def test_names_an_option_that_is_missing(self):
        with pytest.raises(ImproperlyConfigured, match="account_sid"):
            sms.get_connection("cognito_auth.services.messages.sms.twilio.SmsBackend")


class TestSend:
    def test_goes_to_the_backend_of_the_settings(self, outbox):
        sms.send(to="+14155559012", body="hi")

        assert outbox == [SmsMessage(to="+14155559012", body="hi")]


class TestSmsBackend:
    class Failing(sms.SmsBackend):
        def send(self, message):
            if "bad" in message.body:
                raise SmsDeliveryError("no")

    def test_counts_what_was_sent(self):
        messages = [SmsMessage("+1", "good"), SmsMessage("+1", "bad"), SmsMessage("+1", "good")]

        assert self.Failing(fail_silently=True).send_messages(messages) == 2

    def test_raises_unless_silent(self):
        with pytest.raises(SmsDeliveryError):
            self.Failing().send_messages([SmsMessage("+1", "bad")])

    def test_demands_that_a_subclass_sends(self):
        with pytest.raises(NotImplementedError):
            sms.SmsBackend().send_messages([MESSAGE])


class TestSmsMessage:
    def test_hides_its_text(self):
        assert "123456" not in repr(MESSAGE)


class TestConsole:
    def test_writes_to_standard_output(self, capsys):
        console.SmsBackend().send_messages([MESSAGE])

        assert "To: +14155559012\n\nYour code: 123456 – ä\n" in capsys.readouterr().out

    def test_writes_to_a_stream(self):
        stream = io.StringIO()

        console.SmsBackend(stream=stream).send_messages([SmsMessage("+1", "x", sender="Acme")])

        assert "From: Acme\nTo: +1\n\nx\n" in stream.getvalue()


class TestFile:
    def test_writes_one_file_per_message(self, tmp_path):
        directory = tmp_path / "var" / "sms"

        count = file.SmsBackend(directory=directory).send_messages([MESSAGE, SmsMessage("+1", "x", sender="Acme")])

        first, second = sorted(directory.iterdir())
        assert count == 2
        assert first.name.endswith(".txt")
        assert "14155559012" in first.name
        assert first.read_text(encoding="utf-8") == "To: +14155559012\n\nYour code: 123456 – ä\n"
        assert second.read_text() == "From: Acme\nTo: +1\n\nx\n"
        assert stat.S_IMODE(first.stat().st_mode) == 0o600

    def test_says_why_it_cannot_write(self, tmp_path):
        (tmp_path / "taken").write_text("")

        with pytest.raises(SmsDeliveryError, match="directory cannot be written"):
            file.SmsBackend(directory=tmp_path / "taken").send_messages([MESSAGE])

    def test_needs_a_directory(self):
        with pytest.raises(ImproperlyConfigured, match="directory"):
            file.SmsBackend()


class TestLocmem:
    def test_keeps_messages(self, outbox):
        locmem.SmsBackend().send_messages([MESSAGE])

        assert outbox == [MESSAGE]


class TestHttp:
    def test_posts_json(self, gateway):
        backend = http.SmsBackend(url=f"{gateway.url}/send", headers={"X-Api-Key": "k"}, extra={"app": "shop"})

        backend.send_messages([MESSAGE])

        (request,) = gateway.requests
        assert request.path == "/send"
        assert request.headers["X-Api-Key"] == "k"
        assert request.headers["Content-Type"] == "application/json"
        assert json.loads(request.body) == {
            "app": "shop",
            "to": "+14155559012",
            "body": "Your code: 123456 – ä",
            "sender": "",
        }

    @pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
    def test_tells_a_refusal_without_repeating_the_message(self, gateway, status):
        gateway.status = status

        with pytest.raises(SmsDeliveryError, match=str(status)) as refused:
            http.SmsBackend(url=gateway.url).send_messages([MESSAGE])

        assert "123456" not in str(refused.value)
        assert refused.value.__cause__ is None

    def test_follows_no_redirect(self, gateway):
        gateway.status = 302
        gateway.headers = {"Location": f"{gateway.url}/elsewhere"}

        with pytest.raises(SmsDeliveryError, match="302"):
            http.SmsBackend(url=gateway.url).send_messages([MESSAGE])

        assert [request.path for request in gateway.requests] == ["/"]

    def test_does_not_wait_for_ever(self, gateway):
        gateway.delay_seconds = 10
        started_at = time.monotonic()

        with pytest.raises(SmsDeliveryError, match="did not answer in 0.2 seconds"):
            http.SmsBackend(url=gateway.url, timeout_seconds=0.2).send_messages([MESSAGE])

        assert time.monotonic() - started_at < 2

    def test_says_that_nobody_is_there(self):
        with pytest.raises(SmsDeliveryError, match="cannot be reached"):
            http.SmsBackend(url="http://127.0.0.1:1").send_messages([MESSAGE])

    @pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x", "x", ""])
    def test_opens_web_addresses_only(self, url):
        with pytest.raises(ImproperlyConfigured, match="https://"):
            http.SmsBackend(url=url)


class TestTwilio:
    def test_posts_a_form_with_the_account_s_credentials(self, gateway):
        gateway.status = 201
        backend = twilio.SmsBackend(
            account_sid="AC1", auth_token="secret", from_number="+15017122661", api_url=gateway.url
        )

        backend.send_messages([MESSAGE])

        (request,) = gateway.requests
        assert request.path == "/2010-04-01/Accounts/AC1/Messages.json"
        assert request.headers["Authorization"] == "Basic " + base64.b64encode(b"AC1:secret").decode()
        assert parse_qs(request.body.decode()) == {
            "To": ["+14155559012"],
            "From": ["+15017122661"],
            "Body": ["Your code: 123456 – ä"],
        }

    def test_may_send_through_a_messaging_service(self, gateway):
        backend = twilio.SmsBackend(
            account_sid="AC1", auth_token="secret", messaging_service_sid="MG1", api_url=gateway.url
        )

        backend.send_messages([MESSAGE])

        assert parse_qs(gateway.requests[0].body.decode())["MessagingServiceSid"] == ["MG1"]

    def test_tells_a_refusal(self, gateway):
        gateway.status = 401
        backend = twilio.SmsBackend(account_sid="AC1", auth_token="s", from_number="+1", api_url=gateway.url)

        with pytest.raises(SmsDeliveryError, match="401"):
            backend.send_messages([MESSAGE])

    def test_needs_a_sender(self):
        with pytest.raises(ImproperlyConfigured, match="from_number"):
            twilio.SmsBackend(account_sid="AC1", auth_token="s")


class TestSns:
    @pytest.fixture
    def backend(self, monkeypatch):
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        sns._client.cache_clear()
        yield sns.SmsBackend(region_name="eu-west-1", sender_id="ACME")
        sns._client.cache_clear()

    def test_publishes_to_the_number(self, backend):
        with Stubber(backend._sns) as stub:
            stub.add_response(
                "publish",
                {"MessageId": "1"},
                {"PhoneNumber": "+14155559012", "Message": MESSAGE.body, "MessageAttributes": ANY},
            )

            assert backend.send_messages([MESSAGE]) == 1

    def test_tells_a_refusal(self, backend):
        with Stubber(backend._sns) as stub:
            stub.add_client_error("publish", "Throttling", "Rate exceeded for 123456")

            with pytest.raises(SmsDeliveryError, match="Throttling") as refused:
                backend.send_messages([MESSAGE])

        assert "123456" not in str(refused.value)

    def test_says_that_nobody_is_there(self, monkeypatch):
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        backend = sns.SmsBackend(region_name="eu-west-1", endpoint_url="http://127.0.0.1:1", timeout_seconds=0.5)

        with pytest.raises(SmsDeliveryError, match="cannot be reached"):
            backend.send_messages([MESSAGE])
