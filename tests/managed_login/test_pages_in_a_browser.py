"""People at the pages with a real browser: with scripts and without, and what axe-core says of each page."""

import functools
import os
import shutil
import subprocess
import threading
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode

import pyotp
import pytest
from django.db import connections
from django.utils import timezone

from cognito_auth.models import IdentityProvider, Passkey, User
from cognito_auth.services.branding import styles
from cognito_auth.services.branding.assets import GivenAsset
from tests.branding import SVG
from tests.factories import (
    SchemaAttributeFactory,
    TermsFactory,
    UserFactory,
    UserPoolClientFactory,
    UserPoolFactory,
)
from tests.mail import code_from_email
from tests.mfa import ALL_FACTORS, enrol, mailed_code
from tests.oauth.conftest import PASSWORD

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
AXE = Path(__file__).resolve().parent / "axe" / "package.json"
NEW_PASSWORD = "0ther-Passw0rd!"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium"),
]


@pytest.fixture
def chromium(live_server, settings, monkeypatch):
    """Open a browser window; ``javascript=False`` for one without scripts."""
    from playwright.sync_api import sync_playwright

    base = live_server.url.replace("127.0.0.1", "localhost")
    settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "BASE_URL": base}
    # Playwright's event loop runs in this thread, beside which Django refuses queries.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)

        def window(*, javascript=True):
            context = browser.new_context(base_url=base, locale="en", java_script_enabled=javascript)
            page = context.new_page()
            page.set_default_timeout(10_000)
            page.problems = []
            page.on("pageerror", lambda error: page.problems.append(str(error)))
            page.on("console", lambda message: page.problems.append(message.text) if "policy" in message.text else None)
            return page

        yield window
        browser.close()
        # Beside the event loop Django keeps connections of their own, which nobody else would close.
        connections.close_all()


class _App(BaseHTTPRequestHandler):
    """An app to come back to."""

    def do_GET(self):
        if self.path.startswith("/elsewhere"):
            self.send_response(302)
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/home")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>App</title><link rel=icon href=data:,><h1>The app</h1>")

    def log_message(self, *_arguments):
        """Say nothing."""


@functools.cache
def callback():
    """The address of the app, which runs as long as the tests do."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _App)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://localhost:{server.server_port}/callback"


def make(*, client=None, **pool):
    """Return a client of a pool with these settings."""
    return UserPoolClientFactory(
        pool=UserPoolFactory(name="Acme Coffee", **pool),
        oauth_enabled=True,
        allowed_oauth_flows=["code"],
        allowed_oauth_scopes=["openid"],
        callback_urls=[callback()],
        **(client or {}),
    )


def make_choosing(*factors):
    return make(
        allowed_first_auth_factors=list(factors),
        web_authn_configuration={"RelyingPartyId": "localhost", "UserVerification": "preferred"},
        client={"explicit_auth_flows": ["ALLOW_USER_AUTH"], "auth_session_validity_minutes": 15},
    )


def address(client, page="login", **more):
    asked = {"response_type": "code", "client_id": client.pk, "redirect_uri": callback(), "scope": "openid", **more}
    return f"/{client.pool_id}/{page}?{urlencode(asked)}"


def fill(page, **fields):
    """Fill the fields and send the form with the keyboard."""
    for name, value in fields.items():
        page.locator(f'[name="{name}"]:visible').fill(value)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def press(page, name):
    """Press a button that sends a form."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def follow(page, name):
    """Follow a link."""
    with page.expect_navigation():
        page.get_by_role("link", name=name).click()


def open_login(page, client, username="jane", password=PASSWORD):
    page.goto(address(client))
    fill(page, username=username, password=password)


def is_done(page):
    page.wait_for_url(f"{callback()}?code=*")
    return page.problems == []


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
class TestPeople:
    def test_set_up_an_authenticator_app_and_use_it(self, chromium, javascript):
        client = make(mfa_configuration="ON", software_token_mfa_enabled=True)
        UserFactory(pool=client.pool, username="jane", confirmed=True)
        page = chromium(javascript=javascript)

        open_login(page, client)
        page.locator("details.reveals summary").click()
        totp = pyotp.TOTP(page.locator(".secret-text").inner_text().replace(" ", ""))
        fill(page, code=totp.now())

        assert is_done(page)

    def test_replace_a_temporary_password(self, chromium, javascript):
        client = make()
        UserFactory(pool=client.pool, username="jane", invited=True)
        page = chromium(javascript=javascript)

        open_login(page, client)
        fill(page, new_password=NEW_PASSWORD)

        assert is_done(page)

    def test_sign_up_confirm_and_are_signed_in(self, chromium, javascript):
        client = make()
        page = chromium(javascript=javascript)

        page.goto(address(client))
        follow(page, "Sign up")
        fill(page, username="jane", email="jane@example.com", password=PASSWORD)
        fill(page, code=code_from_email())

        assert is_done(page)
        assert User.objects.get().email_verified

    def test_choose_a_new_password(self, chromium, javascript):
        client = make()
        UserFactory(pool=client.pool, username="jane", confirmed=True)
        page = chromium(javascript=javascript)

        page.goto(address(client))
        follow(page, "Forgot your password?")
        fill(page, username="jane")
        page.locator('[name="code"]').fill(code_from_email())
        fill(page, new_password=NEW_PASSWORD)

        assert is_done(page)

    def test_sign_in_with_a_code_by_email(self, chromium, javascript):
        client = make_choosing("PASSWORD", "EMAIL_OTP")
        UserFactory(pool=client.pool, username="jane", confirmed=True)
        page = chromium(javascript=javascript)

        page.goto(address(client))
        fill(page, username="jane")
        press(page, "Send me a code by email")
        press(page, "Send another code")
        assert page.get_by_role("status").inner_text().startswith("We sent you a new code.")
        fill(page, code=mailed_code(8))

        assert is_done(page)

    def test_use_another_factor_than_the_one_they_prefer(self, chromium, javascript):
        client = make(mfa_configuration="ON", account_recovery={"RecoveryMechanisms": []}, **ALL_FACTORS)
        user = UserFactory(pool=client.pool, username="jane", confirmed=True)
        enrol(user)
        User.objects.filter(pk=user.pk).update(preferred_mfa="SOFTWARE_TOKEN_MFA", email_mfa_enabled=True)
        page = chromium(javascript=javascript)

        open_login(page, client)
        page.get_by_role("button", name="Use another method").focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        press(page, "Code by email")
        fill(page, code=mailed_code())

        assert is_done(page)

    def test_choose_among_factors_and_think_again(self, chromium, javascript):
        client = make(mfa_configuration="ON", account_recovery={"RecoveryMechanisms": []}, **ALL_FACTORS)
        enrol(UserFactory(pool=client.pool, username="jane", confirmed=True))
        page = chromium(javascript=javascript)

        open_login(page, client)
        press(page, "Code from an authenticator app")
        press(page, "Use another method")
        press(page, "Code by email")
        fill(page, code=mailed_code())

        assert is_done(page)


class TestApps:
    def test_may_go_on_to_another_host(self, chromium):
        client = make()
        client.callback_urls = [callback().replace("callback", "elsewhere")]
        client.save()
        UserFactory(pool=client.pool, username="jane", confirmed=True)
        page = chromium()

        page.goto(address(client, redirect_uri=client.callback_urls[0]))
        fill(page, username="jane", password=PASSWORD)
        page.wait_for_url("http://127.0.0.1:*/home")

        assert page.problems == []


class TestPasskeys:
    @pytest.fixture
    def person(self, chromium):
        """A person with an authenticator, signed in by password, and their client."""
        client = make_choosing("PASSWORD", "WEB_AUTHN")
        UserFactory(pool=client.pool, username="jane", confirmed=True)
        page = chromium()
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        page.goto(address(client))
        fill(page, username="jane")
        fill(page, password=PASSWORD)
        assert is_done(page)
        return page, client

    def add(self, page, client):
        query = urlencode({"client_id": client.pk, "redirect_uri": callback()})
        page.goto(f"/{client.pool_id}/passkeys/add?{query}")
        page.get_by_role("button", name="Add a passkey").click()
        page.wait_for_url(callback())

    def test_are_added_and_sign_in_by_the_button(self, person):
        page, client = person

        self.add(page, client)
        # Without the browser's own offer in the field, which would be quicker than the button.
        page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")
        page.goto(address(client, prompt="login"))
        fill(page, username="jane")
        page.get_by_role("button", name="Sign in with a passkey").click()

        assert is_done(page)
        assert Passkey.objects.get().last_used_at is not None

    def test_sign_in_before_a_name_is_given(self, person):
        page, client = person
        self.add(page, client)

        page.goto(address(client, prompt="login"))

        assert is_done(page)
        assert Passkey.objects.get().last_used_at is not None

    def test_cannot_be_added_by_who_is_not_signed_in(self, chromium):
        client = make_choosing("PASSWORD", "WEB_AUTHN")
        page = chromium()

        page.goto(f"/{client.pool_id}/passkeys/add?{urlencode({'client_id': client.pk, 'redirect_uri': callback()})}")

        assert page.get_by_role("heading", name="Please sign in first").is_visible()


class TestConveniences:
    def test_show_the_password(self, chromium):
        page = chromium()
        page.goto(address(make()))
        field = page.locator("[name=password]")

        field.fill("secret")
        page.get_by_role("button", name="Show password").click()

        assert field.get_attribute("type") == "text"
        assert page.problems == []

    def test_tick_off_the_rules_of_passwords(self, chromium):
        page = chromium()
        page.goto(address(make(), "signup"))

        page.locator("[name=password]").type("Passw0rd")

        rules = page.locator(".rules li")
        assert [rules.nth(number).get_attribute("class") for number in range(5)] == ["met", "met", "met", "met", None]

    def test_send_a_form_once(self, chromium):
        client = make()
        UserFactory(pool=client.pool, username="jane", confirmed=True)
        page = chromium()
        sent = []
        page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
        page.goto(address(client))
        page.fill("[name=username]", "jane")
        page.fill("[name=password]", PASSWORD)

        page.get_by_role("button", name="Sign in").dblclick()

        assert is_done(page)
        assert len(sent) == 1


# Name → how to get there.
def _login(page):
    page.goto(address(make()))


def _refused(page):
    open_login(page, make(client={"prevent_user_existence_errors": True}))


def _sign_up(page):
    client = make(username_attributes=["email"])
    SchemaAttributeFactory(pool=client.pool, name="birthdate", required=True, min_length=10, max_length=10)
    TermsFactory(client=client)
    page.goto(address(client, "signup"))


def _confirmation(page):
    page.goto(address(make(), "signup"))
    fill(page, username="jane", email="jane@example.com", password=PASSWORD)


def _forgot(page):
    page.goto(address(make(), "forgotPassword"))


def _new_by_code(page):
    _forgot(page)
    fill(page, username="jane")


def _app_set_up(page):
    client = make(mfa_configuration="ON", software_token_mfa_enabled=True)
    UserFactory(pool=client.pool, username="jane", confirmed=True)
    open_login(page, client)
    page.locator("details.reveals summary").click()


def _app_code(page):
    client = make(mfa_configuration="ON", software_token_mfa_enabled=True)
    enrol(UserFactory(pool=client.pool, username="jane", confirmed=True))
    open_login(page, client)
    page.locator("details.reveals summary").click()


def _choice(page):
    client = make_choosing("PASSWORD", "EMAIL_OTP", "WEB_AUTHN")
    user = UserFactory(pool=client.pool, username="jane", confirmed=True)
    Passkey.objects.create(user=user, credential_id="AAAA", public_key="AA", relying_party_id="localhost", sign_count=0)
    page.goto(address(client))
    fill(page, username="jane")


def _email_code(page):
    client = make_choosing("PASSWORD", "EMAIL_OTP")
    UserFactory(pool=client.pool, username="jane", confirmed=True)
    page.goto(address(client))
    fill(page, username="jane")
    press(page, "Send me a code by email")
    fill(page, code="1")


def _new_password(page):
    client = make()
    UserFactory(pool=client.pool, username="jane", invited=True)
    open_login(page, client)


def _second_factors(page):
    client = make(mfa_configuration="ON", account_recovery={"RecoveryMechanisms": []}, **ALL_FACTORS)
    enrol(UserFactory(pool=client.pool, username="jane", confirmed=True))
    open_login(page, client)


def _set_up_choice(page):
    client = make(mfa_configuration="ON", software_token_mfa_enabled=True, sms_mfa_enabled=True)
    UserFactory(pool=client.pool, username="jane", confirmed=True)
    open_login(page, client)


def _set_up_phone(page):
    _set_up_choice(page)
    press(page, "Codes by text message")
    fill(page, phone_number="1")


def _password(page):
    client = make_choosing("PASSWORD", "WEB_AUTHN")
    UserFactory(pool=client.pool, username="jane", confirmed=True)
    page.goto(address(client))
    fill(page, username="jane")


def _providers(page):
    client = make(client={"supported_identity_providers": ["COGNITO", "Google", "Contoso"]})
    for name, kind in (("Google", "Google"), ("Contoso", "SAML")):
        IdentityProvider.objects.create(pool=client.pool, name=name, name_key=name.casefold(), type=kind)
    IdentityProvider.objects.get(type="SAML").identifiers.create(pool=client.pool, identifier="contoso.example")
    page.goto(address(client))
    page.locator("details.languages summary").click()


def _closed(page):
    page.goto(address(make(admin_create_user_only=True), "signup"))


def _continue(page):
    client = make()
    UserFactory(pool=client.pool, username="jane", confirmed=True)
    open_login(page, client)
    page.goto(address(client, prompt="select_account"))


def _restart(page):
    page.goto(address(make(), "emailCode"))


def _bars(page):
    client = make()
    place = {"horizontal": "END", "vertical": "END"}
    settings = {
        "categories": {
            "global": {"pageHeader": {"enabled": True}, "pageFooter": {"enabled": True}},
            "form": {"location": place},
        },
        "components": {
            name: {"logo": {"enabled": True, "location": "CENTER"}, "backgroundImage": {"enabled": True}}
            for name in ("pageHeader", "pageFooter")
        },
    }
    given = [
        GivenAsset(f"PAGE_{bar}_{kind}", "DYNAMIC", "SVG", SVG)
        for bar in ("HEADER", "FOOTER")
        for kind in ("LOGO", "BACKGROUND")
    ]
    styles.create(client, settings=settings, assets=given, now=timezone.now())
    page.goto(address(client))


def _error(page):
    page.goto(f"/{make().pool_id}/error?error=redirect_mismatch")


VISITS = [
    _login,
    _refused,
    _sign_up,
    _confirmation,
    _forgot,
    _new_by_code,
    _app_set_up,
    _app_code,
    _choice,
    _email_code,
    _new_password,
    _second_factors,
    _set_up_choice,
    _set_up_phone,
    _password,
    _providers,
    _closed,
    _continue,
    _restart,
    _bars,
    _error,
]


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("place", ["START", "CENTER", "END"])
def test_the_form_is_where_the_style_puts_it(chromium, place, direction):
    client = make()
    location = {"horizontal": place, "vertical": place}
    settings = {
        "categories": {
            "global": {"pageHeader": {"enabled": True}, "pageFooter": {"enabled": True}},
            "form": {"location": location},
        }
    }
    styles.create(client, settings=settings, now=timezone.now())
    page = chromium()
    page.set_viewport_size({"width": 1280, "height": 1000})
    page.goto(address(client))
    page.evaluate(f"document.documentElement.dir = '{direction}'")

    def box(selector):
        return page.locator(selector).bounding_box()

    form, above, below = box("main"), box(".bar.above"), box(".bar.below")

    assert (above["x"], above["y"], above["width"]) == (0, 0, 1280)
    assert (below["x"], below["width"]) == (0, 1280)
    assert below["y"] + below["height"] == pytest.approx(1000, abs=1)
    before, after = form["x"], 1280 - form["x"] - form["width"]
    if direction == "rtl":
        before, after = after, before
    assert (before < after, before > after) == {"START": (True, False), "CENTER": (False, False), "END": (False, True)}[
        place
    ]
    page.set_viewport_size({"width": 360, "height": 800})
    narrow = box("main")
    assert narrow["x"] == 10
    assert narrow["width"] == 340
    assert page.problems == []


@pytest.fixture(scope="session")
def axe():
    """The source of axe-core, installed once and kept for the next run."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("needs Node.js with npm")
    wanted = AXE.read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    directory = cache / "cognito-auth-tests" / sha256(wanted).hexdigest()[:16]
    if not (directory / "installed").exists():
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "package.json").write_bytes(wanted)
        command = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"]
        done = subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            pytest.skip(f"needs the npm registry: {done.stderr.strip()[-200:]}")
        (directory / "installed").touch()
    return (directory / "node_modules" / "axe-core" / "axe.min.js").read_text()


@pytest.mark.parametrize("visit", VISITS, ids=lambda visit: visit.__name__.strip("_"))
def test_everybody_can_use_the_page(chromium, axe, visit):
    page = chromium()
    visit(page)

    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.evaluate(axe)
        found = page.evaluate("axe.run()")["violations"]

        assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    assert page.locator("h1").count() == 1
    assert page.problems == []
