"""A single-page app that signs people in with oidc-client-ts, in a browser."""

import pytest

from cognito_auth.models import BrowserSession, TokenFamily
from tests.journeys.relying_parties import servers, window
from tests.journeys.relying_parties.conftest import HERE, PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), window.needs_chromium]


@pytest.fixture(scope="module")
def script(modules):
    return window.bundled(modules, HERE / "pages" / "oidc_client_ts.mjs")


@pytest.fixture
def app(script):
    """The address of the app, which has an origin of its own."""
    with servers.serving(servers.single_page_app(script)) as address:
        yield address


@pytest.fixture
def page(person, monkeypatch):
    with window.chromium(monkeypatch) as page:
        yield page


@pytest.mark.parametrize("site", ["under a prefix"], indirect=True)
class TestOidcClientTs:
    def test_signs_in_renews_and_signs_out(self, app, page, registers, issuer):
        client = registers(
            callback_urls=[f"{app}/callback", f"{app}/silent"],
            logout_urls=[f"{app}/bye"],
            require_pkce=True,
        )
        settings = {
            "authority": issuer,
            "client_id": client.pk,
            "redirect_uri": f"{app}/callback",
            "silent_redirect_uri": f"{app}/silent",
            "post_logout_redirect_uri": f"{app}/bye",
            "scope": "openid email",
            "loadUserInfo": True,
            "automaticSilentRenew": False,
        }

        page.goto(app)
        # The browser leaves once the call is answered.
        page.evaluate("settings => setTimeout(() => manager(settings).signinRedirect({ state: 'kept' }), 0)", settings)
        window.sign_in(page, "jane", PASSWORD)
        page.wait_for_url(f"{app}/callback?*")
        user = page.evaluate("current.signinRedirectCallback()")
        by_token = page.evaluate("current.signinSilent()")
        page.evaluate("current.getUser().then(user => current.storeUser(Object.assign(user, {refresh_token: ''})))")
        by_frame = page.evaluate("current.signinSilent()")

        assert (user["profile"]["email"], user["state"]) == ("jane@example.com", "kept")
        assert user["profile"]["sub"] == by_token["profile"]["sub"] == by_frame["profile"]["sub"]
        assert len({found["access_token"] for found in (user, by_token, by_frame)}) == 3
        # With the refresh token in the same session, in the frame in a new one.
        assert TokenFamily.objects.count() == 2

        page.evaluate("current.revokeTokens(['refresh_token'])")
        assert TokenFamily.objects.filter(revoked_at=None).count() == 1

        page.evaluate("setTimeout(() => current.signoutRedirect({ state: 'see you' }), 0)")
        page.wait_for_url(f"{app}/bye?state=*")
        page.evaluate("current.signoutRedirectCallback()")
        assert page.evaluate("current.getUser()") is None
        assert BrowserSession.objects.filter(ended_at=None).count() == 0
        refused = page.evaluate("current.signinSilent().catch(error => error.error)")
        assert refused == "login_required"
        assert page.problems == []
