"""The first page, and what leads to it and away from it."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from cognito_auth.choices import UserStatus
from cognito_auth.models import BrowserSession, IdentityProvider
from cognito_auth.services import password_reset
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.web import cookies
from tests.factories import UserFactory, UserPoolClientFactory
from tests.managed_login.conftest import visit
from tests.oauth.conftest import PASSWORD, REDIRECT_URI, query_of

pytestmark = pytest.mark.django_db
WRONG = "The username or the password is wrong."


class TestLogin:
    def test_signs_in_with_name_and_password(self, opens, user):
        page = opens().send(username=" Jane ", password=PASSWORD)

        assert page.is_done
        assert query_of(page.path)["state"] == "s t&=/ü"

    def test_names_its_fields_for_password_managers(self, opens):
        html = opens().html

        assert re.search(r'<label[^>]*for="field-username">\s*User name', html)
        assert 'autocomplete="username webauthn"' in html
        assert 'autocomplete="current-password"' in html

    def test_fills_in_the_login_hint(self, opens):
        assert 'value="jane"' in opens(login_hint="jane").html
        assert "&lt;b&gt;" in opens(login_hint="<b>").html

    def test_says_beside_the_field_what_is_missing(self, opens, user):
        page = opens().send(username="jane", password="")

        assert page.status == 400
        assert page.error_at("password") == "Please fill in this field."
        assert 'value="jane"' in page.html

    @pytest.mark.parametrize("fields", [{"x": "1"}, {"username": "jane"}, {"password": "x"}])
    def test_says_so_too_of_forms_that_are_not_ours(self, opens, user, fields):
        assert opens().send(**fields).status == 400

    def test_says_the_same_of_a_wrong_password_and_a_stranger(self, opens, user, oauth_client):
        oauth_client.prevent_user_existence_errors = True
        oauth_client.save()

        wrong = opens().send(username="jane", password="wrong")
        nobody = opens().send(username="nobody", password="wrong")

        assert wrong.error_at("password") == nobody.error_at("password") == WRONG
        assert wrong.status == nobody.status == 400
        plain = [re.sub(r'nonce="[^"]*"|value="[^"]*"', "", page.html) for page in (wrong, nobody)]
        assert plain[0] == plain[1]
        assert "wrong" not in wrong.html.replace(WRONG, "")

    def test_names_the_lock_out_in_words(self, opens, user):
        for _time in range(6):
            page = opens().send(username="jane", password="wrong")

        assert page.alert.startswith("Too many failed attempts. Try again in ")

    @pytest.mark.parametrize("username", ["a" * 129, "ja\x00ne", "\x00"])
    def test_takes_no_name_that_cannot_be_one(self, opens, user, username):
        page = opens().send(username=username, password=PASSWORD)

        assert page.status == 400
        assert page.error_at("username")

    def test_goes_on_to_the_code_of_an_unconfirmed_account(self, opens, user):
        user.status = UserStatus.UNCONFIRMED
        user.save()

        page = opens().send(username="jane", password=PASSWORD)

        assert page.name == "confirmUser"
        assert "not confirmed yet" in page.text

    def test_goes_on_to_a_new_password_after_a_reset(self, opens, user):
        password_reset.require_reset(user, origin=RequestOrigin(), now=timezone.now())

        page = opens().send(username="jane", password=PASSWORD)

        assert page.name == "forgotPassword"
        assert 'value="jane"' in page.html
        assert page.send(username="jane").name == "confirmForgotPassword"

    def test_leads_to_sign_up_and_forgotten_passwords_with_the_request(self, opens, pool):
        links = re.findall(r'href="([^"]*/(?:signup|forgotPassword)\?[^"]*)"', opens().html)

        assert len(links) == 2
        assert all("state=s+t%26%3D%2F%C3%BC" in link for link in links)

    def test_leads_nowhere_that_the_pool_has_closed(self, opens, pool):
        pool.admin_create_user_only = True
        pool.account_recovery = {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]}
        pool.save()

        html = opens().html

        assert "/signup" not in html
        assert "/forgotPassword" not in html

    def test_needs_the_token_against_forgery(self, user, asks):
        careful = Client(enforce_csrf_checks=True)

        assert careful.post(asks("login"), {"username": "jane", "password": PASSWORD}).status_code == 403

    def test_cannot_be_framed_and_runs_nothing_foreign(self, opens):
        response = opens().response
        policy = response["Content-Security-Policy"]
        nonce = re.search(r"script-src 'nonce-([^']+)'", policy).group(1)

        assert response["X-Frame-Options"] == "DENY"
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "form-action 'self' https:;" in policy
        assert "form-action 'self';" in opens("forgotPassword").response["Content-Security-Policy"]
        assert response["Cache-Control"] == "no-store"
        scripts = re.findall(r"<script[^>]*>", opens().html)
        assert scripts
        assert all("nonce=" in script for script in scripts)
        assert nonce not in opens().html

    def test_gives_each_sign_in_a_session_of_its_own(self, client, opens, user):
        client.cookies[cookies.SESSION] = "planted"

        assert opens().send(username="jane", password=PASSWORD).is_done
        first = client.cookies[cookies.SESSION].value
        opens(prompt="login").send(username="jane", password=PASSWORD)

        assert len({"planted", first, client.cookies[cookies.SESSION].value}) == 3
        assert BrowserSession.objects.count() == 2


class TestContinue:
    def test_is_offered_to_who_is_signed_in(self, opens, user):
        opens().send(username="jane", password=PASSWORD)

        page = opens(prompt="select_account")
        done = page.send(action="continue")

        assert "Continue as jane?" in page.text
        assert "jane@example.com" in page.text
        assert done.is_done

    def test_is_not_forced_upon_others(self, opens, user, pool):
        UserFactory(pool=pool, username="john", confirmed=True)
        opens().send(username="jane", password=PASSWORD)

        page = opens(prompt="select_account")
        others = re.search(r'href="([^"]*prompt=login[^"]*)"', page.html).group(1).replace("&amp;", "&")
        form = visit(page.browser, others)

        assert parse_qs(urlsplit(others).query)["prompt"] == ["login"]
        assert form.send(username="john", password=PASSWORD).is_done
        assert BrowserSession.objects.order_by("created_at").last().user.username == "john"

    def test_is_nothing_for_who_must_prove_it_again(self, opens, user):
        opens().send(username="jane", password=PASSWORD)

        page = opens(prompt="login")

        assert "Continue as" not in page.text
        assert page.send(action="continue").status == 400

    def test_is_nothing_without_a_session(self, opens, user):
        assert opens().send(action="continue").status == 400

    def test_is_nothing_with_the_session_of_another_pool(self, opens, user, client):
        opens().send(username="jane", password=PASSWORD)
        value = client.cookies[cookies.SESSION].value
        other = UserPoolClientFactory(
            oauth_enabled=True,
            allowed_oauth_flows=["code"],
            allowed_oauth_scopes=["openid"],
            callback_urls=[REDIRECT_URI],
        )
        stranger = Client()
        stranger.cookies[cookies.SESSION] = value

        path = f"/{other.pool_id}/login?response_type=code&client_id={other.pk}&redirect_uri={REDIRECT_URI}"

        assert "Continue as" not in visit(stranger, path).text


class TestProviders:
    @pytest.fixture
    def offers(self, oauth_client, pool):
        def offer(*names):
            oauth_client.supported_identity_providers = list(names)
            oauth_client.save()
            for name in names:
                if name != "COGNITO":
                    kind = {"Google": "Google", "SignInWithApple": "SignInWithApple"}.get(name, "OIDC")
                    IdentityProvider.objects.create(pool=pool, name=name, name_key=name.casefold(), type=kind)

        return offer

    def test_have_buttons_that_carry_the_request(self, opens, offers, pool):
        offers("COGNITO", "Google", "SignInWithApple", "Contoso")

        page = opens()
        links = re.findall(r'href="(/[^"]*idprequest[^"]*)"', page.html)

        assert "Continue with Google" in page.text
        assert "Continue with Apple" in page.text
        assert "Continue with Contoso" in page.text
        assert [parse_qs(urlsplit(link.replace("&amp;", "&")).query)["identity_provider"] for link in links] == [
            ["Google"],
            ["SignInWithApple"],
            ["Contoso"],
        ]
        assert all(link.startswith(f"/{pool.pk}/oauth2/idprequest?") and "state=s+t" in link for link in links)

    def test_stand_alone_where_the_pool_itself_is_not_offered(self, opens, offers, user):
        offers("Google")

        page = opens()
        sent = page.send(username="jane", password=PASSWORD)

        assert 'name="password"' not in page.html
        assert "/signup" not in page.html
        assert sent.status == 400
        assert sent.alert == "This app is signed in to with an account elsewhere."

    def test_are_found_by_the_domain_of_an_address(self, opens, offers, pool):
        offers("COGNITO", "Contoso", "Fabrikam")
        for name, domain in (("Contoso", "contoso.example"), ("Fabrikam", "Fabrikam.example")):
            provider = IdentityProvider.objects.get(name=name)
            provider.identifiers.create(pool=pool, identifier=domain)

        assert "Email address of your organization" in opens().text
        page = opens().send(organization_email="jane@FABRIKAM.example")

        assert "Continue with Fabrikam" in page.text
        assert "Contoso" not in page.text
        target = page.response["Refresh"].removeprefix("0;url=")
        assert target.startswith(f"/{pool.pk}/oauth2/idprequest?")
        told = parse_qs(urlsplit(target).query)
        assert told["identity_provider"] == ["Fabrikam"]
        assert told["login_hint"] == ["jane@FABRIKAM.example"]
        assert told["state"] == ["s t&=/ü"]

    @pytest.mark.parametrize(
        "email", ["", "jane", "jane@elsewhere.example", "@", "jane@contoso.example.evil", "a" * 3000]
    )
    def test_are_not_guessed_from_other_addresses(self, opens, offers, pool, email):
        offers("COGNITO", "Contoso")
        IdentityProvider.objects.get().identifiers.create(pool=pool, identifier="contoso.example")

        page = opens().send(organization_email=email)

        assert page.status == 400
        assert page.error_at("organization_email")
        assert "Refresh" not in page.response
        assert 'name="password"' in page.html

    def test_with_no_domain_are_not_asked_for_by_address(self, opens, offers, pool):
        offers("COGNITO", "Contoso", "Google")
        for provider in IdentityProvider.objects.all():
            names = {"Contoso": "contoso", "Google": "google.example"}
            provider.identifiers.create(pool=pool, identifier=names[provider.name])

        assert "organization" not in opens().text

    def test_are_left_out_once_they_are_deleted(self, opens, offers, pool):
        offers("COGNITO", "Google")
        IdentityProvider.objects.all().delete()

        assert "Google" not in opens().text


class TestLanguages:
    def test_are_offered_and_remembered(self, opens, client):
        page = opens(lang="de")
        others = opens()

        assert '<html lang="de"' in page.html
        assert '<html lang="de"' in others.html
        assert client.cookies[cookies.LANGUAGE].value == "de"
        assert {"Deutsch", "English", "Español", "Français", "日本語"} <= set(page.text.split())

    def test_keep_the_request_as_it_is(self, opens):
        link = re.search(r'href="([^"]*lang=fr)"', opens(lang="de").html).group(1).replace("&amp;", "&")

        assert parse_qs(urlsplit(link).query)["lang"] == ["fr"]
        assert parse_qs(urlsplit(link).query)["state"] == ["s t&=/ü"]


class TestUnderAPrefix:
    def test_all_links_stay_there(self, client, user, oauth_client, settings):
        settings.ROOT_URLCONF = "tests.journeys.prefix_urls"
        path = (
            f"/account/auth/{oauth_client.pool_id}/login?response_type=code&client_id={oauth_client.pk}"
            f"&redirect_uri={REDIRECT_URI}"
        )

        page = visit(client, path)
        links = re.findall(r'href="(/[^"]*)"', page.html)

        assert links
        assert all(link.startswith(f"/account/auth/{oauth_client.pool_id}/") for link in links)
        assert page.send(username="jane", password=PASSWORD).is_done
