"""Signed requests, by the real boto3."""

import datetime
import hashlib
import hmac

import pytest
import time_machine
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from django.test import Client
from django.utils import timezone

from cognito_auth.api import sigv4
from cognito_auth.models import AccessKey
from cognito_auth.operations import registry
from tests import aws
from tests.api.calls import error_of, post
from tests.factories import AccessKeyFactory, UserFactory, UserPoolFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def access_key():
    return AccessKeyFactory(id=aws.ACCESS_KEY_ID, secret=aws.SECRET_ACCESS_KEY, name="tests")


def capture(**options):
    taken = []

    def take(request, **_kwargs):
        taken.append(request)
        return aws.answer(request)

    # Whatever comes back: the request is what matters.
    with pytest.raises(ClientError):
        aws.client(send=take, **options).list_user_pools(MaxResults=0)
    return taken[0]


def code_of(call, **arguments):
    with pytest.raises(ClientError) as refusal:
        call(**arguments)
    error = refusal.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.fixture
def resend(db):
    """Return a function that sends a fresh signed request after changing it."""

    def send(*, body=None, path="/", **changes):
        request = capture()
        headers = {
            name: value.decode() if isinstance(value, bytes) else value for name, value in request.headers.items()
        }
        headers = {name: value for name, value in (headers | changes).items() if value is not None}
        content_type = headers.pop("Content-Type")
        headers.pop("Content-Length")
        return Client().post(
            path,
            data=request.body if body is None else body,
            content_type=content_type,
            headers={"Host": "testserver", **headers},
        )

    return send


class TestVerify:
    def test_lets_the_real_boto3_in(self, boto3_client):
        pool = UserPoolFactory()

        assert [found["Id"] for found in boto3_client.list_user_pools(MaxResults=1)["UserPools"]] == [pool.pk]

    def test_takes_the_region_of_the_caller(self, access_key):
        client = aws.client(region_name="ap-southeast-2")

        assert client.create_user_pool(PoolName="people")["UserPool"]["Id"].startswith("ap-southeast-2_")

    @pytest.mark.parametrize(
        ("root", "endpoint"),
        [
            ("cognito_auth.urls", "http://testserver"),
            ("cognito_auth.urls", "https://id.example.com:8443/"),
            ("tests.api.prefix_urls", "http://testserver:8000/auth/pools/"),
        ],
    )
    def test_holds_under_any_address(self, access_key, settings, root, endpoint):
        settings.ROOT_URLCONF = root

        assert aws.client(endpoint_url=endpoint).list_user_pools(MaxResults=1)["UserPools"] == []

    @pytest.mark.parametrize(
        ("path", "headers"),
        [
            # What the AWS SDK for JavaScript signs.
            (
                "/",
                {
                    "amz-sdk-invocation-id": "0-1",
                    "amz-sdk-request": "attempt=1;   max=3",
                    "content-length": "17",
                    "x-amz-content-sha256": hashlib.sha256(b'{"MaxResults": 1}').hexdigest(),
                    "x-amz-user-agent": "aws-sdk-js/3",
                },
            ),
            ("/?b=2&a=1&a=%C3%A4+b", {}),
            ("/%C3%BCber%20uns/", {}),
        ],
    )
    def test_holds_for_whatever_is_signed(self, access_key, settings, path, headers):
        settings.ROOT_URLCONF = "tests.api.prefix_urls" if "uns" in path else "cognito_auth.urls"
        target = "AWSCognitoIdentityProviderService.ListUserPools"
        request = AWSRequest(
            "POST",
            f"http://testserver{path}",
            data=b'{"MaxResults": 1}',
            headers={"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target, **headers},
        )
        credentials = Credentials(aws.ACCESS_KEY_ID, aws.SECRET_ACCESS_KEY)
        SigV4Auth(credentials, "cognito-idp", "eu-west-1").add_auth(request)

        response = aws.answer(request.prepare())

        assert (response.status_code, response.content) == (200, b'{"UserPools":[]}')

    def test_takes_the_date_header(self, access_key):
        now = datetime.datetime.now(tz=datetime.UTC)
        date = now.strftime("%a, %d %b %Y %H:%M:%S GMT")
        target = "AWSCognitoIdentityProviderService.ListUserPools"
        body = b'{"MaxResults": 1}'
        canonical = (
            f"POST\n/\n\ndate:{date}\nhost:testserver\nx-amz-target:{target}\n\ndate;host;x-amz-target\n"
            f"{hashlib.sha256(body).hexdigest()}"
        )
        scope = f"{now:%Y%m%d}/eu-west-1/cognito-idp/aws4_request"
        to_sign = f"AWS4-HMAC-SHA256\n{now:%Y%m%dT%H%M%SZ}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = f"AWS4{aws.SECRET_ACCESS_KEY}".encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        signature = hmac.digest(key, to_sign.encode(), "sha256").hex()

        response = post(
            "ListUserPools",
            body,
            Date=date,
            Host="testserver",
            Authorization=f"AWS4-HMAC-SHA256 Credential={aws.ACCESS_KEY_ID}/{scope},"
            f"SignedHeaders=date;host;x-amz-target,Signature={signature}",
        )

        assert response.status_code == 200, response.content

    def test_holds_for_long_and_unicode_bodies(self, access_key):
        name = "n" * 128

        assert aws.client().create_user_pool(PoolName=name)["UserPool"]["Name"] == name
        assert code_of(aws.client().create_user_pool, PoolName="Käufer")[0] == "InvalidParameterException"

    def test_refuses_a_wrong_secret(self, access_key):
        client = aws.client(secret_access_key="wrong")

        code, message = code_of(client.list_user_pools, MaxResults=1)

        assert code == "InvalidSignatureException"
        assert message.startswith("The request signature we calculated does not match the signature you provided.")

    def test_refuses_an_old_secret_at_once(self, access_key):
        aws.client().list_user_pools(MaxResults=1)

        access_key.secret = "changed"
        access_key.save()

        assert code_of(aws.client().list_user_pools, MaxResults=1)[0] == "InvalidSignatureException"

    def test_refuses_an_unknown_key(self):
        assert code_of(aws.client().list_user_pools, MaxResults=1) == (
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        )

    def test_refuses_a_key_that_is_off(self, access_key):
        AccessKey.objects.update(is_active=False)

        assert code_of(aws.client().list_user_pools, MaxResults=1)[0] == "UnrecognizedClientException"

    def test_refuses_the_key_of_a_disabled_owner(self, access_key):
        owner = UserFactory()
        AccessKey.objects.update(owner=owner)
        aws.client().list_user_pools(MaxResults=1)

        type(owner).objects.update(is_active=False)

        assert code_of(aws.client().list_user_pools, MaxResults=1)[0] == "UnrecognizedClientException"

    def test_refuses_a_session_token(self, access_key):
        assert code_of(aws.client(session_token="token").list_user_pools, MaxResults=1) == (
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        )

    @pytest.mark.parametrize("operation", [name for name, entry in registry.load().items() if entry.is_signed])
    def test_refuses_an_unsigned_call_before_looking_at_the_body(self, operation):
        assert error_of(post(operation, b"not json")) == (
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
        )

    @pytest.mark.parametrize(
        "header",
        [
            "Bearer a.b.c",
            "Basic dTpw",
            "AWS4-HMAC-SHA256",
            "AWS4-HMAC-SHA256 Credential=a/b",
            "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host;x-amz-date;x-amz-target, Signature=0",
            "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host;x-amz-date;x-amz-target,Signature=0,Signature=1",
            "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=x-amz-date;x-amz-target, Signature=0",
            "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host;x-amz-date, Signature=0",
            "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host;x-amz-target, Signature=0",
            "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=x-amz-target;x-amz-date;host, Signature=0",
            "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host;x-amz-date;x-amz-target, Signature=0",
        ],
    )
    def test_refuses_a_malformed_header(self, header):
        assert error_of(post("ListUserPools", Authorization=header))[0] == "IncompleteSignatureException"

    def test_refuses_another_body(self, access_key, resend):
        assert error_of(resend(body=b'{"MaxResults": 2}'))[0] == "InvalidSignatureException"

    def test_refuses_another_operation(self, access_key, resend):
        response = resend(**{"X-Amz-Target": "AWSCognitoIdentityProviderService.DeleteUserPool"})

        assert error_of(response)[0] == "InvalidSignatureException"

    def test_refuses_another_host(self, access_key, resend):
        assert error_of(resend(Host="evil.example"))[0] == "InvalidSignatureException"

    def test_refuses_a_query_that_was_not_signed(self, access_key, resend):
        assert error_of(resend(path="/?a=1"))[0] == "InvalidSignatureException"

    def test_refuses_a_declared_hash_of_another_body(self, access_key, resend):
        assert error_of(resend(**{"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"}))[0] == "InvalidSignatureException"

    def test_takes_what_it_refused_when_unchanged(self, access_key, resend):
        # MaxResults=0 is what was captured: the signature holds and the value is refused.
        assert error_of(resend())[0] == "InvalidParameterException"

    @pytest.mark.parametrize("signature", ["0" * 64, "ÿ" * 10, "é"])
    def test_compares_any_text(self, access_key, resend, signature):
        header = capture().headers["Authorization"]
        header = (header.decode() if isinstance(header, bytes) else header).rpartition("=")[0]

        assert error_of(resend(Authorization=f"{header}={signature}"))[0] == "InvalidSignatureException"

    @pytest.mark.parametrize(
        ("minutes", "message"),
        [
            (
                -6,
                "Signature expired: 20260303T085907Z is now earlier than 20260303T090007Z (20260303T090507Z - 5 min.)",
            ),
            (
                6,
                "Signature not yet current: 20260303T091107Z is still later than 20260303T091007Z"
                " (20260303T090507Z + 5 min.)",
            ),
        ],
    )
    def test_refuses_a_clock_that_is_wrong(self, access_key, minutes, message):
        server = datetime.datetime(2026, 3, 3, 9, 5, 7, tzinfo=datetime.UTC)

        def send(request, **_kwargs):
            with time_machine.travel(server, tick=False):
                return aws.answer(request)

        with time_machine.travel(server + datetime.timedelta(minutes=minutes), tick=False):
            refusal = code_of(aws.client(send=send).list_user_pools, MaxResults=1)

        assert refusal == ("InvalidSignatureException", message)

    @pytest.mark.parametrize("minutes", [-4, 4])
    def test_forgives_four_minutes(self, access_key, minutes):
        server = datetime.datetime(2026, 3, 3, 9, 5, 7, tzinfo=datetime.UTC)

        def send(request, **_kwargs):
            with time_machine.travel(server, tick=False):
                return aws.answer(request)

        with time_machine.travel(server + datetime.timedelta(minutes=minutes), tick=False):
            assert aws.client(send=send).list_user_pools(MaxResults=1)["UserPools"] == []

    @pytest.mark.parametrize(
        ("position", "value", "message"),
        [
            (-2, "s3", "Credential should be scoped to correct service: 'cognito-idp'. "),
            (-3, "EU_WEST", "Credential should be scoped to a valid region. "),
            (-3, "eu-" + "w" * 60, "Credential should be scoped to a valid region. "),
            (-1, "aws5_request", "Credential should be scoped with a valid terminator: 'aws4_request'. "),
            (-4, "20200101", None),
        ],
    )
    def test_refuses_another_scope(self, access_key, resend, position, value, message):
        header = capture().headers["Authorization"]
        header = header.decode() if isinstance(header, bytes) else header
        credential = header.partition("Credential=")[2].partition(",")[0]
        parts = credential.split("/")
        parts[position] = value

        refusal = error_of(resend(Authorization=header.replace(credential, "/".join(parts))))

        assert refusal[0] == "InvalidSignatureException"
        assert message is None or refusal[1] == message

    @pytest.mark.parametrize("header", ["Bearer a.b.c", "AWS4-HMAC-SHA256 nonsense", "x"])
    def test_is_not_asked_for_public_operations(self, header):
        assert error_of(post("GetUser", Authorization=header))[0] == "InvalidParameterException"

    def test_takes_one_query_for_the_key_and_writes_once_a_minute(self, access_key, django_assert_num_queries):
        client = aws.client()

        # One is the row of the audit log.
        with django_assert_num_queries(3):
            code_of(client.list_user_pools, MaxResults=0)
        with django_assert_num_queries(2):
            code_of(client.list_user_pools, MaxResults=0)

        access_key.refresh_from_db()
        assert timezone.now() - access_key.last_used_at < datetime.timedelta(minutes=1)


class TestSigningKeys:
    def test_are_kept_up_to_a_number(self, monkeypatch):
        monkeypatch.setattr(sigv4, "_MAX_CACHED_KEYS", 3)
        sigv4._signing_keys.clear()

        keys = {sigv4._signing_key(f"id{n}", "secret", "20260303", f"r{n}") for n in range(10)}

        assert len(keys) == 10
        assert len(sigv4._signing_keys) == 3
