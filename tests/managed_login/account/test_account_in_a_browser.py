"""A person at their account page with a real browser, and what axe-core says of each section."""

import re

import pyotp
import pytest
from django.utils import timezone

from cognito_auth.models import BrowserSession, LinkedIdentity, Passkey, User, UserPoolGroup
from tests.factories import SchemaAttributeFactory, UserFactory
from tests.identity_providers import make as make_provider
from tests.mail import code_from_email
from tests.managed_login.account.test_devices import make as make_device
from tests.managed_login.test_pages_in_a_browser import (  # noqa: F401  fixtures
    AUTHENTICATOR,
    CHROMIUM,
    NEW_PASSWORD,
    axe,
    chromium,
    fill,
    follow,
    make,
    press,
)
from tests.mfa import ALL_FACTORS, enrol
from tests.oauth.conftest import PASSWORD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium"),
]
SECTIONS = [
    "",
    "profile",
    "email",
    "phone",
    "password",
    "passkeys",
    "factors",
    "app",
    "recoveryCodes",
    "identities",
    "sessions",
    "devices",
    "data",
    "delete",
]


def make_rich():
    """Return a client of a pool that offers everything, and Jane, who has something of everything."""
    client = make(
        mfa_configuration="OPTIONAL",
        **ALL_FACTORS,
        allowed_first_auth_factors=["PASSWORD", "WEB_AUTHN"],
        web_authn_configuration={"RelyingPartyId": "localhost", "UserVerification": "preferred"},
        device_configuration={"ChallengeRequiredOnNewDevice": True},
        verify_before_update_attributes=["email"],
        client={"supported_identity_providers": ["COGNITO", "Google", "Contoso"]},
    )
    SchemaAttributeFactory(pool=client.pool, name="custom:number", mutable=False)
    user = UserFactory(
        pool=client.pool,
        username="jane",
        confirmed=True,
        given_name="Jane",
        phone_number="+14155550123",
        custom_attributes={"custom:number": "A-17"},
    )
    make_provider(client.pool, name="Google", provider_type="Google")
    make_provider(client.pool, name="Contoso", provider_type="OIDC")
    LinkedIdentity.objects.create(
        pool=client.pool, user=user, provider_name="Google", provider_type="Google", attribute_value="1164329871"
    )
    Passkey.objects.create(
        user=user, credential_id="AAAA", public_key="AA", relying_party_id="localhost", friendly_name="iCloud Keychain"
    )
    UserPoolGroup.objects.create(pool=client.pool, name="editors")
    make_device(user)
    return client, user


def open_account(page, client, section=""):
    """Go to a section and sign in on the way."""
    page.goto(f"/{client.pool_id}/account{f'/{section}' if section else ''}?client_id={client.pk}")
    fill(page, username="jane", password=PASSWORD)


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_jane_keeps_her_account(chromium, javascript):  # noqa: F811
    client = make(
        mfa_configuration="OPTIONAL", software_token_mfa_enabled=True, verify_before_update_attributes=["email"]
    )
    UserFactory(pool=client.pool, username="jane", confirmed=True)
    page = chromium(javascript=javascript)

    open_account(page, client)
    page.get_by_role("link", name=re.compile("Email address")).last.click()
    fill(page, email="new@example.com")
    fill(page, code=code_from_email())
    assert User.objects.get().email == "new@example.com"

    follow(page, "Password")
    page.fill("[name=password]", PASSWORD)
    fill(page, new_password=NEW_PASSWORD)
    assert page.get_by_role("status").inner_text() == "Your password is changed."

    follow(page, "Authenticator app")
    press(page, "Set up an app")
    page.locator("details.reveals summary").click()
    totp = pyotp.TOTP(page.locator(".secret-text").inner_text().replace(" ", ""))
    fill(page, code=totp.now())
    press(page, "Make 10 new codes")
    assert page.locator(".recovery-codes li").count() == 10

    follow(page, "Download your data")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert "new@example.com" in download.value.path().read_text()

    follow(page, "Delete your account")
    fill(page, username="jane")
    assert page.get_by_role("heading", name="Your account is deleted").is_visible()
    assert not User.objects.exists()
    assert page.problems == []


def test_a_passkey_is_added_and_deleted(chromium):  # noqa: F811
    client, _user = make_rich()
    Passkey.objects.all().delete()
    page = chromium()
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    open_account(page, client, "passkeys")

    follow(page, "Add a passkey")
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url("**/account/passkeys")
    assert Passkey.objects.count() == 1
    press(page, re.compile("^Remove"))

    assert not Passkey.objects.exists()
    assert page.problems == []


def test_linking_leaves_for_the_provider(chromium):  # noqa: F811
    client, _user = make_rich()
    page = chromium()
    page.context.route("https://accounts.google.com/**", lambda route: route.fulfill(body="<h1>Google</h1>"))
    open_account(page, client, "identities")

    page.get_by_role("button", name="Link Google").click()

    page.wait_for_url("https://accounts.google.com/**")
    assert page.problems == []


def test_the_way_back_from_an_old_session(chromium):  # noqa: F811
    client, _user = make_rich()
    page = chromium()
    open_account(page, client, "sessions")
    BrowserSession.objects.update(authenticated_at=timezone.now() - timezone.timedelta(minutes=20))

    follow(page, "Password")
    follow(page, "Sign in again")
    fill(page, password=PASSWORD)

    assert page.get_by_role("heading", name="Password", exact=True).is_visible()
    assert page.get_by_label("Present password").is_visible()


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section or "overview")
def test_everybody_can_use_the_section(chromium, axe, section):  # noqa: F811
    client, user = make_rich()
    page = chromium()
    open_account(page, client)
    enrol(user)
    page.goto(f"/{client.pool_id}/account/{section}".rstrip("/"))
    if section == "recoveryCodes":
        press(page, "Make 10 new codes")
    elif section == "app":
        press(page, re.compile("^Replace"))
    elif section == "email":
        fill(page, email="new@example.com")
        page.locator("[name=code]").fill("1")
        fill(page, code="1")
    elif section == "delete":
        fill(page, username="joe")

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
