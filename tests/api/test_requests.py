"""What is not a proper request."""

import io
import json
import uuid

import pytest
from django.test import Client, RequestFactory, override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cognito_auth.api import requests
from cognito_auth.exceptions import RequestEntityTooLargeException
from cognito_auth.operations import service_model
from tests.api.calls import JSON, error_of, members_of, post
from tests.factories import UserPoolClientFactory

pytestmark = pytest.mark.django_db
UNSIGNED = sorted(name for name, model in service_model.load()["operations"].items() if not model["signed"])


class TestOperationName:
    @pytest.mark.parametrize("name", [None, "", "NoSuchOperation", "__class__", "signUp"])
    def test_unknown_is_refused_without_a_message(self, name):
        response = post(name)

        assert error_of(response) == ("UnknownOperationException", None)
        assert "message" not in members_of(response)
        assert response.status_code == 400

    def test_is_what_follows_the_last_full_stop(self):
        response = Client().post("/", data="{}", content_type=JSON, headers={"X-Amz-Target": "a.b.GetUser"})

        assert error_of(response)[0] == "InvalidParameterException"


class TestContentType:
    @pytest.mark.parametrize(
        "content_type",
        [
            "application/x-amz-json-1.1",
            "application/x-amz-json-1.1; charset=UTF-8",
            "Application/X-Amz-JSON-1.1;charset=utf-8",
            "application/x-amz-json-1.0",
        ],
    )
    def test_of_aws_json_is_taken(self, content_type):
        assert error_of(post("GetUser", content_type=content_type))[0] == "InvalidParameterException"

    @pytest.mark.parametrize(
        "content_type",
        ["", "text/plain", "application/json", "application/x-www-form-urlencoded", f"{JSON}; charset=utf-16"],
    )
    def test_of_another_kind_is_refused(self, content_type):
        assert error_of(post("GetUser", content_type=content_type)) == (
            "SerializationException",
            "Content-Type must be application/x-amz-json-1.1.",
        )


class TestBody:
    @pytest.mark.parametrize(
        "body",
        [
            b"{",
            b"nothing",
            b'{"AccessToken": 1e999}',
            b'{"AccessToken": NaN}',
            b'{"AccessToken": -Infinity}',
            b'{"AccessToken": ' + b"9" * 5000 + b"}",
            b"[" * 100_000,
            b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
            b"\xff\xfe",
            b'{"AccessToken": "\xff"}',
            b'\xef\xbb\xbf{"AccessToken": "x"}',
            '{"AccessToken": "x"}'.encode("utf-16"),
            b"[]",
            b'"text"',
            b"5",
            b"null",
            b'{"AccessToken": "a\\u0000b"}',
            b'{"AccessToken": "a\x00b"}',
            b'{"AccessToken": "\\ud800"}',
            b"\x00",
            b" ",
        ],
    )
    def test_that_is_no_proper_object_is_refused(self, body):
        assert error_of(post("GetUser", body))[0] == "SerializationException"

    def test_that_is_empty_is_an_empty_request(self):
        response = Client().post("/", headers={"X-Amz-Target": "a.GetUser"}, CONTENT_TYPE=JSON, CONTENT_LENGTH="")

        assert error_of(response)[0] == "InvalidParameterException"

    def test_with_a_member_twice_means_the_last_one(self):
        response = post("GetUser", b'{"AccessToken": "", "AccessToken": null}')

        assert "must not be null" in error_of(response)[1]

    @override_settings(COGNITO_AUTH={"MAX_BODY_BYTES": 100, "THROTTLING": False})
    def test_that_is_too_large_is_refused(self):
        response = post("GetUser", b'{"AccessToken": "' + b"x" * 100 + b'"}')

        assert response.status_code == 413
        assert error_of(response) == (
            "RequestEntityTooLargeException",
            "The request body is larger than 100 bytes.",
        )

    @override_settings(COGNITO_AUTH={"MAX_BODY_BYTES": 100, "THROTTLING": False})
    def test_that_is_too_large_is_read_to_its_end_first(self):
        request = RequestFactory().post("/", b"x" * 200_000, JSON)

        with pytest.raises(RequestEntityTooLargeException):
            requests.body_of(request)
        assert request.read() == b""

    @override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=10)
    def test_that_is_too_large_for_django_is_refused(self):
        assert post("GetUser", b'{"AccessToken": "x"}').status_code == 413

    @pytest.mark.parametrize("length", ["-1", "abc", "1e3", "9" * 400])
    def test_of_nonsensical_length_is_refused(self, length):
        response = Client().post(
            "/", data=b"{}", content_type=JSON, headers={"X-Amz-Target": "a.GetUser"}, CONTENT_LENGTH=length
        )

        assert error_of(response)


class Breaking(io.BytesIO):
    """A body whose sender goes away."""

    def read(self, *_arguments):
        raise OSError("No more data.")


class TestBodyInPieces:
    """A body with ``Transfer-Encoding: chunked``, which has no length before its end."""

    def send(self, stream, **environ):
        environ = {"wsgi.input": stream, "wsgi.input_terminated": True, **environ}
        headers = {"X-Amz-Target": "a.GetUser", "Transfer-Encoding": "chunked"}
        return Client().post("/", content_type=JSON, headers=headers, CONTENT_LENGTH="", **environ)

    def test_is_read(self):
        assert error_of(self.send(io.BytesIO(b'{"AccessToken": "x"}')))[0] == "NotAuthorizedException"

    @override_settings(COGNITO_AUTH={"MAX_BODY_BYTES": 100, "THROTTLING": False})
    def test_that_is_too_large_is_refused(self):
        assert self.send(io.BytesIO(b"x" * 101)).status_code == 413

    def test_that_breaks_off_is_refused(self):
        assert error_of(self.send(Breaking()))[0] == "SerializationException"

    def test_is_refused_where_the_server_does_not_tell_its_end(self):
        response = self.send(io.BytesIO(b'{"AccessToken": "x"}'), **{"wsgi.input_terminated": False})

        assert error_of(response)[0] == "SerializationException"


class TestAnything:
    """Whatever is sent, the answer is a result or a refusal, never a fault."""

    values = st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=20)
        | st.sampled_from(["\x00", "\ud800", "9" * 400, "eu-west-1_AbC123xyZ", "true"]),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
        max_leaves=8,
    )

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(body=st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
    def test_as_bytes_is_refused(self, body):
        error_of(post("SignUp", body))

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data(), operation=st.sampled_from(UNSIGNED))
    def test_as_members_is_no_fault(self, data, operation):
        members = service_model.shape(service_model.load()["operations"][operation]["input"])["members"]
        request = {name: data.draw(self.values) for name in members}

        response = post(operation, json.dumps(request))

        assert response.status_code == 200 or error_of(response)

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def test_of_the_right_types_is_no_fault(self, data):
        client = UserPoolClientFactory()
        text = st.text(min_size=1, max_size=20)
        flow = st.sampled_from(["USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH", "USER_SRP_AUTH", "USER_AUTH"])
        request = {
            "ClientId": client.pk,
            "AuthFlow": data.draw(flow),
            "AuthParameters": data.draw(
                st.dictionaries(st.sampled_from(["USERNAME", "PASSWORD", "REFRESH_TOKEN", "SECRET_HASH"]), text)
            ),
        }

        error_of(post("InitiateAuth", request))


class TestMethods:
    @pytest.mark.parametrize("method", ["get", "put", "delete", "patch", "head"])
    def test_other_than_post_are_not_allowed(self, method, settings):
        settings.ROOT_URLCONF = "cognito_auth.urls"

        response = getattr(Client(), method)("/")

        assert response.status_code == 405
        assert response["Allow"] == "POST, OPTIONS"
        assert response["Content-Type"] == JSON


class TestRequestId:
    def test_is_another_one_each_time(self):
        ids = {uuid.UUID(post("GetUser")["x-amzn-RequestId"]) for _ in range(2)}

        assert len(ids) == 2
