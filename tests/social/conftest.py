"""A pool whose people sign in with a real OpenID provider."""

import json
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from django.test import Client
from django.utils import timezone

from cognito_auth.services.identity_providers import records
from tests import npm
from tests.factories import UserPoolClientFactory, UserPoolFactory

OPENID_PROVIDER = Path(__file__).resolve().parent / "openid_provider"
REDIRECT_URI = "https://app.example.com/callback"
PEOPLE = {
    "jane-7": {"email": "jane@example.com", "email_verified": True, "name": "Jane Roe", "groups": ["a b", "c"]},
    "mallory": {"email": "jane@example.com", "email_verified": False, "name": "Mallory"},
}
MAPPING = {"email": "email", "email_verified": "email_verified", "name": "name", "nickname": "groups"}


def query_of(location):
    """Return what an address tells in its query."""
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


@pytest.fixture(scope="session")
def openid_modules():
    return npm.installed(OPENID_PROVIDER / "package.json")


@pytest.fixture
def start_provider(openid_modules):
    """Start an OpenID provider for a client with one address of return; return its issuer."""
    processes = []

    def start(redirect_uri, **changes):
        settings = {
            "modules": str(openid_modules),
            "client_id": "shop",
            "client_secret": "correct horse battery staple of the tests",
            "redirect_uris": [redirect_uri],
            "people": PEOPLE,
            **changes,
        }
        command = ["node", str(OPENID_PROVIDER / "provider.mjs"), json.dumps(settings)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        processes.append(process)
        issuer = process.stdout.readline().strip()
        assert issuer.startswith("http://127.0.0.1:"), "The OpenID provider did not start."
        return issuer

    yield start
    for process in processes:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def pool(db):
    return UserPoolFactory()


@pytest.fixture
def acme(pool, start_provider):
    """The provider ``Acme`` of the pool."""

    def make(pool=pool, details=None, mapping=MAPPING, **changes):
        issuer = start_provider(f"http://testserver/{pool.pk}/oauth2/idpresponse", **changes)
        given = {
            "client_id": "shop",
            "client_secret": "correct horse battery staple of the tests",
            "authorize_scopes": "openid email profile",
            "attributes_request_method": "GET",
            "oidc_issuer": issuer,
        }
        return records.create(
            pool, "Acme", "OIDC", provider_details={**given, **(details or {})}, mapping=mapping, now=timezone.now()
        )

    return make


@pytest.fixture
def app(pool):
    """A client whose people may sign in with Acme."""
    return make_app(pool)


def make_app(pool):
    """Return a client of a pool whose people may sign in with Acme."""
    return UserPoolClientFactory(
        pool=pool,
        oauth_enabled=True,
        allowed_oauth_flows=["code"],
        allowed_oauth_scopes=["openid", "email", "profile"],
        callback_urls=[REDIRECT_URI],
        supported_identity_providers=["COGNITO", "Acme"],
    )


class Browser:
    """A browser: Django's client for our pages, a session for the provider's."""

    def __init__(self):
        self.ours = Client()
        self.theirs = requests.Session()

    def begin(self, app, **changes):
        """Go to the authorization endpoint and on to the provider; return its address."""
        asked = {
            "response_type": "code",
            "client_id": app.pk,
            "redirect_uri": REDIRECT_URI,
            "scope": "openid email profile",
            "state": "abc",
            "identity_provider": "Acme",
            **changes,
        }
        answer = self.ours.get(f"/{app.pool_id}/oauth2/authorize?{urlencode(asked)}")
        assert answer.status_code == 302, answer.content
        return self.ours.get(answer["Location"])["Location"]

    def at_provider(self, address):
        """Follow the provider's redirects until it sends the browser back; return that address."""
        for _step in range(8):
            answer = self.theirs.get(address, allow_redirects=False, timeout=10)
            assert answer.is_redirect, answer.text
            address = requests.compat.urljoin(address, answer.headers["Location"])
            if address.startswith("http://testserver/"):
                return address
        raise AssertionError("The provider does not come to an end.")

    def back(self, address):
        """Come back to us and return the answer."""
        return self.ours.get(address.removeprefix("http://testserver"))

    def sign_in(self, app, **changes):
        """Go all the way and return what the client is told."""
        answer = self.back(self.at_provider(self.begin(app, **changes)))
        assert answer.status_code == 302, answer.content.decode()
        assert answer["Location"].startswith(REDIRECT_URI), answer["Location"]
        return query_of(answer["Location"])


@pytest.fixture
def browser():
    return Browser()
