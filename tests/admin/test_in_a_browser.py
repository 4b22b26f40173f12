"""What needs a real browser: live previews, frames without scripts, widths, escaping."""

import os
import shutil

import pytest
from django.contrib.auth import get_user_model
from django.db import connections

from cognito_auth.choices import MessageEvent
from cognito_auth.models import IdentityProvider, MessageTemplate, SchemaAttribute
from cognito_auth.services import linked_identities
from tests.admin.pages import url
from tests.factories import UserFactory, UserPoolFactory, moment
from tests.identity_providers import make as make_provider

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium"),
]


@pytest.fixture
def page(live_server, monkeypatch):
    """A page on which a superuser is signed in; scripts that complain or open dialogs fail the test."""
    from playwright.sync_api import sync_playwright

    # Playwright's event loop runs in this thread, beside which Django refuses queries.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    staff = UserPoolFactory(name="staff", is_default=True)
    UserFactory(pool=staff, username="root", confirmed=True, is_staff=True, is_superuser=True)
    complaints = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(base_url=live_server.url)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
        page.goto("/admin/login/")
        page.fill("#id_username", "root")
        page.fill("#id_password", "Passw0rd!")
        page.click("input[type=submit]")
        yield page
        browser.close()
        # Beside the event loop Django keeps connections of their own, which nobody else would close.
        connections.close_all()
    assert complaints == []


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


class TestMessagePreview:
    def test_follows_what_is_written_and_runs_no_script(self, page):
        pool = UserPoolFactory(name="shop")
        script = "<script>parent.document.title = 'broken'</script><img src=x onerror=alert(1)>"
        template = MessageTemplate.objects.create(pool=pool, event=MessageEvent.SIGN_UP, subject="Hi")
        page.goto(url("messagetemplate", "change", template.pk))

        page.fill("#id_html", f"<p id='mine'>Your code: {{####}}</p>{script}")
        page.fill("#id_subject", "Welcome {username}")

        page.wait_for_function("document.querySelector('[data-part=subject]').textContent === 'Welcome jane'")
        assert page.frame_locator("iframe").locator("#mine").inner_text() == "Your code: 123456"
        assert "broken" not in page.title()

    def test_fits_a_phone(self, page):
        pool = UserPoolFactory(name="shop")
        template = MessageTemplate.objects.create(pool=pool, event=MessageEvent.INVITATION)
        page.set_viewport_size({"width": 390, "height": 844})

        page.goto(url("messagetemplate", "change", template.pk))

        page.wait_for_function("document.querySelector('iframe').srcdoc.includes('jane')")
        assert fits(page)
        assert page.frame_locator("iframe").locator("html").evaluate("e => e.scrollWidth <= innerWidth")


class TestPages:
    def test_fit_a_phone_and_run_nothing_that_people_wrote(self, page):
        pool = UserPoolFactory(name="<script>alert(1)</script>", schema_version=8001)
        SchemaAttribute.objects.create(pool=pool, name="custom:team")
        bad = "<img/src=x/onerror=alert(1)>"
        user = UserFactory(
            pool=pool,
            username=bad,
            given_name="</script><script>alert(1)</script>",
            custom_attributes={"custom:team": bad},
        )
        page.set_viewport_size({"width": 390, "height": 844})

        for address in (
            url("user", "changelist", pool=pool.pk),
            url("user", "change", user.pk),
            url("user", "add", pool=pool.pk),
            url("userpool", "change", pool.pk),
            url("userpool", "attributes", pool.pk),
            url("userpoolclient", "add"),
            url("authevent", "changelist", pool=pool.pk),
        ):
            assert page.goto(address).status == 200
            assert fits(page), address

    def test_a_button_asks_acts_and_returns(self, page):
        user = UserFactory(pool=UserPoolFactory(name="shop"), confirmed=True)
        page.goto(url("user", "change", user.pk))

        page.click("button:has-text('Disable')")
        page.click("input[value='Disable']")

        page.wait_for_url(f"**{url('user', 'change', user.pk)}")
        assert "1 user was disabled." in page.inner_text(".messagelist")
        assert not get_user_model().objects.get(pk=user.pk).is_active

    def test_schema_form_shows_the_bounds_of_the_type(self, page):
        page.goto(url("userpool", "attribute_edit", UserPoolFactory(name="shop").pk, "add"))

        page.select_option("#id_type", "Number")

        assert page.is_visible("#id_min_value")
        assert not page.is_visible("#id_min_length")


class TestIdentityProviders:
    def test_fit_a_phone_and_keep_what_a_person_typed(self, page):
        pool = UserPoolFactory(name="shop")
        acme = make_provider(pool, mapping={"email": "email"})
        user = UserFactory(pool=pool, confirmed=True)
        linked_identities.link(user, acme, "<script>alert(1)</script>" + "x" * 200, now=moment())
        page.set_viewport_size({"width": 390, "height": 844})
        for address in (
            url("identityprovider", "changelist"),
            url("linkedidentity", "changelist", pool=pool.pk),
            url("identityprovider", "add", type="SAML"),
            url("identityprovider", "change", acme.pk),
            url("user", "change", user.pk),
        ):
            assert page.goto(address).status == 200
            assert fits(page), address

        page.goto(url("identityprovider", "add"))
        page.click("text=OpenID Connect")
        page.select_option("#id_pool", pool.pk)
        page.fill("#id_name", "Other")
        page.fill("#id_detail_client_id", "web")
        page.fill("#id_detail_oidc_issuer", "http://login.example.com")
        page.fill("[name=attribute_mapping-attribute] >> nth=0", "email")
        page.fill("[name=attribute_mapping-claim] >> nth=0", "mail")
        page.click("input[name=_save]")
        assert "HTTPS" in page.inner_text(".errorlist")
        page.fill("#id_detail_oidc_issuer", "https://login.example.com")
        page.click("input[name=_save]")

        page.wait_for_url(f"**{url('identityprovider', 'changelist')}")
        other = IdentityProvider.objects.get(name="Other")
        assert other.attribute_mapping == {"username": "sub", "email": "mail"}
