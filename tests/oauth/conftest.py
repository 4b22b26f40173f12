"""A pool with a client of the authorization server, and its browser."""

import base64
import hashlib
import secrets
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory

REDIRECT_URI = "https://app.example.com/callback"
PASSWORD = "Passw0rd!"


def pkce(verifier=None):
    """Return a code verifier, given or drawn, and its challenge."""
    verifier = verifier or secrets.token_urlsafe(48)
    return verifier, base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def query_of(location):
    """Return what an address of return tells, from its query or its fragment."""
    parts = urlsplit(location)
    return {name: values[0] for name, values in parse_qs(parts.query or parts.fragment, keep_blank_values=True).items()}


@pytest.fixture
def pool(db):
    return UserPoolFactory()


@pytest.fixture
def oauth_client(pool):
    return UserPoolClientFactory(
        pool=pool,
        oauth_enabled=True,
        allowed_oauth_flows=["code", "implicit"],
        allowed_oauth_scopes=["openid", "email", "profile", "aws.cognito.signin.user.admin"],
        callback_urls=[REDIRECT_URI],
        logout_urls=["https://app.example.com/bye"],
    )


@pytest.fixture
def user(pool):
    return UserFactory(pool=pool, username="jane", email="jane@example.com", confirmed=True)


@pytest.fixture
def asks(pool, oauth_client):
    """Return the address of the authorization endpoint with a good request, changed by the arguments."""

    def address(path="oauth2/authorize", **changes):
        asked = {
            "response_type": "code",
            "client_id": oauth_client.pk,
            "redirect_uri": REDIRECT_URI,
            "scope": "openid email",
            "state": "s t&=/ü",
            **changes,
        }
        return f"/{pool.pk}/{path}?" + urlencode({name: value for name, value in asked.items() if value is not None})

    return address


@pytest.fixture
def signs_in(client, user, asks):
    """Sign Jane in with a browser and return where it is sent."""

    def sign_in(browser=client, **changes):
        answer = browser.post(asks("login", **changes), {"username": "jane", "password": PASSWORD})
        assert answer.status_code == 302, answer.content.decode()
        return answer["Location"]

    return sign_in
