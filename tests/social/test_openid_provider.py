"""Sign-in with a real OpenID provider."""

import datetime
from urllib.parse import urlencode

import jwt
import pytest
from django.utils import timezone

from cognito_auth.models import LinkedIdentity, User
from tests.factories import UserFactory, UserPoolFactory
from tests.social.conftest import REDIRECT_URI, Browser, make_app, query_of


class TestSignIn:
    def test_makes_an_account_and_gives_the_client_a_code(self, acme, app, browser):
        acme()

        told = browser.sign_in(app)

        assert set(told) == {"code", "state"}
        user = User.objects.get(username="acme_jane-7")
        assert (user.email, user.email_verified, user.name) == ("jane@example.com", True, "Jane Roe")
        assert user.nickname == "a+b,c"

    def test_gives_tokens_that_name_provider_and_group(self, acme, app, browser):
        acme()
        form = {
            "grant_type": "authorization_code",
            "code": browser.sign_in(app)["code"],
            "redirect_uri": REDIRECT_URI,
            "client_id": app.pk,
        }

        answer = browser.ours.post(
            f"/{app.pool_id}/oauth2/token", urlencode(form), content_type="application/x-www-form-urlencoded"
        )

        claims = jwt.decode(answer.json()["id_token"], options={"verify_signature": False})
        assert claims["cognito:username"] == "acme_jane-7"
        assert claims["cognito:groups"] == [f"{app.pool_id}_Acme"]
        (identity,) = claims["identities"]
        assert int(identity.pop("dateCreated")) > 0
        assert identity == {
            "userId": "jane-7",
            "providerName": "Acme",
            "providerType": "OIDC",
            "issuer": None,
            "primary": "true",
        }

    def test_comes_back_to_the_same_account(self, acme, app, browser):
        acme()

        browser.sign_in(app)
        Browser().sign_in(app)

        assert User.objects.filter(username__startswith="acme_").count() == 1

    def test_is_answered_at_once_by_the_browsers_session(self, acme, app, browser):
        acme()
        browser.sign_in(app)

        answer = browser.ours.get(
            f"/{app.pool_id}/oauth2/authorize?response_type=code&client_id={app.pk}"
            "&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback&identity_provider=Acme"
        )

        assert "code" in query_of(answer["Location"])

    @pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA", "HS256"])
    def test_takes_signatures_of_several_algorithms(self, acme, app, browser, algorithm):
        acme(algorithm=algorithm)

        assert "code" in browser.sign_in(app)

    def test_tells_the_client_that_the_person_said_no(self, acme, app, browser):
        acme()

        told = browser.sign_in(app, login_hint="nobody")

        assert told["error"] == "access_denied"
        assert told["state"] == "abc"

    def test_tells_the_client_that_the_provider_is_away(self, acme, app, browser, pool):
        provider = acme()
        type(provider).objects.update(details={**provider.details, "oidc_issuer": "http://127.0.0.1:9"})

        told = query_of(browser.begin(app))

        assert told["error"] == "invalid_request"
        assert told["error_description"] == "Acme Error"


class TestWayBack:
    def refused(self, answer):
        assert answer.status_code == 302
        assert "/error?error=provider_answer" in answer["Location"]
        return True

    def test_is_gone_once(self, acme, app, browser):
        acme()
        address = browser.at_provider(browser.begin(app))
        browser.back(address)

        assert self.refused(browser.back(address))

    def test_is_the_browsers_that_began(self, acme, app, browser):
        acme()
        address = browser.at_provider(browser.begin(app))

        assert self.refused(Browser().back(address))
        # And the browser that began is not kept from coming back by it.
        assert "code" in query_of(browser.back(address)["Location"])

    def test_is_of_its_pool(self, acme, app, browser):
        acme()
        other = make_app(UserPoolFactory())
        address = browser.at_provider(browser.begin(app)).replace(app.pool_id, other.pool_id)

        assert self.refused(browser.back(address))

    def test_ends_after_five_minutes(self, acme, app, browser, time_machine):
        acme()
        address = browser.at_provider(browser.begin(app))
        time_machine.move_to(timezone.now() + datetime.timedelta(seconds=301), tick=False)

        assert self.refused(browser.back(address))

    def test_takes_no_code_of_another_sign_in(self, acme, app, browser):
        acme()
        mallory = Browser()
        stolen = query_of(mallory.at_provider(mallory.begin(app, login_hint="mallory")))["code"]
        address = browser.at_provider(browser.begin(app))
        own = query_of(address)["code"]

        told = query_of(browser.back(address.replace(own, stolen))["Location"])

        assert told["error"] == "invalid_request"
        assert not User.objects.filter(username="acme_mallory").exists()

    @pytest.mark.parametrize("query", ["", "?state=", "?state=x&code=y", "?state=%00&code=%00", "?state=" + "x" * 5000])
    def test_refuses_what_it_does_not_know(self, app, client, query):
        assert self.refused(client.get(f"/{app.pool_id}/oauth2/idpresponse{query}"))


class TestLinking:
    @pytest.fixture
    def jane(self, pool):
        return UserFactory(pool=pool, username="jane", email="jane@example.com", confirmed=True)

    def test_never_without_the_providers_word_for_the_address(self, acme, app, browser, jane):
        provider = acme()
        type(provider).objects.update(linking="auto")

        browser.sign_in(app, login_hint="mallory")

        assert not LinkedIdentity.objects.filter(user=jane).exists()

    def test_at_once_by_an_address_that_both_sides_have_verified(self, acme, app, browser, jane):
        provider = acme()
        type(provider).objects.update(linking="auto")

        browser.sign_in(app)

        assert LinkedIdentity.objects.get(user=jane).attribute_value == "jane-7"

    def test_asks_and_links_after_the_person_has_signed_in(self, acme, app, browser, jane):
        provider = acme()
        type(provider).objects.update(linking="ask")
        asked = browser.back(browser.at_provider(browser.begin(app)))
        assert "/linkAccount?" in asked["Location"]
        page = browser.ours.get(asked["Location"])
        assert page.status_code == 200

        login = asked["Location"].replace("linkAccount", "login")
        answer = browser.ours.post(login, {"username": "jane", "password": "Passw0rd!"})

        assert "code" in query_of(answer["Location"])
        assert LinkedIdentity.objects.get(user=jane).attribute_value == "jane-7"

    def test_does_not_link_to_another_account(self, acme, app, browser, jane, pool):
        provider = acme()
        type(provider).objects.update(linking="ask")
        UserFactory(pool=pool, username="other", confirmed=True)
        asked = browser.back(browser.at_provider(browser.begin(app)))

        login = asked["Location"].replace("linkAccount", "login")
        browser.ours.post(login, {"username": "other", "password": "Passw0rd!"})

        assert not LinkedIdentity.objects.exists()

    def test_makes_a_separate_account_where_the_person_wants_that(self, acme, app, browser, jane):
        provider = acme()
        type(provider).objects.update(linking="ask")
        asked = browser.back(browser.at_provider(browser.begin(app)))

        answer = browser.ours.post(asked["Location"])

        assert "code" in query_of(answer["Location"])
        assert LinkedIdentity.objects.get().user.username == "acme_jane-7"
