"""A single-page app that signs people in with Amplify's ``signInWithRedirect``, in a browser.

Amplify speaks to the pages by HTTPS only, so TLS is in front of the server as in production.
"""

import pytest
from django.urls import reverse

from cognito_auth.models import BrowserSession, TokenFamily
from tests.journeys.relying_parties import servers, window
from tests.journeys.relying_parties.conftest import HERE, PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), window.needs_chromium]


@pytest.fixture(scope="module")
def script(modules):
    return window.bundled(modules, HERE / "pages" / "amplify.mjs")


@pytest.fixture
def app(script):
    """The address of the app, which has an origin of its own."""
    with servers.serving(servers.single_page_app(script)) as address:
        yield address


@pytest.fixture
def secure_site(site, settings, tmp_path):
    """The address of the site with TLS."""
    tls = servers.certificate_of(tmp_path)
    port = int(site.base_url.rpartition(":")[2])
    with servers.serving(servers.proxy_to(port), tls=tls) as address:
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "BASE_URL": address}
        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        yield address


@pytest.fixture
def page(person, monkeypatch):
    with window.chromium(monkeypatch) as page:
        yield page


@pytest.mark.parametrize("site", ["under a prefix"], indirect=True)
class TestAmplify:
    def test_signs_in_refreshes_and_signs_out(self, app, secure_site, page, registers, pool):
        scopes = ["openid", "email", "aws.cognito.signin.user.admin"]
        client = registers(
            callback_urls=[f"{app}/"], logout_urls=[f"{app}/"], allowed_oauth_scopes=scopes, require_pkce=True
        )
        prefix = reverse("cognito_auth:api")
        configuration = {
            "userPoolId": pool.pk,
            "userPoolClientId": client.pk,
            "userPoolEndpoint": f"{secure_site}{prefix}",
            "loginWith": {
                "oauth": {
                    "domain": f"{secure_site.removeprefix('https://')}{prefix}{pool.pk}",
                    "scopes": scopes,
                    "redirectSignIn": [f"{app}/"],
                    "redirectSignOut": [f"{app}/"],
                    "responseType": "code",
                }
            },
        }

        page.goto(f"{app}/")
        page.evaluate("configuration => start(configuration)", configuration)
        # The browser leaves once the call is answered.
        page.evaluate("setTimeout(() => auth.signInWithRedirect({ customState: 'a state = of/its own' }), 0)")
        window.sign_in(page, "jane", PASSWORD)
        page.wait_for_url(f"{app}/*")
        page.wait_for_function("events.includes('signInWithRedirect')")
        user = page.evaluate("auth.getCurrentUser()")
        attributes = page.evaluate("auth.fetchUserAttributes()")
        first = page.evaluate("auth.fetchAuthSession().then(session => String(session.tokens.accessToken))")
        second = page.evaluate(
            "auth.fetchAuthSession({ forceRefresh: true }).then(session => String(session.tokens.accessToken))"
        )

        assert user["username"] == "jane"
        assert attributes["email"] == "jane@example.com"
        assert first != second
        assert "customOAuthState" in page.evaluate("events")
        assert not BrowserSession.objects.exclude(ended_at=None).exists()

        page.evaluate("setTimeout(() => auth.signOut(), 0)")
        page.wait_for_function("events.length === 0")
        assert page.evaluate("auth.getCurrentUser().catch(error => error.name)") == "UserUnAuthenticatedException"
        assert BrowserSession.objects.get().ended_at is not None
        assert TokenFamily.objects.get().revoked_at is not None
        assert page.problems == []
