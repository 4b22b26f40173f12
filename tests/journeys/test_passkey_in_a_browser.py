"""A person registers a passkey in a real browser, signs in with it, and deletes it."""

import os
import shutil

import pytest
from django.db import connections

import cognito_auth
from cognito_auth.models import Passkey
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium"),
    pytest.mark.urls("tests.journeys.passkey_urls"),
]


@pytest.fixture
def page(live_server, monkeypatch):
    """The page of passkeys, in a browser with an authenticator of its own."""
    from playwright.sync_api import sync_playwright

    # Playwright's event loop runs in this thread, beside which Django refuses queries.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(base_url=live_server.url.replace("127.0.0.1", "localhost"))
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        page.goto("/passkeys/")
        yield page
        browser.close()
        # Beside the event loop Django keeps connections of their own, which nobody else would close.
        connections.close_all()


@pytest.mark.parametrize("user_verification", ["preferred", "required"])
def test_registers_a_passkey_and_signs_in_with_it(page, user_verification):
    pool = UserPoolFactory(
        allowed_first_auth_factors=["PASSWORD", "WEB_AUTHN"],
        web_authn_configuration={"RelyingPartyId": "localhost", "UserVerification": user_verification},
    )
    client = UserPoolClientFactory(pool=pool, explicit_auth_flows=["ALLOW_USER_AUTH"])
    UserFactory(pool=pool, username="jane", confirmed=True)
    cognito = cognito_auth.client(region_name="eu-west-1")
    token = cognito.initiate_auth(
        ClientId=client.pk,
        AuthFlow="USER_AUTH",
        AuthParameters={"USERNAME": "jane", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": "Passw0rd!"},
    )["AuthenticationResult"]["AccessToken"]

    page.evaluate("token => register(token)", token)
    answers = [page.evaluate("([client, name]) => signIn(client, name)", [client.pk, "jane"]) for _time in range(2)]

    assert all(answer["AuthenticationResult"]["AccessToken"] for answer in answers)
    passkey = Passkey.objects.get()
    assert (passkey.relying_party_id, passkey.attachment) == ("localhost", "platform")
    assert passkey.last_used_at is not None
    again = page.evaluate("token => register(token).catch(error => error.name)", token)
    assert again == "InvalidStateError"

    cognito.delete_web_authn_credential(AccessToken=token, CredentialId=passkey.credential_id)
    refused = page.evaluate("([client, name]) => signIn(client, name).catch(String)", [client.pk, "jane"])
    assert "Error" in refused
