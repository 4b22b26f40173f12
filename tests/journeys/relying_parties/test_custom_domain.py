"""A Python app that signs people in with Authlib, at a pool that has a host of its own.

The host is reached as in production: by its name at port 443, with TLS in front of the server and a certificate
that is checked. Only where that port leads is told to the client's sockets, as a line in ``/etc/hosts`` would.
"""

from urllib.parse import urlsplit

import pytest
import urllib3.util.connection
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from django.utils import timezone

from cognito_auth.models import TokenFamily, UserPoolClient
from cognito_auth.services import user_pool_domains
from tests.journeys.relying_parties import servers, window
from tests.journeys.relying_parties.conftest import CALLBACK, GOODBYE, PASSWORD, SECRET
from tests.journeys.relying_parties.test_authlib import claims_of, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
HOST = "auth.example.localhost"
ROOT = f"https://{HOST}"
# Pages that a sign-in passes, each once.
WAY = ["/oauth2/authorize", "/login", "/login"]


@pytest.fixture
def domain(site, pool, settings, tmp_path, monkeypatch):
    """The pool's host, whose certificate everybody trusts; returns the port that it leads to."""
    # The server of the issuer speaks no TLS.
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.CSRF_COOKIE_SECURE = True
    user_pool_domains.create(pool, HOST, now=timezone.now())
    tls = servers.certificate_of(tmp_path, HOST)
    connect = urllib3.util.connection.create_connection
    with servers.serving(servers.proxy_to(urlsplit(site.base_url).port), tls=tls) as address:
        there = ("127.0.0.1", urlsplit(address).port)

        def connect_there(where, *arguments, **options):
            return connect(there if where == (HOST, 443) else where, *arguments, **options)

        monkeypatch.setattr(urllib3.util.connection, "create_connection", connect_there)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / f"{HOST}.pem"))
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.setenv(name, "*")
        yield there[1]


@pytest.fixture
def traveller(person, domain):
    """The person, who notes each address that their browser visits."""
    person.visited = []
    person.session.hooks["response"].append(lambda answer, **_options: person.visited.append(answer.url))
    return person


@pytest.fixture
def app(registers, domain):
    """The session of an app that runs on a server."""
    client = registers(secret=SECRET, require_pkce=True)
    session = OAuth2Session(
        client.pk, SECRET, scope="openid email", redirect_uri=CALLBACK, code_challenge_method="S256"
    )
    yield session
    # An open connection would keep a thread of the server waiting.
    session.close()


@pytest.fixture
def server(app, issuer):
    """What discovery tells at the issuer, which stays where it is."""
    return app.get(f"{issuer}/.well-known/openid-configuration", withhold_token=True).json()


class TestDiscovery:
    def test_names_the_host_for_everything_but_issuer_and_keys(self, app, server, issuer):
        at_the_host = app.get(f"{ROOT}/.well-known/openid-configuration", withhold_token=True).json()

        assert at_the_host == server
        assert server["issuer"] == issuer
        assert server["jwks_uri"] == f"{issuer}/.well-known/jwks.json"
        endpoints = {name: address for name, address in server.items() if name.endswith("_endpoint")}
        assert {"authorization_endpoint", "token_endpoint", "userinfo_endpoint"} <= set(endpoints)
        assert [address for address in endpoints.values() if not address.startswith(f"{ROOT}/")] == []


class TestJourney:
    def test_signs_a_person_in_refreshes_and_signs_out(self, app, server, traveller):
        token, nonce = sign_in(app, server, traveller)
        claims = claims_of(app, server, token, nonce=nonce)
        told = app.get(server["userinfo_endpoint"]).json()
        renewed = app.refresh_token(server["token_endpoint"])

        assert [urlsplit(address).path for address in traveller.visited] == WAY
        assert all(address.startswith(f"{ROOT}/") for address in traveller.visited)
        assert (claims["iss"], claims["email"]) == (server["issuer"], "jane@example.com")
        assert told["sub"] == claims["sub"]
        assert claims_of(app, server, renewed)["sub"] == claims["sub"]
        traveller.visited.clear()
        goodbye = traveller.go(
            f"{server['end_session_endpoint']}?client_id={app.client_id}&logout_uri={GOODBYE}", until=GOODBYE
        )
        assert goodbye == GOODBYE
        assert [urlsplit(address).path for address in traveller.visited] == ["/logout"]
        revoked = app.revoke_token(server["revocation_endpoint"], token=renewed["refresh_token"])
        assert revoked.status_code == 200
        assert TokenFamily.objects.get().revoked_at is not None

    def test_keeps_cookies_to_the_host_alone(self, app, server, traveller):
        sign_in(app, server, traveller)

        cookies = {cookie.name: cookie for cookie in traveller.session.cookies}
        assert "cognito" in cookies
        for cookie in cookies.values():
            assert (cookie.domain, cookie.domain_specified) == (HOST, False), cookie
            assert cookie.secure, cookie
        assert cookies["cognito"].path == "/"
        assert cookies["cognito"].has_nonstandard_attr("HttpOnly")

    def test_signs_on_once(self, app, server, traveller):
        sign_in(app, server, traveller)
        traveller.visited.clear()

        token, nonce = sign_in(app, server, traveller)

        assert claims_of(app, server, token, nonce=nonce)["email"] == "jane@example.com"
        assert [urlsplit(address).path for address in traveller.visited] == ["/oauth2/authorize"]

    def test_insists_on_the_challenge(self, app, server, traveller):
        address, _state = app.create_authorization_url(server["authorization_endpoint"])

        refused = traveller.go(address, until=CALLBACK)

        assert "error=invalid_request" in refused

    def test_another_host_has_no_such_session(self, app, server, traveller, issuer):
        sign_in(app, server, traveller)
        address, _state = app.create_authorization_url(
            f"{issuer}/oauth2/authorize", code_verifier=generate_token(64), nonce=generate_token(32)
        )

        answer = traveller.session.get(address, timeout=10)

        assert 'name="password"' in answer.text
        assert urlsplit(answer.url).netloc == urlsplit(issuer).netloc


@pytest.mark.browser
@window.needs_chromium
class TestBrowser:
    def test_signs_a_person_in_and_keeps_its_cookies_to_the_host(self, app, server, person, domain, monkeypatch):
        verifier, nonce = generate_token(64), generate_token(32)
        rule = f"--host-resolver-rules=MAP {HOST}:443 127.0.0.1:{domain}"
        with servers.serving(servers.single_page_app(b"")) as home, window.chromium(monkeypatch, rule) as page:
            app.redirect_uri = f"{home}/callback"
            UserPoolClient.objects.update(callback_urls=[app.redirect_uri])
            address, state = app.create_authorization_url(
                server["authorization_endpoint"], code_verifier=verifier, nonce=nonce
            )
            page.goto(address)
            assert urlsplit(page.url).netloc == HOST
            window.sign_in(page, person.username, PASSWORD)
            page.wait_for_url(f"{app.redirect_uri}?**")
            location, cookies, problems = page.url, page.context.cookies(), page.problems

        token = app.fetch_token(
            server["token_endpoint"], authorization_response=location, state=state, code_verifier=verifier
        )
        assert claims_of(app, server, token, nonce=nonce)["email"] == "jane@example.com"
        # A leading dot would be a cookie of all hosts below.
        assert {cookie["domain"] for cookie in cookies} == {HOST}
        assert all(cookie["secure"] for cookie in cookies)
        assert {"name": "cognito", "path": "/", "httpOnly": True, "sameSite": "Lax"}.items() <= next(
            cookie.items() for cookie in cookies if cookie["name"] == "cognito"
        )
        assert problems == []
