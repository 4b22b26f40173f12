"""Results and refusals on the wire."""

import dataclasses
import datetime
import json
import logging

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory, override_settings
from django.utils.translation import gettext_lazy

from cognito_auth import reasons
from cognito_auth.api import requests, responses
from cognito_auth.api.views import api
from cognito_auth.operations import registry
from tests.api.calls import JSON, error_of, members_of, post
from tests.factories import UserPoolClientFactory, UserPoolFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def serve(monkeypatch):
    """Return a function that puts another function in the place of GetUser's."""

    def replace(function):
        monkeypatch.setattr(registry.get("GetUser"), "function", function)
        return post("GetUser", {"AccessToken": "a.b.c"})

    return replace


class TestResult:
    def test_has_the_headers_of_aws(self, serve):
        response = serve(lambda request, call: {"Username": "jane", "UserAttributes": []})

        assert response.status_code == 200
        assert response["Content-Type"] == "application/x-amz-json-1.1"
        assert response["x-amzn-RequestId"]
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "x-amzn-requestid" in response["Access-Control-Expose-Headers"]
        assert members_of(response) == {"Username": "jane", "UserAttributes": []}

    def test_is_an_empty_object_where_there_is_nothing_to_say(self, monkeypatch):
        monkeypatch.setattr(registry.get("DeleteUser"), "function", lambda request, call: None)

        assert post("DeleteUser", {"AccessToken": "a.b.c"}).content == b"{}"

    def test_leaves_absent_members_out_at_every_depth(self, serve):
        response = serve(
            lambda request, call: {
                "Username": "jane",
                "PreferredMfaSetting": None,
                "UserAttributes": [{"Name": "sub", "Value": None}],
            }
        )

        assert members_of(response) == {"Username": "jane", "UserAttributes": [{"Name": "sub"}]}

    def test_writes_binaries_as_base64(self):
        assert json.loads(responses.result({"Bytes": b"\x00\xff"}, request_id="x").content) == {"Bytes": "AP8="}

    def test_never_holds_what_is_not_json(self):
        with pytest.raises(TypeError, match="datetime"):
            responses.result({"At": datetime.datetime.now(tz=datetime.UTC)}, request_id="x")


class TestRefusal:
    def test_has_type_message_reason_and_detail(self):
        response = post("DescribeUserPool")

        assert error_of(response) == ("MissingAuthenticationTokenException", "Missing Authentication Token")
        assert response["x-amzn-ErrorMessage"] == "Missing Authentication Token"
        assert members_of(response)["reason"] == "signature.missing"

    def test_has_the_detail_in_the_callers_language_and_the_message_as_it_is(self, monkeypatch):
        reason = dataclasses.replace(reasons.MISSING_SIGNATURE, detail=gettext_lazy("This field is required."))
        monkeypatch.setattr(reasons, "MISSING_SIGNATURE", reason)

        unknown = members_of(post("ListUsers", **{"Accept-Language": "xx"}))
        german = members_of(post("ListUsers", **{"Accept-Language": "xx, de-AT, en;q=0.5"}))

        assert german["message"] == unknown["message"] == "Missing Authentication Token"
        assert unknown["detail"] == "This field is required."
        assert german["detail"] == "Dieses Feld ist zwingend erforderlich."

    def test_keeps_its_header_to_one_line_of_ascii(self):
        response = post("InitiateAuth", {"ClientId": "1a", "AuthFlow": "x\r\nSet-Cookie: ä\u2028\x7f"})

        header = response["x-amzn-ErrorMessage"]
        assert header.isascii()
        assert header.isprintable()
        assert "Set-Cookie" not in response.headers
        assert "ä" in members_of(response)["message"]

    def test_carries_further_members(self):
        error = reasons.INVALID_PARAMETER(problem="no", members={"reasonCode": "x"})

        body = json.loads(responses.refusal(error, request_id="x", language="").content)

        assert body["reasonCode"] == "x"

    def test_says_when_to_come_again(self):
        response = responses.refusal(reasons.RATE_EXCEEDED(retry_after_seconds=7), request_id="x", language="")

        assert response["Retry-After"] == "7"
        assert response.status_code == 400

    def test_is_not_logged(self, caplog):
        with caplog.at_level(logging.DEBUG):
            post("GetUser")

        assert [record for record in caplog.records if record.name.startswith(("django", "cognito"))] == []

    def test_has_the_friendly_message_where_the_pool_says_so(self):
        client = UserPoolClientFactory(pool=UserPoolFactory(friendly_messages=True))
        request = {
            "ClientId": client.pk,
            "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": "nobody", "PASSWORD": "Passw0rd!"},
        }

        body = members_of(post("InitiateAuth", request))
        german = members_of(post("InitiateAuth", request, **{"Accept-Language": "de"}))

        assert body["message"] == body["detail"]
        assert german["message"] == german["detail"]


class TestFault:
    @pytest.mark.parametrize("error", [ZeroDivisionError("secret"), OperationalError("secret"), RecursionError()])
    def test_is_an_internal_error_without_details(self, serve, error, caplog):
        def fail(request, call):
            raise error

        response = serve(fail)

        assert response.status_code == 500
        assert response["Content-Type"] == JSON
        assert members_of(response)["__type"] == "InternalErrorException"
        assert b"secret" not in response.content
        assert response["Access-Control-Allow-Origin"] == "*"

    def test_is_logged_once_with_its_traceback_and_without_the_body(self, serve, caplog):
        def fail(request, call):
            raise ZeroDivisionError

        response = serve(fail)

        (record,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
        assert record.name == "cognito_auth.api"
        assert record.exc_info[0] is ZeroDivisionError
        assert response["x-amzn-RequestId"] in record.getMessage()
        assert "a.b.c" not in caplog.text


class TestPreflight:
    def test_allows_what_amplify_sends(self):
        response = Client().options(
            "/",
            headers={
                "Origin": "https://app.example.com",
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "content-type,x-amz-target",
            },
        )

        assert response.status_code == 200
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "POST" in response["Access-Control-Allow-Methods"]
        allowed = response["Access-Control-Allow-Headers"].split(", ")
        assert {
            "content-type",
            "x-amz-target",
            "x-amz-user-agent",
            "cache-control",
            "authorization",
            "amz-sdk-invocation-id",
            "amz-sdk-request",
        } <= set(allowed)


class TestOrigin:
    def origin(self, **headers):
        return requests.origin_of(RequestFactory().post("/", REMOTE_ADDR="192.0.2.9", headers=headers))

    def test_is_the_connection_unless_proxies_are_configured(self):
        assert self.origin(**{"X-Forwarded-For": "203.0.113.1"}).ip_address == "192.0.2.9"

    @override_settings(COGNITO_AUTH={"TRUSTED_PROXY_COUNT": 1})
    def test_is_what_the_nearest_proxy_saw(self):
        assert self.origin(**{"X-Forwarded-For": "1.1.1.1, 203.0.113.1"}).ip_address == "203.0.113.1"

    def test_has_agent_and_language(self):
        origin = self.origin(**{"User-Agent": "aws-sdk\x00", "Accept-Language": "de-CH"})

        assert (origin.user_agent, origin.language) == ("aws-sdk", "de")

    def test_has_no_language_without_the_header(self):
        assert self.origin().language == ""


class TestCookies:
    def test_are_not_looked_at(self):
        response = Client(enforce_csrf_checks=True).post("/", data="{}", content_type=JSON)

        assert error_of(response)[0] == "UnknownOperationException"

    def test_no_transaction_spans_the_request(self):
        assert api._non_atomic_requests
