"""Providers that say what no provider should: refused, never an error of ours."""

import json
import logging
import time

import jwt
import pytest
import requests
from django.test import Client
from django.utils import timezone

from cognito_auth.models import FederationAttempt, User, UserPoolClient
from cognito_auth.services.identity_providers import records
from cognito_auth.social import egress
from tests.social.conftest import MAPPING, make_app, query_of
from tests.social.hostile import KEY, HostileProvider

DISCOVERY = "/.well-known/openid-configuration"
NESTED = b"[" * 100_000
BIG_NUMBER = b"1" * 10_000


@pytest.fixture
def hostile():
    server = HostileProvider()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def provider(pool, hostile):
    details = {
        "client_id": "shop",
        "client_secret": "correct horse battery staple",
        "authorize_scopes": "openid email",
        "attributes_request_method": "GET",
        "oidc_issuer": hostile.origin,
    }
    return records.create(pool, "Acme", "OIDC", provider_details=details, mapping=MAPPING, now=timezone.now())


@pytest.fixture
def app(pool, provider):
    return make_app(pool)


def sign_in(browser, app, hostile, **changes):
    return browser.back(hostile.come_back(browser.begin(app), **changes))


def refused(answer):
    assert answer.status_code == 302, answer.content
    told = query_of(answer["Location"])
    assert told["error"] == "invalid_request", told
    assert told["error_description"] == "Acme Error"
    assert not User.objects.exists()


class TestProvider:
    def test_that_says_nothing_strange_signs_in(self, app, browser, hostile):
        assert "code" in query_of(sign_in(browser, app, hostile)["Location"])

    @pytest.mark.parametrize("path", ["/token", "/userinfo", "/keys"])
    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"[]",
            b"null",
            b"17",
            b'"access_token"',
            b'["access_token"]',
            b"{",
            NESTED,
            b'{"a":' * 5_000,
            b'{"access_token":[],"id_token":[],"keys":{},"sub":[]}',
            b'{"access_token":null,"id_token":null,"keys":[null,[],{"kty":5,"n":7,"kid":"one"}],"sub":null}',
            b'{"access_token":"a","id_token":' + BIG_NUMBER + b',"keys":[],"sub":' + BIG_NUMBER + b"}",
            b'{"access_token":"a","id_token":"a.b.c","keys":[{"kty":"RSA","kid":"one","n":"AA","e":"AA"}]}',
            b"\xff\xfe\x00",
        ],
        ids=range(14),
    )
    def test_that_answers_in_another_form_is_refused(self, app, browser, hostile, path, body):
        hostile.says[path] = body

        refused(sign_in(browser, app, hostile))

    @pytest.mark.parametrize(
        "changes",
        [
            {"authorization_endpoint": "javascript:alert(1)"},
            {"authorization_endpoint": "data:text/html,x"},
            {"authorization_endpoint": "http://idp.example.com/authorize"},
            {"authorization_endpoint": "//idp.example.com/authorize"},
            {"authorization_endpoint": "https://["},
            {"authorization_endpoint": "https://idp.example.com/\r\nSet-Cookie: a=b"},
            {"authorization_endpoint": ["https://idp.example.com/"]},
            {"token_endpoint": None},
            {"token_endpoint_auth_methods_supported": 5},
            {"issuer": ["x"]},
            {"issuer": "https://idp.example.com"},
        ],
    )
    def test_whose_document_leads_elsewhere_is_refused(self, app, browser, hostile, changes):
        document = {
            "issuer": hostile.origin,
            "authorization_endpoint": f"{hostile.origin}/authorize",
            "token_endpoint": f"{hostile.origin}/token",
            "jwks_uri": f"{hostile.origin}/keys",
            **changes,
        }
        hostile.says[DISCOVERY] = json.dumps(document).encode()

        assert query_of(browser.begin(app))["error_description"] == "Acme Error"

    def test_whose_document_is_nested_without_end_is_refused(self, app, browser, hostile):
        hostile.says[DISCOVERY] = NESTED

        assert query_of(browser.begin(app))["error_description"] == "Acme Error"

    @pytest.mark.parametrize(
        "changes",
        [
            {"exp": "1e999"},
            {"exp": "[]"},
            {"iat": "1e999"},
            {"nbf": "-1e999"},
            {"nonce": '"\\ud800"'},
            {"auth_time": BIG_NUMBER.decode()},
            {"a": '{"a":' * 5_000 + "1" + "}" * 5_000},
        ],
        ids=str,
    )
    def test_whose_signed_claims_are_malformed_is_refused(self, app, browser, hostile, changes):
        address = browser.begin(app)
        back = hostile.come_back(address)
        now = int(time.time())
        claims = {
            "iss": f'"{hostile.origin}"',
            "sub": '"jane"',
            "aud": '"shop"',
            "iat": str(now),
            "exp": str(now + 300),
            "nonce": f'"{hostile.nonce}"',
            **changes,
        }
        hostile.payload = ("{" + ",".join(f'"{name}":{text}' for name, text in claims.items()) + "}").encode()

        answer = browser.back(back)

        assert answer.status_code == 302
        told = query_of(answer["Location"])
        # Only nesting may be read in one Python and not in another.
        assert told.get("error") == "invalid_request" or ("a" in changes and "code" in told), told

    def test_that_tells_values_of_other_types_is_taken_for_what_can_be_kept(self, app, browser, hostile):
        deep = "x"
        for _level in range(100):
            deep = [deep]
        hostile.claims = {"name": deep, "email": ["a", {"b": 1}], "email_verified": "perhaps", "groups": 10**400}

        told = query_of(sign_in(browser, app, hostile)["Location"])

        assert "code" in told or told["error"] == "invalid_request"

    def test_whose_keys_are_in_part_unusable_is_taken(self, app, browser, hostile):
        good = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
        bad = [{"kty": 5, "kid": "one"}, {"kty": "RSA", "kid": "one", "n": 7, "e": []}, {"kid": "one", "alg": []}]
        hostile.says["/keys"] = json.dumps({"keys": [*bad, {**good, "kid": "one"}]}).encode()

        assert "code" in query_of(sign_in(browser, app, hostile)["Location"])

    def test_leaves_nothing_secret_and_no_lines_of_its_own_in_the_log(self, app, browser, hostile, caplog):
        secret = "ey-secret-token"
        body = json.dumps({"refresh_token": secret, "error": "invalid_grant\nWARNING forged"}).encode()
        hostile.says["/token"] = body

        with caplog.at_level(logging.INFO):
            refused(sign_in(browser, app, hostile))

        [record] = [record for record in caplog.records if record.name.startswith("cognito_auth.social")]
        assert "invalid_grant" in record.getMessage()
        assert "\n" not in record.getMessage()
        assert secret not in caplog.text


class TestAnswer:
    def test_has_to_say_whose_it_is_where_the_provider_says_that_it_does(self, app, browser, hostile):
        document = {
            "issuer": hostile.origin,
            "authorization_endpoint": f"{hostile.origin}/authorize",
            "token_endpoint": f"{hostile.origin}/token",
            "jwks_uri": f"{hostile.origin}/keys",
            "authorization_response_iss_parameter_supported": True,
        }
        hostile.says[DISCOVERY] = json.dumps(document).encode()

        refused(sign_in(browser, app, hostile))
        refused(sign_in(browser, app, hostile, iss="https://accounts.google.com"))
        assert "code" in query_of(sign_in(browser, app, hostile, iss=hostile.origin)["Location"])

    def test_is_not_posted_by_a_provider_that_redirects(self, app, browser, hostile):
        state = query_of(browser.begin(app))["state"]

        answer = Client().post(f"/{app.pool_id}/oauth2/idpresponse", {"state": state, "code": "planted"})

        assert "error=provider_answer" in answer["Location"]
        assert FederationAttempt.objects.get().answered_at is None

    def test_of_a_provider_that_the_client_no_longer_offers_is_refused(self, app, browser, hostile):
        back = hostile.come_back(browser.begin(app))
        UserPoolClient.objects.filter(pk=app.pk).update(supported_identity_providers=["COGNITO"])

        answer = browser.back(back)

        assert "code" not in query_of(answer["Location"])
        assert not User.objects.exists()

    def test_is_refused_once_the_provider_is_deleted(self, app, provider, browser, hostile):
        back = hostile.come_back(browser.begin(app))
        records.delete(provider)

        assert "error=provider_answer" in browser.back(back)["Location"]

    def test_says_when_the_person_signed_in_there(self, app, browser, hostile):
        hostile.claims = {"auth_time": int(time.time()) - 3600}
        back = hostile.come_back(browser.begin(app, max_age="60"))

        refused(browser.back(back))

    @pytest.mark.parametrize("name", ["code", "error", "iss", "state"])
    @pytest.mark.parametrize("value", ["\x00", "\r\nSet-Cookie: a=b", "\ud800", "x" * 9_000, "é"])
    def test_may_hold_anything(self, app, browser, hostile, name, value):
        back = hostile.come_back(browser.begin(app))
        value = value.encode("utf-8", "surrogatepass")

        answer = browser.ours.get(back.removeprefix("http://testserver"), {"state": "x", "code": "c", name: value})

        assert answer.status_code == 302

    def test_comes_seldom_enough(self, app, browser, settings):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "THROTTLE_RATES": {"ip": "2/60"}}
        address = f"/{app.pool_id}/oauth2/idpresponse?state=x&code=y"

        answers = [browser.ours.get(address).status_code for _again in range(3)]

        assert answers == [302, 302, 429]


class TestEgress:
    def get(self, hostile, path="/x"):
        return egress.Session(local_hosts=["127.0.0.1"]).get(f"{hostile.origin}{path}")

    def test_reads_no_more_of_a_redirect_than_of_another_answer(self, hostile):
        def endless(handler):
            handler.send_response(302)
            handler.send_header("Location", "/elsewhere")
            handler.end_headers()
            for _piece in range(200):
                handler.wfile.write(b"x" * 100_000)
            hostile.says["sent"] = True

        hostile.says["/x"] = endless

        with pytest.raises(requests.RequestException):
            self.get(hostile)
        assert "sent" not in hostile.says

    def test_takes_no_compressed_answers(self, hostile):
        def bomb(handler):
            handler.send_response(200)
            handler.send_header("Content-Encoding", "gzip")
            handler.end_headers()
            handler.wfile.write(b"\x1f\x8b")

        hostile.says["/x"] = bomb

        with pytest.raises(egress.NotReachable):
            self.get(hostile)

    @pytest.mark.parametrize("where", ["headers", "body"])
    def test_does_not_wait_for_those_who_say_a_little_now_and_then(self, hostile, monkeypatch, where):
        monkeypatch.setattr(egress, "MAX_SECONDS", 1.0)

        def dripping(handler):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-A: ")
            if where == "body":
                handler.wfile.write(b"b\r\n\r\n")
            for _drop in range(100):
                try:
                    handler.wfile.write(b"x")
                except OSError:
                    return
                time.sleep(0.1)

        hostile.says["/x"] = dripping
        began = time.monotonic()

        with pytest.raises(requests.RequestException):
            self.get(hostile)
        assert time.monotonic() - began < 5

    @pytest.mark.parametrize("location", ["http://idp.example.com/", "file:///etc/passwd", "//[::1", "gopher://x/"])
    def test_does_not_follow_to_where_it_would_not_go_itself(self, hostile, location):
        def elsewhere(handler):
            handler.send_response(302)
            handler.send_header("Location", location)
            handler.end_headers()

        hostile.says["/x"] = elsewhere

        with pytest.raises((requests.RequestException, ValueError)):
            self.get(hostile)

    @pytest.mark.parametrize(
        ("address", "is_public"),
        [
            ("93.184.215.14", True),
            ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
            ("127.0.0.1", False),
            ("10.0.0.1", False),
            ("169.254.169.254", False),
            ("100.64.0.1", False),
            ("224.0.0.1", False),
            ("::ffff:127.0.0.1", False),
            ("::ffff:10.0.0.1", False),
            ("64:ff9b::a00:1", False),
            ("64:ff9b::7f00:1", False),
            ("2002:7f00:1::", False),
            ("2002:a00:1::", False),
            ("fe80::1%eth0", False),
            ("fd00::1", False),
            ("ff02::1", False),
        ],
    )
    def test_knows_public_addresses(self, address, is_public):
        assert egress._is_public(address) is is_public


class TestLinkAccount:
    def test_does_not_sign_in_to_a_client_that_trusts_another_provider(self, app, provider, browser, hostile):
        """An identity that waits since a sign-in to one client does not open another one."""
        from tests.factories import UserFactory

        type(provider).objects.filter(pk=provider.pk).update(linking="ask")
        UserFactory(pool=app.pool, username="jane", email="jane@example.com", confirmed=True)
        hostile.claims = {"email": "jane@example.com", "email_verified": True}
        offered = sign_in(browser, app, hostile)
        assert "/linkAccount?" in offered["Location"]
        strict = make_app(app.pool)
        UserPoolClient.objects.filter(pk=strict.pk).update(supported_identity_providers=["COGNITO"])
        query = (
            offered["Location"].partition("?")[2].replace(app.pk, strict.pk).replace("identity_provider=Acme", "a=b")
        )

        answer = browser.ours.post(f"/{app.pool_id}/linkAccount?{query}")

        assert answer.status_code == 302
        assert "/login?" in answer["Location"], answer["Location"]
        assert not User.objects.filter(username__startswith="acme").exists()
