"""The documents that a pool publishes as an issuer."""

import json

import jwt
import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from cognito_auth.services import user_pools
from cognito_auth.services.tokens import issue, keys
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory

pytestmark = pytest.mark.django_db
NAMES = ("jwks.json", "openid-configuration")


@pytest.fixture
def pool():
    pool = UserPoolFactory()
    keys.ensure(pool, now=timezone.now())
    return pool


@pytest.fixture
def get(client, pool):
    """Return a function that gets a document of the pool."""
    return lambda name, **headers: client.get(f"/{pool.pk}/.well-known/{name}", headers=headers)


class TestEachDocument:
    @pytest.mark.parametrize("name", NAMES)
    def test_is_json_that_every_origin_may_read(self, get, name):
        answer = get(name)

        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/json"
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert answer["Cache-Control"].startswith("public, max-age=")

    @pytest.mark.parametrize("name", NAMES)
    def test_has_its_members_in_alphabetical_order(self, get, name):
        def in_order(pairs):
            assert [key for key, _value in pairs] == sorted(key for key, _value in pairs)
            return dict(pairs)

        assert json.loads(get(name).content, object_pairs_hook=in_order)

    @pytest.mark.parametrize("name", NAMES)
    def test_is_not_sent_again_to_who_has_it(self, get, name):
        answer = get(name, **{"If-None-Match": get(name)["ETag"]})

        assert answer.status_code == 304
        assert answer["Access-Control-Allow-Origin"] == "*"

    @pytest.mark.parametrize("name", NAMES)
    def test_answers_head_and_preflight(self, client, pool, name):
        path = f"/{pool.pk}/.well-known/{name}"
        preflight = client.options(
            path, headers={"Origin": "https://app.example", "Access-Control-Request-Headers": "x-amz-user-agent"}
        )

        assert client.head(path).status_code == 200
        assert preflight.status_code == 204
        assert preflight["Access-Control-Allow-Origin"] == "*"
        assert preflight["Access-Control-Allow-Headers"] == "x-amz-user-agent"

    @pytest.mark.parametrize("name", NAMES)
    def test_that_cannot_be_made_says_so_in_json(self, get, name, monkeypatch):
        def fail(_pool_id):
            raise OperationalError("the server is away")

        monkeypatch.setattr(user_pools, "get", fail)

        answer = get(name)

        assert answer.status_code == 500
        assert answer.json() == {"message": "Something went wrong on our side."}
        assert "Cache-Control" not in answer.headers or "public" not in answer["Cache-Control"]

    @pytest.mark.parametrize("name", NAMES)
    def test_cannot_be_written(self, pool, name):
        answer = Client(enforce_csrf_checks=True).post(f"/{pool.pk}/.well-known/{name}")

        assert answer.status_code == 405
        assert answer["Allow"] == "GET, HEAD, OPTIONS"
        assert answer["Content-Type"] == "application/json"

    @pytest.mark.parametrize("name", NAMES)
    def test_of_an_unknown_pool_is_not_there(self, client, name):
        answer = client.get(f"/eu-west-1_Nobody/.well-known/{name}")

        assert answer.status_code == 404
        assert answer.json() == {"message": "User pool eu-west-1_Nobody does not exist."}
        assert answer["Access-Control-Allow-Origin"] == "*"


class TestJwks:
    def test_has_both_keys_and_nothing_private(self, get, pool):
        published = get("jwks.json").json()["keys"]

        assert {key["kid"] for key in published} == {pool.id_signing_key_id, pool.access_signing_key_id}
        for key in published:
            assert set(key) == {"alg", "e", "kid", "kty", "n", "use"}
            assert (key["alg"], key["e"], key["kty"], key["use"]) == ("RS256", "AQAB", "RSA", "sig")

    def test_has_new_and_old_keys_at_once_after_a_rotation(self, get, pool):
        before = get("jwks.json").json()["keys"]

        keys.rotate(pool, now=timezone.now())

        after = get("jwks.json").json()["keys"]
        assert len(after) == 4
        assert all(key in after for key in before)

    def test_makes_the_keys_of_a_pool_that_has_none(self, client):
        pool = UserPoolFactory()

        assert len(client.get(f"/{pool.pk}/.well-known/jwks.json").json()["keys"]) == 2

    def test_checks_the_tokens_of_the_pool(self, get, pool):
        app_client, now = UserPoolClientFactory(pool=pool), timezone.now()
        user = UserFactory(pool=pool, confirmed=True)
        issued = issue.issue(user, app_client, authenticated_at=now, token_epoch=0, now=now)

        published = jwt.PyJWKSet.from_json(json.dumps(get("jwks.json").json()))

        kid = jwt.get_unverified_header(issued.id_token)["kid"]
        claims = jwt.decode(issued.id_token, published[kid], algorithms=["RS256"], audience=app_client.pk, leeway=1)
        assert claims["sub"] == str(user.sub)


class TestOpenidConfiguration:
    def test_describes_the_pool_by_the_base_url(self, client, pool):
        path = f"/{pool.pk}/.well-known/openid-configuration"
        answer = client.get(path, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})

        issuer = f"http://testserver/{pool.pk}"
        assert answer.json() == {
            "authorization_endpoint": f"{issuer}/oauth2/authorize",
            "code_challenge_methods_supported": ["S256"],
            "end_session_endpoint": f"{issuer}/logout",
            "id_token_signing_alg_values_supported": ["RS256"],
            "issuer": issuer,
            "jwks_uri": f"{issuer}/.well-known/jwks.json",
            "response_types_supported": ["code", "token"],
            "revocation_endpoint": f"{issuer}/oauth2/revoke",
            "scopes_supported": ["openid", "email", "phone", "profile"],
            "subject_types_supported": ["public"],
            "token_endpoint": f"{issuer}/oauth2/token",
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "userinfo_endpoint": f"{issuer}/oauth2/userInfo",
        }

    def test_follows_the_prefix_of_the_urls(self, client, pool, settings):
        settings.ROOT_URLCONF = "tests.services.tokens.urls_under_prefix"

        document = client.get(f"/auth/v1/{pool.pk}/.well-known/openid-configuration").json()

        assert document["issuer"] == f"http://testserver/auth/v1/{pool.pk}"
        path = document["jwks_uri"].removeprefix("http://testserver")
        assert len(client.get(path).json()["keys"]) == 2
