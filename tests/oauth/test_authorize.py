"""The authorization endpoint."""

import jwt
import pytest

from tests.oauth.conftest import REDIRECT_URI, pkce, query_of


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False})


@pytest.fixture
def exchanges(client, pool, oauth_client):
    def exchange(code, **changes):
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT_URI,
            "client_id": oauth_client.pk,
            **changes,
        }
        return client.post(f"/{pool.pk}/oauth2/token", form, content_type="application/x-www-form-urlencoded")

    return exchange


class TestAuthorize:
    def test_a_browser_comes_back_with_a_code_that_gives_tokens(self, client, asks, signs_in, pool, oauth_client, user):
        verifier, challenge = pkce()
        changes = {"code_challenge": challenge, "code_challenge_method": "S256", "nonce": "n-1"}
        first = client.get(asks(**changes))
        assert first.status_code == 302
        assert first["Location"] == asks("login", **changes)
        assert client.get(first["Location"]).status_code == 200

        location = signs_in(**changes)

        assert location.startswith(REDIRECT_URI + "?code=")
        told = query_of(location)
        assert told["state"] == "s t&=/ü"
        answer = client.post(
            f"/{pool.pk}/oauth2/token",
            "grant_type=authorization_code"
            f"&code={told['code']}&redirect_uri={REDIRECT_URI}&client_id={oauth_client.pk}&code_verifier={verifier}",
            content_type="application/x-www-form-urlencoded",
        )
        assert answer.status_code == 200, answer.content
        tokens = answer.json()
        assert set(tokens) == {"access_token", "id_token", "refresh_token", "token_type", "expires_in"}
        id_token, access_token = claims_of(tokens["id_token"]), claims_of(tokens["access_token"])
        assert id_token["sub"] == access_token["sub"] == str(user.sub)
        assert id_token["nonce"] == "n-1"
        assert id_token["email"] == "jane@example.com"
        assert id_token["at_hash"]
        assert access_token["scope"] == "openid email"
        assert access_token["version"] == 2
