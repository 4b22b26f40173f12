"""Records of events: where they go, what is in them, and that they never get in the way."""

import hmac
import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from cognito_auth.choices import AuthEventResponse, AuthEventType, DeliveryMedium
from cognito_auth.exceptions import CodeDeliveryFailureException, NotAuthorizedException
from cognito_auth.models import AuthEvent
from cognito_auth.services import auth_events
from cognito_auth.services.log_delivery import configuration, delivery, webhooks
from cognito_auth.services.messages import dispatch
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory, moment

NOW = moment()
ARN = "arn:aws:logs:eu-west-1:123456789012:log-group:people"
MESSAGES = {
    "LogLevel": "ERROR",
    "EventSource": "userNotification",
    "CloudWatchLogsConfiguration": {"LogGroupArn": ARN},
}
EVENTS = {"LogLevel": "INFO", "EventSource": "userAuthEvents", "CloudWatchLogsConfiguration": {"LogGroupArn": ARN}}


def logged(caplog, name):
    """Return the records that reached a logger."""
    return [entry.record for entry in caplog.records if entry.name == name]


@pytest.fixture
def pool(db):
    pool = UserPoolFactory()
    configuration.set_for(pool, [MESSAGES, EVENTS])
    return pool


@pytest.fixture
def user(pool):
    return UserFactory(pool=pool, confirmed=True)


@pytest.fixture
def client(pool):
    return UserPoolClientFactory(pool=pool)


@pytest.fixture
def _info(caplog):
    caplog.set_level(logging.INFO, logger="cognito_auth")


@pytest.fixture
def sign_in(cognito, client, user):
    def call(password="Passw0rd!"):
        return cognito.initiate_auth(
            ClientId=client.pk,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": user.username, "PASSWORD": password},
        )

    return call


@pytest.fixture
def receiver():
    """A server that remembers what was posted to it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.received.append((dict(self.headers), body))
            status = server.statuses.pop(0) if server.statuses else server.status
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.received, server.status, server.statuses = [], 200, []
    server.url = f"http://127.0.0.1:{server.server_port}/records"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def _settings(settings, **given):
    settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, **given}


@pytest.mark.usefixtures("_info")
class TestAuthEvents:
    def test_are_delivered_once_written(self, sign_in, caplog, pool, user, client):
        sign_in()

        (record,) = logged(caplog, "cognito_auth.auth_events")
        event = AuthEvent.objects.get()
        assert record["eventSource"] == "USER_ACTIVITY"
        assert record["logLevel"] == "INFO"
        assert record["logSourceId"] == {"userPoolId": pool.pk}
        message = record["message"]
        assert message["eventId"] == str(event.pk)
        assert (message["eventType"], message["eventResponse"]) == ("SignIn", "Pass")
        assert (message["userName"], message["userSub"], message["clientId"]) == (
            user.username,
            str(user.sub),
            client.pk,
        )
        (entry,) = [entry for entry in caplog.records if entry.name == "cognito_auth.auth_events"]
        assert json.loads(entry.getMessage()) == record

    def test_tell_of_refusals_without_secrets(self, sign_in, caplog):
        with pytest.raises(Exception, match="Incorrect username or password"):
            sign_in("wrong-secret")

        (record,) = logged(caplog, "cognito_auth.auth_events")
        assert record["message"]["eventResponse"] == "Fail"
        assert record["message"]["reason"]
        assert "wrong-secret" not in caplog.text

    def test_tell_of_sign_ups(self, cognito, client, caplog):
        cognito.sign_up(
            ClientId=client.pk,
            Username="jane",
            Password="Secr3t-Passw0rd!",
            UserAttributes=[{"Name": "email", "Value": "jane@example.com"}],
        )

        (record,) = logged(caplog, "cognito_auth.auth_events")
        assert (record["message"]["eventType"], record["message"]["userName"]) == ("SignUp", "jane")
        assert "Secr3t-Passw0rd!" not in caplog.text

    def test_of_other_pools_stay_where_they_are(self, cognito, caplog):
        client = UserPoolClientFactory()
        user = UserFactory(pool=client.pool, confirmed=True)

        cognito.initiate_auth(
            ClientId=client.pk,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": user.username, "PASSWORD": "Passw0rd!"},
        )

        assert logged(caplog, "cognito_auth.auth_events") == []

    def test_are_not_delivered_if_only_messages_are_asked_for(self, sign_in, pool, caplog):
        configuration.set_for(pool, [MESSAGES])

        sign_in()

        assert logged(caplog, "cognito_auth.auth_events") == []

    def test_cost_nothing_where_nobody_asks(self, pool, user):
        def queries_of(one):
            with CaptureQueriesContext(connection) as captured:
                auth_events.record(
                    AuthEventType.SIGN_IN, AuthEventResponse.FAIL, pool=one, user=user, origin=None, now=NOW
                )
            return [query["sql"] for query in captured if "log" in query["sql"].lower().replace("login", "")]

        assert len(queries_of(pool)) == 1
        configuration.set_for(pool, [])
        assert queries_of(pool) == []

    @pytest.mark.django_db(transaction=True)
    def test_wait_for_the_commit(self, pool, user, caplog):
        def undone():
            with transaction.atomic():
                auth_events.record(
                    AuthEventType.SIGN_IN, AuthEventResponse.PASS, pool=pool, user=user, origin=None, now=NOW
                )
                assert logged(caplog, "cognito_auth.auth_events") == []
                raise NotAuthorizedException("no")

        with pytest.raises(NotAuthorizedException):
            undone()
        assert logged(caplog, "cognito_auth.auth_events") == []
        with transaction.atomic():
            auth_events.record(
                AuthEventType.SIGN_IN, AuthEventResponse.PASS, pool=pool, user=user, origin=None, now=NOW
            )
        assert len(logged(caplog, "cognito_auth.auth_events")) == 1


@pytest.mark.usefixtures("_info")
class TestFailedMessages:
    def _send(self, pool, settings):
        _settings(settings, EMAIL_CONNECTION="tests.admin.failing_mail.EmailBackend")
        message = dispatch.OutgoingMessage(
            medium=DeliveryMedium.EMAIL,
            pool_id=pool.pk,
            event="sign_up",
            to="jane@example.com",
            subject="Your code",
            text="123456",
            sender="no-reply@example.com",
            secrets=("123456",),
        )
        with pytest.raises(CodeDeliveryFailureException):
            dispatch.send(message)

    def test_are_delivered(self, pool, settings, caplog):
        self._send(pool, settings)

        (record,) = logged(caplog, "cognito_auth.user_notification")
        assert record["logLevel"] == "ERROR"
        assert record["eventSource"] == "USER_NOTIFICATION"
        assert "event=sign_up medium=EMAIL" in record["message"]["details"]
        assert "123456" not in json.dumps(record)
        assert "jane@example.com" not in json.dumps(record)

    def test_of_other_pools_stay_in_the_log(self, db, settings, caplog):
        self._send(UserPoolFactory(), settings)

        assert logged(caplog, "cognito_auth.user_notification") == []


class TestDestinations:
    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({}, ["logging"]),
            ({"LOG_DELIVERY_WEBHOOK": "https://a.example"}, ["logging", "https://a.example"]),
            ({"LOG_DELIVERY_DESTINATIONS": {"arn:aws:s3:::*": "https://b.example"}}, ["logging"]),
            ({"LOG_DELIVERY_DESTINATIONS": {"arn:aws:logs:*": "https://b.example"}}, ["https://b.example"]),
            ({"LOG_DELIVERY_DESTINATIONS": {"*": "logging"}, "LOG_DELIVERY_WEBHOOK": "https://a.example"}, ["logging"]),
            (
                {"LOG_DELIVERY_DESTINATIONS": {ARN: "webhook", "*": "logging"}, "LOG_DELIVERY_WEBHOOK": "https://a.example"},
                ["https://a.example"],
            ),
            ({"LOG_DELIVERY_DESTINATIONS": {"*": "webhook"}}, []),
        ],
    )  # fmt: skip
    def test_follow_the_settings(self, settings, given, expected):
        _settings(settings, **given)

        assert delivery.destinations_of(ARN) == expected


class TestWebhooks:
    @pytest.fixture(autouse=True)
    def _may_be_http(self, settings, monkeypatch):
        settings.DEBUG = True
        monkeypatch.setattr(webhooks, "_PAUSES_SECONDS", (0.0, 0.0))

    def test_get_signed_records(self, receiver, settings):
        _settings(settings, LOG_DELIVERY_WEBHOOK_SECRET="shared")

        webhooks.enqueue(receiver.url, {"message": "hello"})

        assert webhooks.drain(5)
        ((headers, body),) = receiver.received
        assert json.loads(body) == {"message": "hello"}
        assert headers["Content-Type"] == "application/json"
        expected = "sha256=" + hmac.new(b"shared", body, "sha256").hexdigest()
        assert headers[webhooks.SIGNATURE_HEADER] == expected

    def test_get_events(self, receiver, settings, sign_in):
        _settings(settings, LOG_DELIVERY_WEBHOOK=receiver.url)

        sign_in()

        assert webhooks.drain(5)
        ((headers, body),) = receiver.received
        assert json.loads(body)["message"]["eventType"] == "SignIn"
        assert webhooks.SIGNATURE_HEADER not in headers

    @pytest.mark.parametrize(("status", "attempts"), [(302, 1), (400, 1), (429, 3), (500, 3), (503, 3)])
    def test_that_refuse_are_logged_once(self, receiver, caplog, status, attempts):
        receiver.status = status

        webhooks.enqueue(f"{receiver.url}?token=hush", {})

        assert webhooks.drain(5)
        assert len(receiver.received) == attempts
        assert caplog.text.count(f"answered {status}") == 1
        assert "hush" not in caplog.text

    def test_that_fail_get_the_same_record_again(self, receiver, caplog):
        receiver.statuses = [500, 429]

        webhooks.enqueue(receiver.url, {"message": "hello"})

        assert webhooks.drain(5)
        assert [json.loads(body) for _headers, body in receiver.received] == [{"message": "hello"}] * 3
        assert "not delivered" not in caplog.text

    def test_that_cannot_be_reached_are_logged(self, caplog, sign_in, settings):
        _settings(settings, LOG_DELIVERY_WEBHOOK="http://127.0.0.1:9/records", LOG_DELIVERY_TIMEOUT_SECONDS=0.5)

        assert "AccessToken" in sign_in()["AuthenticationResult"]
        assert webhooks.drain(5)
        assert "was not delivered to http://127.0.0.1:9/records: URLError" in caplog.text

    @pytest.mark.parametrize("url", ["http://logs.example.com/", "file:///etc/passwd", "ftp://logs.example.com"])
    def test_need_https(self, caplog, settings, url):
        settings.DEBUG = False

        webhooks.enqueue(url, {})

        assert "is not https" in caplog.text

    def test_that_are_slow_hold_nobody_up(self, receiver, monkeypatch, caplog):
        goes_on = threading.Event()
        monkeypatch.setattr(webhooks, "post", lambda url, body: goes_on.wait(10))
        monkeypatch.setattr(webhooks, "_poster", None)
        monkeypatch.setattr(webhooks, "_MAX_WAITING", 2)

        for _turn in range(5):
            webhooks.enqueue(receiver.url, {})

        assert "2 wait for" in caplog.text
        goes_on.set()
        assert webhooks.drain(5)
