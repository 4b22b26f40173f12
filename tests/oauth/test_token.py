"""The token endpoint."""

import base64
import io
import json
import logging
from datetime import timedelta
from functools import partial
from urllib.parse import quote, urlencode

import jwt
import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from cognito_auth.models import AuthorizationCode, RefreshToken, TokenFamily, User, UserPool, UserPoolClient
from cognito_auth.services import user_pool_clients, user_pools
from cognito_auth.services.oauth import authorization_codes
from cognito_auth.services.oauth.errors import OAuthError
from cognito_auth.services.request_origin import RequestOrigin
from tests.concurrency import race
from tests.factories import ResourceServerFactory, UserFactory, UserPoolClientFactory, UserPoolFactory
from tests.oauth.conftest import REDIRECT_URI, pkce, query_of

FORM = "application/x-www-form-urlencoded"


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False})


@pytest.fixture
def posts(client, pool):
    """Post a form to the token endpoint and return status and JSON."""

    def post(headers=None, content_type=FORM, **fields):
        body = urlencode({name: value for name, value in fields.items() if value is not None})
        answer = client.post(f"/{pool.pk}/oauth2/token", body, content_type=content_type, headers=headers or {})
        return answer.status_code, answer.json()

    return post


@pytest.fixture
def exchanges(posts, oauth_client):
    def exchange(code, **changes):
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT_URI,
            "client_id": oauth_client.pk,
            **changes,
        }
        return posts(**fields)

    return exchange


@pytest.fixture
def code(signs_in):
    return query_of(signs_in())["code"]


def with_secret(client, value="a-secret+with/signs:and%more0"):
    user_pool_clients.UserPoolClientSecret.objects.create(client=client, slot=1, value=value, created_at=timezone.now())
    return value


class TestAuthorizationCode:
    def test_gives_tokens(self, exchanges, signs_in, user, client, pool):
        verifier, challenge = pkce()
        code = query_of(signs_in(code_challenge=challenge, code_challenge_method="S256", nonce="n-1"))["code"]

        status, tokens = exchanges(code, code_verifier=verifier)

        assert status == 200
        assert set(tokens) == {"access_token", "id_token", "refresh_token", "token_type", "expires_in"}
        id_token, access_token = claims_of(tokens["id_token"]), claims_of(tokens["access_token"])
        assert id_token["sub"] == access_token["sub"] == str(user.sub)
        assert id_token["nonce"] == "n-1"
        assert id_token["email"] == "jane@example.com"
        assert "name" not in id_token
        assert id_token["at_hash"]
        assert access_token["scope"] == "openid email"
        assert access_token["version"] == 2
        assert "nonce" not in access_token

    @pytest.mark.parametrize("scope", [None, "openid", "openid profile", "openid email"])
    def test_shows_the_attributes_of_the_scopes(self, exchanges, signs_in, user, scope):
        User.objects.update(name="Jane Roe", phone_number="+15550100")

        _status, tokens = exchanges(query_of(signs_in(scope=scope))["code"])

        shown = {"email", "name", "phone_number"} & set(claims_of(tokens["id_token"]))
        assert (
            shown
            == {
                None: {"email", "name"},
                "openid": {"email", "name", "phone_number"},
                "openid profile": {"name"},
                "openid email": {"email"},
            }[scope]
        )

    @pytest.mark.parametrize("strict", [False, True])
    def test_refuses_scopes_whose_attributes_the_client_may_not_all_read_in_a_strict_pool(
        self, exchanges, signs_in, oauth_client, pool, strict
    ):
        UserPool.objects.update(strict=strict)
        UserPoolClient.objects.update(read_attributes=["email"])

        status, answer = exchanges(query_of(signs_in(scope="openid email"))["code"])

        assert status == (400 if strict else 200)
        if strict:
            assert answer == {"error": "invalid_grant"}
        else:
            assert {"email", "email_verified"} & set(claims_of(answer["id_token"])) == {"email"}
        assert exchanges(query_of(signs_in(scope="openid"))["code"])[0] == 200

    def test_has_no_id_token_without_openid(self, exchanges, signs_in):
        _status, tokens = exchanges(query_of(signs_in(scope="aws.cognito.signin.user.admin"))["code"])

        assert "id_token" not in tokens

    def test_names_the_resource_in_the_access_token_and_after_a_refresh(self, exchanges, posts, signs_in, oauth_client):
        _status, tokens = exchanges(query_of(signs_in(resource="https://api.example.com/v1"))["code"])

        assert claims_of(tokens["access_token"])["aud"] == "https://api.example.com/v1"
        _status, again = posts(
            grant_type="refresh_token", refresh_token=tokens["refresh_token"], client_id=oauth_client.pk
        )
        assert claims_of(again["access_token"])["aud"] == "https://api.example.com/v1"

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"code": None}, "invalid_request"),
            ({"code": "unknown"}, "invalid_grant"),
            ({"code": "x" * 5000}, "invalid_grant"),
            ({"redirect_uri": None}, "invalid_request"),
            ({"redirect_uri": "https://evil.example/"}, "unauthorized_client"),
            ({"code_verifier": "a" * 43}, "invalid_grant"),
            ({"client_id": None}, "invalid_client"),
            ({"client_id": "unknown"}, "invalid_client"),
            ({"client_secret": "wrong-secret-wrong-secret"}, "invalid_client"),
            ({"grant_type": None}, "invalid_request"),
            ({"grant_type": "password"}, "unsupported_grant_type"),
        ],
    )
    def test_refuses(self, exchanges, code, changes, error):
        status, body = exchanges(**{"code": code, **changes})

        assert (status, body["error"]) == (400, error)
        # And the code is still good for who has it rightly.
        assert exchanges(code)[0] == 200

    @pytest.mark.parametrize("length", [32, 128])
    def test_takes_a_short_and_a_long_verifier(self, exchanges, signs_in, length):
        verifier, challenge = pkce("v" * length)
        code = query_of(signs_in(code_challenge=challenge, code_challenge_method="S256"))["code"]

        assert exchanges(code, code_verifier=verifier)[0] == 200

    @pytest.mark.parametrize("verifier", ["v" * 31, "v" * 129, "ü" * 43, "v" * 42 + " "])
    def test_refuses_what_is_no_verifier(self, exchanges, signs_in, verifier):
        code = query_of(signs_in(code_challenge=pkce(verifier)[1], code_challenge_method="S256"))["code"]

        assert exchanges(code, code_verifier=verifier) == (400, {"error": "invalid_grant"})

    @pytest.mark.parametrize("verifier", [None, "", "x", "a" * 43, "a" * 129, "ü" * 43])
    def test_refuses_without_the_right_verifier(self, exchanges, signs_in, verifier):
        challenge = pkce()[1]
        code = query_of(signs_in(code_challenge=challenge, code_challenge_method="S256"))["code"]

        assert exchanges(code, code_verifier=verifier) == (400, {"error": "invalid_grant"})

    def test_refuses_another_client(self, exchanges, posts, code, pool):
        other = UserPoolClientFactory(
            pool=pool, oauth_enabled=True, allowed_oauth_flows=["code"], callback_urls=[REDIRECT_URI]
        )

        assert exchanges(code, client_id=other.pk) == (400, {"error": "invalid_grant"})

    def test_refuses_a_client_of_another_pool(self, exchanges, code):
        other = UserPoolClientFactory(pool=UserPoolFactory(), oauth_enabled=True, allowed_oauth_flows=["code"])

        assert exchanges(code, client_id=other.pk) == (400, {"error": "invalid_client"})

    def test_ends_after_five_minutes(self, exchanges, code):
        AuthorizationCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

        assert exchanges(code) == (400, {"error": "invalid_grant"})

    @pytest.mark.parametrize("change", [{"is_active": False}, {"token_epoch": 9}])
    def test_refuses_who_may_not_sign_in_any_more(self, exchanges, code, change):
        User.objects.update(**change)

        assert exchanges(code) == (400, {"error": "invalid_grant"})

    def test_takes_back_what_a_code_gave_that_comes_again(self, exchanges, posts, code, oauth_client):
        _status, tokens = exchanges(code)

        assert exchanges(code) == (400, {"error": "invalid_grant"})
        assert TokenFamily.objects.get().revoked_at is not None
        assert posts(grant_type="refresh_token", refresh_token=tokens["refresh_token"], client_id=oauth_client.pk) == (
            400,
            {"error": "invalid_grant"},
        )

    @pytest.mark.postgresql
    def test_gives_tokens_to_one_of_two_at_once(self, transactional_db):
        pool = UserPoolFactory()
        client = UserPoolClientFactory(
            pool=pool,
            oauth_enabled=True,
            allowed_oauth_flows=["code"],
            allowed_oauth_scopes=["openid"],
            callback_urls=[REDIRECT_URI],
        )
        UserFactory(pool=pool, username="jane", confirmed=True)
        query = urlencode({"response_type": "code", "client_id": client.pk, "redirect_uri": REDIRECT_URI})
        answer = Client().post(f"/{pool.pk}/login?{query}", {"username": "jane", "password": "Passw0rd!"})
        code = query_of(answer["Location"])["code"]
        exchange = partial(
            authorization_codes.exchange,
            client,
            code,
            redirect_uri=REDIRECT_URI,
            code_verifier="",
            origin=RequestOrigin(),
            now=timezone.now(),
        )

        results = race(*[exchange] * 4)

        assert sum(isinstance(result, OAuthError) for result in results) == 3
        # Whoever was second has seen the code: what it gave is gone.
        assert TokenFamily.objects.get().revoked_at is not None

    def test_takes_few_queries(self, exchanges, signs_in, django_assert_max_num_queries):
        exchanges(query_of(signs_in())["code"])
        code = query_of(signs_in())["code"]

        with django_assert_max_num_queries(12):
            assert exchanges(code)[0] == 200


class TestClientAuthentication:
    @pytest.mark.parametrize("how", ["raw", "encoded a little", "encoded", "form"])
    def test_by_the_secret(self, exchanges, code, oauth_client, how):
        secret = with_secret(oauth_client)
        pair = f"{oauth_client.pk}:{quote(secret, safe='') if how == 'encoded' else secret}"
        if how == "form":
            status, _body = exchanges(code, client_secret=secret)
        else:
            if how == "encoded a little":
                pair = pair.replace("%m", "%25m").replace("+", "%2B")
            header = base64.b64encode(pair.encode()).decode()
            status, _body = exchanges(code, headers={"Authorization": f"Basic {header}"}, client_id=None)

        assert status == 200

    def test_by_either_of_two_secrets(self, exchanges, signs_in, oauth_client):
        first = with_secret(oauth_client)
        user_pool_clients.UserPoolClientSecret.objects.create(
            client=oauth_client, slot=2, value="another-secret-of-the-client", created_at=timezone.now()
        )
        for secret in (first, "another-secret-of-the-client"):
            assert exchanges(query_of(signs_in())["code"], client_secret=secret)[0] == 200

    @pytest.mark.parametrize(
        "header",
        ["Basic", "Basic !", "Basic YQ==", "Bearer x", "Basic " + base64.b64encode(b"\xff:\xff").decode(), "x" * 9000],
    )
    def test_refuses_headers_that_are_none(self, exchanges, code, oauth_client, header):
        status, body = exchanges(code, headers={"Authorization": header}, client_id=None)

        assert (status, body) == (400, {"error": "invalid_client"})

    def test_refuses_a_client_that_keeps_its_secret_to_itself(self, exchanges, code, oauth_client):
        with_secret(oauth_client)

        assert exchanges(code) == (400, {"error": "invalid_client"})

    def test_has_no_challenge_of_browsers_dialogs(self, client, pool):
        answer = client.post(f"/{pool.pk}/oauth2/token", "grant_type=refresh_token", content_type=FORM)

        assert answer.status_code == 400
        assert "WWW-Authenticate" not in answer

    def test_refuses_two_ways_at_once(self, exchanges, code, oauth_client):
        secret = with_secret(oauth_client, "simple-secret-of-the-client")
        header = base64.b64encode(f"{oauth_client.pk}:{secret}".encode()).decode()

        status, body = exchanges(code, headers={"Authorization": f"Basic {header}"}, client_secret=secret)

        assert (status, body["error"]) == (400, "invalid_request")


class TestForm:
    def test_is_a_form(self, posts):
        assert posts(content_type="application/json", a="b")[1] == {"error": "invalid_request"}

    @pytest.mark.parametrize("body", ["a=b&a=c", "%ff=1", "grant_type=%00", "&" * 500 + "a=b", "x" * 300_000, "é"])
    def test_of_another_shape_is_refused(self, client, pool, body):
        answer = client.post(f"/{pool.pk}/oauth2/token", body.encode(), content_type=FORM)

        assert answer.status_code == 400
        assert answer.json()["error"] in ("invalid_request", "invalid_client")

    def test_writes_no_lines_of_its_own_into_the_log(self, posts, oauth_client, caplog):
        with caplog.at_level(logging.INFO):
            posts(client_id=oauth_client.pk, grant_type="x\nINFO Somebody else")

        [message] = [record.getMessage() for record in caplog.records if record.name.startswith("cognito_auth")]
        assert "\n" not in message

    @pytest.mark.parametrize(("is_terminated", "error"), [(True, "unsupported_grant_type"), (False, "invalid_request")])
    def test_may_come_in_pieces(self, client, pool, oauth_client, is_terminated, error):
        body = io.BytesIO(f"grant_type=password&client_id={oauth_client.pk}".encode())
        environ = {"wsgi.input": body, "wsgi.input_terminated": is_terminated, "CONTENT_LENGTH": ""}
        headers = {"Transfer-Encoding": "chunked"}

        answer = client.post(f"/{pool.pk}/oauth2/token", content_type=FORM, headers=headers, **environ)

        assert answer.json() == {"error": error}

    def test_is_posted(self, client, pool):
        assert client.get(f"/{pool.pk}/oauth2/token").status_code == 405

    def test_may_come_from_a_browser_of_any_origin(self, client, pool):
        answer = client.options(
            f"/{pool.pk}/oauth2/token",
            headers={"Origin": "https://app.example.com", "Access-Control-Request-Headers": "x-amz-user-agent"},
        )

        assert answer.status_code == 204
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert answer["Access-Control-Allow-Headers"] == "x-amz-user-agent"
        assert "POST" in answer["Access-Control-Allow-Methods"]

    def test_of_an_unknown_pool(self, client, db):
        assert client.post("/eu-west-1_AAAAAAAAA/oauth2/token", "", content_type=FORM).status_code == 404

    @pytest.mark.parametrize("path", ["oauth2/token", "oauth2/revoke"])
    def test_failures_of_ours_are_told_in_the_same_form(self, client, pool, monkeypatch, caplog, path):
        def fail(_pool_id):
            raise OperationalError("the server is away")

        monkeypatch.setattr(user_pools, "get", fail)

        answer = client.post(f"/{pool.pk}/{path}", "", content_type=FORM)

        assert (answer.status_code, answer.json()) == (500, {"error": "server_error"})
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "OperationalError" in caplog.text

    def test_answers_are_not_kept(self, client, pool):
        answer = client.post(f"/{pool.pk}/oauth2/token", "", content_type=FORM)

        assert answer["Cache-Control"] == "no-store"

    def test_answers_say_how_their_text_is_encoded(self, client, pool):
        answer = client.post(f"/{pool.pk}/oauth2/token", "", content_type=FORM)

        assert answer["Content-Type"] == "application/json;charset=UTF-8"


class TestRefreshToken:
    @pytest.fixture
    def tokens(self, exchanges, code):
        return exchanges(code)[1]

    @pytest.fixture
    def refreshes(self, posts, oauth_client):
        return lambda token, **changes: posts(
            **{"grant_type": "refresh_token", "refresh_token": token, "client_id": oauth_client.pk, **changes}
        )

    def test_gives_new_tokens_of_the_same_session(self, tokens, refreshes):
        status, again = refreshes(tokens["refresh_token"])

        assert status == 200
        assert set(again) == {"access_token", "id_token", "token_type", "expires_in"}
        old, new = claims_of(tokens["id_token"]), claims_of(again["id_token"])
        assert (new["auth_time"], new["origin_jti"]) == (old["auth_time"], old["origin_jti"])
        assert new["jti"] != old["jti"]
        assert "nonce" not in new
        assert claims_of(again["access_token"])["scope"] == "openid email"

    def test_rotates_where_the_client_does(self, tokens, refreshes, oauth_client):
        UserPoolClient.objects.update(refresh_token_rotation=True)

        _status, again = refreshes(tokens["refresh_token"])

        assert again["refresh_token"] != tokens["refresh_token"]
        assert refreshes(tokens["refresh_token"]) == (400, {"error": "invalid_grant"})
        # Somebody else has the old one: the session has ended.
        assert refreshes(again["refresh_token"]) == (400, {"error": "invalid_grant"})

    def test_refuses_another_client(self, tokens, refreshes, pool):
        other = UserPoolClientFactory(pool=pool, oauth_enabled=True, allowed_oauth_flows=["code"])

        assert refreshes(tokens["refresh_token"], client_id=other.pk) == (400, {"error": "invalid_grant"})

    @pytest.mark.parametrize("token", [None, "unknown", "a.b.c", "x" * 5000])
    def test_refuses_what_is_none(self, refreshes, token):
        status, body = refreshes(token)

        assert (status, body["error"]) == (400, "invalid_request" if token is None else "invalid_grant")

    def test_refuses_the_disabled_and_the_deleted(self, tokens, refreshes):
        User.objects.update(is_active=False)
        assert refreshes(tokens["refresh_token"]) == (400, {"error": "invalid_grant"})

        User.objects.all().delete()
        assert refreshes(tokens["refresh_token"]) == (400, {"error": "invalid_grant"})
        assert not RefreshToken.objects.exists()


class TestClientCredentials:
    SECRET = "correct-horse-battery-staple"

    @pytest.fixture
    def machine(self, pool):
        ResourceServerFactory(pool=pool, identifier="shop")
        client = UserPoolClientFactory(
            pool=pool,
            oauth_enabled=True,
            allowed_oauth_flows=["client_credentials"],
            allowed_oauth_scopes=["shop/orders.read", "shop/orders.write"],
        )
        with_secret(client, self.SECRET)
        return client

    @pytest.fixture
    def asks_for(self, posts, machine):
        return lambda **changes: posts(
            **{
                "grant_type": "client_credentials",
                "client_id": machine.pk,
                "client_secret": self.SECRET,
                **changes,
            }
        )

    def test_gives_an_access_token_with_all_scopes(self, asks_for, machine):
        status, answer = asks_for()

        assert status == 200
        assert set(answer) == {"access_token", "token_type", "expires_in"}
        claims = claims_of(answer["access_token"])
        assert claims["sub"] == claims["client_id"] == machine.pk
        assert claims["scope"] == "shop/orders.read shop/orders.write"
        assert claims["version"] == 2
        assert "username" not in claims

    def test_gives_the_scopes_asked_for(self, asks_for):
        assert claims_of(asks_for(scope="shop/orders.read")[1]["access_token"])["scope"] == "shop/orders.read"

    @pytest.mark.parametrize("scope", ["openid", "shop/orders.delete", "shop/orders.read other/x"])
    def test_refuses_other_scopes(self, asks_for, scope):
        assert asks_for(scope=scope) == (400, {"error": "invalid_scope"})

    def test_refuses_a_wrong_secret(self, asks_for):
        assert asks_for(client_secret="wrong-wrong-wrong-wrong-1") == (400, {"error": "invalid_client"})
        assert asks_for(client_secret=None) == (400, {"error": "invalid_client"})

    def test_refuses_a_client_of_people(self, posts, oauth_client):
        assert posts(grant_type="client_credentials", client_id=oauth_client.pk) == (
            400,
            {"error": "unauthorized_client"},
        )

    @pytest.mark.parametrize("text", ["x", "[]", '{"a": 1}', "[" * 100_000])
    def test_refuses_metadata_that_is_none(self, asks_for, text):
        assert asks_for(aws_client_metadata=text) == (400, {"error": "invalid_request"})

    def test_hands_metadata_to_the_trigger(self, asks_for, settings):
        seen = []

        def handler(event):
            seen.append(event["request"]["clientMetadata"])
            return event

        triggers = {"PreTokenGeneration": {"handler": handler, "version": "V3_0"}}
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "TRIGGERS": {"*": triggers}}
        status, _answer = asks_for(aws_client_metadata=json.dumps({"tenant": "7"}))

        if seen:
            assert seen == [{"tenant": "7"}]
        assert status == 200


class TestTokenExchange:
    GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
    ACCESS = "urn:ietf:params:oauth:token-type:access_token"

    @pytest.fixture
    def service(self, pool):
        return UserPoolClientFactory(
            pool=pool,
            oauth_enabled=True,
            allowed_oauth_flows=["code"],
            allowed_oauth_scopes=["openid", "email"],
            callback_urls=[REDIRECT_URI],
            explicit_auth_flows=["ALLOW_TOKEN_EXCHANGE_IMPERSONATION", "ALLOW_REFRESH_TOKEN_AUTH"],
        )

    def test_gives_a_token_for_another_client(self, exchanges, posts, code, service, user):
        subject = exchanges(code)[1]["access_token"]

        status, answer = posts(
            grant_type=self.GRANT,
            client_id=service.pk,
            subject_token=subject,
            subject_token_type=self.ACCESS,
            scope="email",
        )

        assert status == 200, answer
        assert answer["issued_token_type"] == self.ACCESS
        assert answer["token_type"] == "Bearer"
        assert answer["scope"] == "email"
        claims = claims_of(answer["access_token"])
        assert (claims["client_id"], claims["sub"]) == (service.pk, str(user.sub))

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"subject_token": "x.y.z"}, "invalid_request"),
            ({"subject_token": None}, "invalid_request"),
            ({"subject_token_type": "urn:ietf:params:oauth:token-type:saml2"}, "invalid_request"),
            ({"scope": "nothing"}, "invalid_scope"),
            ({"resource": "unknown"}, "invalid_target"),
            ({"actor_token": "x"}, "invalid_request"),
            ({"requested_token_type": "urn:ietf:params:oauth:token-type:refresh_token"}, "invalid_request"),
        ],
    )
    def test_refuses(self, exchanges, posts, code, service, changes, error):
        subject = exchanges(code)[1]["access_token"]
        fields = {
            "grant_type": self.GRANT,
            "client_id": service.pk,
            "subject_token": subject,
            "subject_token_type": self.ACCESS,
            **changes,
        }

        status, body = posts(**fields)

        assert (status, body["error"]) == (400, error)

    def test_refuses_a_client_that_may_not(self, exchanges, posts, code, oauth_client):
        subject = exchanges(code)[1]["access_token"]

        status, body = posts(
            grant_type=self.GRANT, client_id=oauth_client.pk, subject_token=subject, subject_token_type=self.ACCESS
        )

        assert (status, body["error"]) == (400, "unauthorized_client")
