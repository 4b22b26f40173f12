"""Carrying out one call."""

import base64
import datetime
import functools

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, OperationalError, transaction

from cognito_auth.exceptions import (
    AccessDeniedException,
    CognitoError,
    InvalidParameterException,
    MissingAuthenticationTokenException,
    OperationNotEnabledException,
    TooManyRequestsException,
)
from cognito_auth.operations import dispatch, registry
from cognito_auth.operations.call import TRUSTED, Call, Principal
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.tokens import issue
from tests.concurrency import race
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory, moment

User = get_user_model()

DEEP = base64.urlsafe_b64encode(b"[" * 100_000).decode()


def call_by(principal=None, **origin):
    return Call(
        now=moment(), region="eu-west-1", principal=principal, origin=RequestOrigin(**origin), request_id="request"
    )


def execute_at_once(name, request):
    """Execute as the API does at this moment."""
    now = datetime.datetime.now(tz=datetime.UTC)
    call = Call(now=now, region="eu-west-1", principal=TRUSTED, origin=RequestOrigin(), request_id="request")
    return dispatch.execute(name, request, call)


def deadlock():
    """Return the error of a statement that PostgreSQL ended because two waited for each other."""
    error = OperationalError("deadlock detected")
    error.__cause__ = Exception()
    error.__cause__.sqlstate = "40P01"
    return error


@pytest.fixture
def seen(monkeypatch):
    """Return a function that replaces an operation's and gives back the calls it got."""

    def replace(name):
        calls = []

        def function(request, call):
            calls.append((request, call))
            return

        monkeypatch.setattr(registry.get(name), "function", function)
        return calls

    return replace


class TestExecute:
    def test_asks_for_a_signature_before_anything_else(self):
        with pytest.raises(MissingAuthenticationTokenException):
            dispatch.execute("AdminGetUser", {"Username": 5}, call_by())

    @pytest.mark.django_db
    def test_checks_the_request_before_the_caller(self):
        with pytest.raises(InvalidParameterException):
            dispatch.execute("AdminGetUser", {}, call_by(Principal("ci", [], [])))

    @pytest.mark.django_db
    def test_checks_the_caller(self):
        request = {"UserPoolId": "eu-west-1_AbC123xyZ", "Username": "jane"}

        with pytest.raises(AccessDeniedException):
            dispatch.execute("AdminGetUser", request, call_by(Principal("ci", ["List*"], ["*"])))

    @pytest.mark.django_db
    def test_refuses_what_is_not_offered_with_its_reason(self):
        with pytest.raises(OperationNotEnabledException, match="replicate the database"):
            dispatch.execute("CreateUserPoolReplica", {}, call_by(TRUSTED))
        with pytest.raises(InvalidParameterException, match="THROTTLE_RATES"):
            dispatch.execute("GetProvisionedLimit", {}, call_by(TRUSTED))

    def test_answers_nothing_with_an_empty_response(self, seen):
        seen("DeleteUser")

        assert dispatch.execute("DeleteUser", {"AccessToken": "a.b.c"}, call_by()) == {}

    def test_gives_only_known_members_to_the_function(self, seen):
        calls = seen("DeleteUser")

        dispatch.execute("DeleteUser", {"AccessToken": "a.b.c", "ClientMetadata": {"a": "b"}}, call_by())

        assert calls[0][0] == {"AccessToken": "a.b.c"}

    @pytest.mark.django_db
    def test_puts_friendly_messages_where_the_pool_wants_them(self):
        friendly = UserPoolClientFactory(pool=UserPoolFactory(friendly_messages=True))
        exact = UserPoolClientFactory()

        def message_for(client):
            request = {"ClientId": client.pk, "RefreshToken": "nonsense"}
            with pytest.raises(Exception) as refusal:  # noqa: PT011  (whatever it is)
                dispatch.execute("GetTokensFromRefreshToken", request, call_by())
            return refusal.value

        assert message_for(friendly).message == message_for(friendly).detail
        assert message_for(exact).message != message_for(exact).detail

    @pytest.mark.django_db
    @pytest.mark.parametrize("token", ["nonsense", "a.b.c", "a.bnVsbA.c", "a.eyJpc3MiOjV9.c", "=.=.=", f"a.{DEEP}.c"])
    def test_finds_no_pool_in_a_token_that_is_none(self, token):
        with pytest.raises(Exception) as refusal:  # noqa: PT011
            dispatch.execute("GetUser", {"AccessToken": token}, call_by())

        assert refusal.value.code in ("NotAuthorizedException", "InvalidParameterException")


class TestSimultaneousDeletion:
    @pytest.fixture
    def run(self, monkeypatch):
        """Return a function that makes DeleteUser fail once with an error, and the errors left to raise."""

        def fail_once_with(error):
            errors = [error]

            def function(request, call):
                if errors:
                    raise errors.pop()
                return

            monkeypatch.setattr(registry.get("DeleteUser"), "function", function)
            return dispatch.execute("DeleteUser", {"AccessToken": "a.b.c"}, call_by())

        return fail_once_with

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("error", [IntegrityError(), User.DoesNotExist(), deadlock()])
    def test_is_found_out_by_a_second_run(self, run, error):
        assert run(error) == {}

    @pytest.mark.django_db(transaction=True)
    def test_is_not_what_a_lost_database_is_taken_for(self, run):
        with pytest.raises(OperationalError):
            run(OperationalError("server closed the connection"))

    @pytest.mark.django_db(transaction=True)
    def test_is_left_to_the_caller_inside_a_transaction(self, run):
        with pytest.raises(IntegrityError), transaction.atomic():
            run(IntegrityError())

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_is_refused_to_everybody_else_and_never_a_failure(self):
        client = UserPoolClientFactory()
        tokens = {}
        for turn in range(5):
            user = UserFactory(pool=client.pool, username=f"jane{turn}", confirmed=True)
            now = datetime.datetime.now(tz=datetime.UTC)
            tokens = issue.issue(user, client, authenticated_at=now, token_epoch=0, now=now)
            by_name = {"UserPoolId": client.pool_id, "Username": user.username}
            public = {"ClientId": client.pk, "Username": user.username}
            password = {"USERNAME": user.username, "PASSWORD": "Passw0rd!"}
            sign_in = {"ClientId": client.pk, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": password}
            bearer = {"AccessToken": tokens.access_token}
            requests = [
                ("AdminDeleteUser", by_name),
                ("InitiateAuth", sign_in),
                ("InitiateAuth", {**sign_in, "AuthParameters": {**password, "PASSWORD": "wrong"}}),
                ("ForgotPassword", public),
                ("GlobalSignOut", bearer),
                ("AdminUserGlobalSignOut", by_name),
                ("AdminResetUserPassword", by_name),
                ("ChangePassword", {**bearer, "PreviousPassword": "Passw0rd!", "ProposedPassword": "N3w-Passw0rd!"}),
                ("UpdateUserAttributes", {**bearer, "UserAttributes": [{"Name": "email", "Value": "new@example.com"}]}),
            ]

            outcomes = race(*[functools.partial(execute_at_once, name, request) for name, request in requests])

            assert outcomes[0] == {}
            failures = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
            assert [failure for failure in failures if not isinstance(failure, CognitoError)] == []
            assert not User.objects.exists()


class TestOrigin:
    def test_gets_the_metadata_of_the_request(self, seen):
        calls = seen("ForgotPassword")

        request = {"ClientId": "1a", "Username": "jane", "ClientMetadata": {"campaign": "x"}}
        dispatch.execute("ForgotPassword", request, call_by(ip_address="192.0.2.1"))

        assert calls[0][1].origin == RequestOrigin(ip_address="192.0.2.1", metadata={"campaign": "x"})

    @pytest.mark.django_db
    @pytest.mark.parametrize(
        ("address", "expected"),
        [("203.0.113.1", "203.0.113.1"), ("fe80::1%eth0", "fe80::1"), ("nonsense", "192.0.2.1"), ("", "192.0.2.1")],
    )
    def test_is_the_persons_where_a_server_speaks_for_them(self, seen, address, expected):
        calls = seen("AdminInitiateAuth")
        context = {"IpAddress": address, "ServerName": "web", "ServerPath": "/", "HttpHeaders": []}
        request = {
            "UserPoolId": "eu-west-1_a",
            "ClientId": "1a",
            "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
            "ContextData": context,
        }

        dispatch.execute("AdminInitiateAuth", request, call_by(TRUSTED, ip_address="192.0.2.1"))

        assert calls[0][1].origin.ip_address == expected

    @pytest.mark.django_db
    @pytest.mark.parametrize(
        ("headers", "expected"),
        [
            ([{"headerName": "accept"}, {"headerName": "user-agent", "headerValue": "Firefox/142.0"}], "Firefox/142.0"),
            ([{"headerName": "User-Agent", "headerValue": ""}], "Boto3/1.44"),
            ([{"headerValue": "Firefox/142.0"}, {}], "Boto3/1.44"),
            ([], "Boto3/1.44"),
        ],
    )
    def test_is_the_persons_browser_where_a_server_tells_its_headers(self, seen, headers, expected):
        calls = seen("AdminInitiateAuth")
        context = {"IpAddress": "203.0.113.1", "ServerName": "web", "ServerPath": "/", "HttpHeaders": headers}
        request = {
            "UserPoolId": "eu-west-1_a",
            "ClientId": "1a",
            "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
            "ContextData": context,
        }

        dispatch.execute("AdminInitiateAuth", request, call_by(TRUSTED, user_agent="Boto3/1.44"))

        assert calls[0][1].origin.user_agent == expected


@pytest.mark.django_db
class TestRates:
    @pytest.fixture(autouse=True)
    def _rates(self, settings):
        settings.COGNITO_AUTH = {
            **settings.COGNITO_AUTH,
            "THROTTLING": True,
            "THROTTLE_RATES": {
                "ip": "100/60",
                "user": "2/60",
                "client": "5/60",
                "pool": "50/60",
                "user_creation": None,
            },
        }

    def request_code(self, client, username, address="192.0.2.1"):
        dispatch.execute("ForgotPassword", {"ClientId": client.pk, "Username": username}, call_by(ip_address=address))

    def test_are_kept_per_name(self, seen):
        seen("ForgotPassword")
        client = UserPoolClientFactory()

        self.request_code(client, "jane")
        self.request_code(client, "JANE")
        self.request_code(client, "john")

        with pytest.raises(TooManyRequestsException, match="Rate exceeded") as refusal:
            self.request_code(client, "Jane")
        assert refusal.value.values["retry_after_seconds"] == 53

    def test_are_kept_per_client(self, seen):
        seen("ForgotPassword")
        client, other = UserPoolClientFactory(), UserPoolClientFactory()
        for number in range(5):
            self.request_code(client, f"person{number}", address=f"192.0.2.{number}")

        with pytest.raises(TooManyRequestsException):
            self.request_code(client, "person9")
        self.request_code(other, "person9")

    def test_are_kept_per_token(self, seen):
        seen("DeleteUser")
        for _ in range(2):
            dispatch.execute("DeleteUser", {"AccessToken": "a.b.c"}, call_by())

        with pytest.raises(TooManyRequestsException):
            dispatch.execute("DeleteUser", {"AccessToken": "a.b.c"}, call_by())
        dispatch.execute("DeleteUser", {"AccessToken": "a.b.d"}, call_by())

    def test_are_kept_per_pool_for_signed_calls(self, seen, settings):
        seen("ListUsers")
        settings.COGNITO_AUTH["THROTTLE_RATES"]["pool"] = "1/60"
        principal = Principal("ci", ["*"], ["*"])
        dispatch.execute("ListUsers", {"UserPoolId": "eu-west-1_a"}, call_by(principal))

        with pytest.raises(TooManyRequestsException):
            dispatch.execute("ListUsers", {"UserPoolId": "eu-west-1_a"}, call_by(principal))
        dispatch.execute("ListUsers", {"UserPoolId": "eu-west-1_b"}, call_by(principal))

    def test_do_not_hold_for_python_code(self, seen):
        seen("ListUsers")

        for _ in range(60):
            dispatch.execute("ListUsers", {"UserPoolId": "eu-west-1_a"}, call_by(TRUSTED))

    def test_count_an_unknown_client_for_the_address_only(self, seen):
        seen("ForgotPassword")

        dispatch.execute("ForgotPassword", {"ClientId": "1nobody", "Username": "x"}, call_by(ip_address="192.0.2.1"))
