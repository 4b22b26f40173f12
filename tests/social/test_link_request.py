"""Linking an account elsewhere, begun by the person at their account page."""

import re
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from cognito_auth.models import BrowserSession, FederationAttempt, LinkedIdentity
from tests.factories import UserFactory, UserPoolFactory
from tests.social.conftest import REDIRECT_URI, make_app, query_of

PASSWORD = "Passw0rd!"


@pytest.fixture
def jane(pool):
    return UserFactory(pool=pool, username="jane", email="jane@example.com", confirmed=True)


@pytest.fixture
def signed_in(browser, pool, app, jane):
    """Sign Jane in to the pool itself with the browser."""
    asked = f"response_type=code&client_id={app.pk}&redirect_uri={REDIRECT_URI}&scope=openid"
    answer = browser.ours.post(f"/{pool.pk}/login?{asked}", {"username": "jane", "password": PASSWORD})
    assert answer.status_code == 302
    return browser


def begin(browser, pool, provider="Acme"):
    """Press the button; return the answer."""
    return browser.ours.post(f"/{pool.pk}/oauth2/linkrequest", {"provider": provider})


def location_in(answer):
    """Return where the page goes by itself."""
    assert answer.status_code == 200, answer.content
    return unescape(re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', answer.content.decode())[1])


class TestLinkRequest:
    def test_links_the_account_at_the_provider(self, acme, signed_in, pool, jane):
        acme()

        answer = signed_in.back(signed_in.at_provider(location_in(begin(signed_in, pool))))

        assert answer["Location"] == f"/{pool.pk}/account?identity=linked"
        identity = LinkedIdentity.objects.get()
        assert (identity.user, identity.provider_name, identity.attribute_value) == (jane, "Acme", "jane-7")
        page = signed_in.ours.get(answer["Location"])
        assert "The account is linked." in page.content.decode()

    def test_leaves_with_a_page_that_a_person_can_use_too(self, acme, signed_in, pool):
        acme()

        answer = begin(signed_in, pool)

        assert f'href="{location_in(answer).replace("&", "&amp;")}"' in answer.content.decode()
        assert "form-action 'self';" in answer["Content-Security-Policy"]
        assert answer["Cache-Control"] == "no-store"
        assert answer.cookies["cognito_idp"]["path"] == f"/{pool.pk}/"

    def test_says_that_it_belongs_to_somebody_else(self, acme, signed_in, pool):
        acme()
        joe = UserFactory(pool=pool, username="joe", confirmed=True)
        LinkedIdentity.objects.create(
            pool=pool, user=joe, provider_name="Acme", provider_type="OIDC", attribute_value="jane-7"
        )

        answer = signed_in.back(signed_in.at_provider(location_in(begin(signed_in, pool))))

        assert answer["Location"] == f"/{pool.pk}/account?identity=taken"
        assert LinkedIdentity.objects.get().user == joe

    def test_is_for_the_same_browser_and_person(self, acme, signed_in, pool):
        acme()
        back = signed_in.at_provider(location_in(begin(signed_in, pool)))

        stranger = Client().get(back.removeprefix("http://testserver"))
        BrowserSession.objects.update(ended_at=timezone.now())
        late = signed_in.back(back)

        assert "/error?" in stranger["Location"]
        assert late["Location"] == f"/{pool.pk}/account?identity=expired"
        assert not LinkedIdentity.objects.exists()


class TestIsRefused:
    def test_without_the_token_of_the_page(self, signed_in, pool):
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = signed_in.ours.cookies

        assert strict.post(f"/{pool.pk}/oauth2/linkrequest", {"provider": "Acme"}).status_code == 403

    def test_for_a_link(self, signed_in, pool):
        assert signed_in.ours.get(f"/{pool.pk}/oauth2/linkrequest?provider=Acme").status_code == 405

    def test_to_who_is_not_signed_in(self, browser, pool):
        answer = begin(browser, pool)

        assert (answer.status_code, answer["Location"]) == (303, f"/{pool.pk}/account/identities")
        assert not FederationAttempt.objects.exists()

    def test_to_who_signed_in_long_ago(self, signed_in, pool):
        BrowserSession.objects.update(authenticated_at=timezone.now() - timezone.timedelta(minutes=11))

        answer = begin(signed_in, pool)

        assert (answer.status_code, answer["Location"]) == (303, f"/{pool.pk}/account/identities")
        assert "Please show that it is you" in signed_in.ours.get(answer["Location"]).content.decode()

    def test_to_the_session_of_another_pool(self, signed_in):
        other = UserPoolFactory()
        make_app(other)
        stranger = Client()
        stranger.cookies["cognito"] = signed_in.ours.cookies["cognito"].value

        answer = stranger.post(f"/{other.pk}/oauth2/linkrequest", {"provider": "Acme"})

        assert answer["Location"] == f"/{other.pk}/account/identities"
        assert not FederationAttempt.objects.exists()

    @pytest.mark.parametrize("provider", ["", "COGNITO", "Google", "acme", "\x00", "x" * 500])
    def test_for_providers_that_the_client_does_not_offer(self, signed_in, pool, provider):
        assert "error=provider_not_offered" in begin(signed_in, pool, provider)["Location"]

    def test_for_a_provider_that_was_deleted(self, signed_in, pool):
        assert "error=provider_not_offered" in begin(signed_in, pool)["Location"]

    def test_where_the_provider_does_not_answer(self, acme, signed_in, pool):
        acme(details={"oidc_issuer": "http://127.0.0.1:9"})

        assert begin(signed_in, pool)["Location"] == f"/{pool.pk}/account?identity=failed"


class TestWhoComesFromAProvider:
    def test_proves_there_again_who_they_are(self, acme, app, browser, pool):
        acme()
        browser.sign_in(app)
        BrowserSession.objects.update(authenticated_at=timezone.now() - timezone.timedelta(minutes=11))

        page = browser.ours.get(f"/{pool.pk}/account/data").content.decode()
        assert "Please show that it is you" in page
        link = unescape(re.search(r'href="(/[^"]+/oauth2/idprequest\?[^"]+)"', page)[1])
        there = browser.ours.get(link)["Location"]
        assert query_of(there)["prompt"] == "login"
        assert query_of(there)["max_age"] == "600"
        back = browser.back(browser.at_provider(there))

        assert back["Location"] == f"http://testserver/{pool.pk}/account?state=data"
        assert "Download" in browser.ours.get(f"/{pool.pk}/account/data").content.decode()

    def test_sees_only_what_such_an_account_can_do(self, acme, app, browser, pool):
        acme()
        browser.sign_in(app)

        page = browser.ours.get(f"/{pool.pk}/account").content.decode()

        assert f'href="/{pool.pk}/account/identities"' in page
        assert f'href="/{pool.pk}/account/password"' not in page
