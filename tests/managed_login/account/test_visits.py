"""Who comes to the account page, how freshly, from where, how often."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from cognito_auth.choices import UserStatus
from cognito_auth.managed_login.account import sections
from cognito_auth.models import BrowserSession, LinkedIdentity, Passkey, RecoveryCode, User
from cognito_auth.services import user_pool_domains
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory
from tests.managed_login.account.conftest import grow_old, visit
from tests.mfa import ALL_FACTORS, enrol
from tests.oauth.conftest import PASSWORD

SENSITIVE = ["email", "phone", "password", "data", "delete"]
ALL = [section.path for group in sections.GROUPS for section in group.sections]


def query_of(address):
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query, keep_blank_values=True).items()}


class TestWhoIsNotSignedIn:
    def test_is_sent_to_the_login_of_the_client_and_comes_back_to_the_section(self, client, pool, oauth_client, user):
        answer = client.get(f"/{pool.pk}/account/profile?client_id={oauth_client.pk}")

        assert answer.status_code == 303
        asked = query_of(answer["Location"])
        assert answer["Location"].startswith(f"/{pool.pk}/login?")
        assert (asked["client_id"], asked["state"]) == (oauth_client.pk, "profile")

        back = client.post(answer["Location"], {"username": "jane", "password": PASSWORD})
        assert query_of(back["Location"]) == {"state": "profile"}
        page = visit(client, urlsplit(back["Location"]).path + "?" + urlsplit(back["Location"]).query)
        assert page.name == "account/profile"
        assert page.status == 200

    @pytest.mark.parametrize("section", ["", *ALL])
    def test_sees_no_section(self, client, pool, oauth_client, section):
        path = f"/{pool.pk}/account/{section}".rstrip("/")

        assert client.get(f"{path}?client_id={oauth_client.pk}")["Location"].startswith(f"/{pool.pk}/login?")
        assert client.post(f"{path}?client_id={oauth_client.pk}")["Location"].startswith(f"/{pool.pk}/login?")

    def test_is_known_by_the_session_that_has_ended(self, account, client, pool, oauth_client):
        BrowserSession.objects.update(ended_at=timezone.now())

        answer = client.get(f"/{pool.pk}/account")

        assert query_of(answer["Location"])["client_id"] == oauth_client.pk

    def test_signs_in_to_the_client_of_the_site_where_there_is_one(self, client, pool, oauth_client, settings):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "SITE_CLIENT_ID": oauth_client.pk}

        answer = client.get(f"/{pool.pk}/account")

        assert query_of(answer["Location"])["client_id"] == oauth_client.pk

    def test_is_told_to_come_from_an_app_where_none_is_known(self, client, pool):
        page = visit(client, f"/{pool.pk}/account")

        assert page.status == 401
        assert "Please sign in first" in page.text

    @pytest.mark.parametrize("client_id", ["nothing", "%00", "ü", "x" * 200])
    def test_is_told_of_a_client_that_is_none(self, client, pool, client_id):
        page = visit(client, f"/{pool.pk}/account?client_id={client_id}")

        assert page.name == "error"
        assert page.status == 400

    def test_cannot_use_a_client_without_pages_nor_of_another_pool(self, client, pool):
        api_only = UserPoolClientFactory(pool=pool)
        machine = UserPoolClientFactory(
            pool=pool, oauth_enabled=True, allowed_oauth_flows=["client_credentials"], callback_urls=[]
        )
        elsewhere = UserPoolClientFactory(pool=UserPoolFactory(), oauth_enabled=True, allowed_oauth_flows=["code"])

        for other in (api_only, machine, elsewhere):
            page = visit(client, f"/{pool.pk}/account?client_id={other.pk}")
            assert page.name == "error", other
            there = f"response_type=none&client_id={other.pk}&redirect_uri=http://testserver/{pool.pk}/account&state="
            assert visit(client, f"/{pool.pk}/login?{there}").name == "error", other


class TestASession:
    def test_of_another_pool_opens_nothing(self, account, client, pool, oauth_client):
        other = UserPoolFactory()
        app = UserPoolClientFactory(pool=other, oauth_enabled=True, allowed_oauth_flows=["code"])
        value = client.cookies["cognito"].value
        stranger = Client()
        stranger.cookies["cognito"] = value

        answer = stranger.get(f"/{other.pk}/account?client_id={app.pk}")
        deleted = stranger.post(f"/{other.pk}/account/delete?client_id={app.pk}", {"username": "jane"})

        assert answer["Location"].startswith(f"/{other.pk}/login?")
        assert deleted["Location"].startswith(f"/{other.pk}/login?")
        assert User.objects.filter(username="jane").exists()

    def test_whose_client_was_deleted_asks_for_a_sign_in(self, account, client, pool, oauth_client):
        other = UserPoolClientFactory(pool=pool, oauth_enabled=True, allowed_oauth_flows=["code"])
        oauth_client.delete()

        answer = client.get(f"/{pool.pk}/account?client_id={other.pk}")

        assert answer["Location"].startswith(f"/{pool.pk}/login?")
        # Else the session would answer at once, and the browser go round in circles.
        assert visit(client, answer["Location"]).text.startswith("Sign in")

    def test_of_a_disabled_user_opens_nothing(self, account, client, pool, user):
        User.objects.update(is_active=False)

        assert client.get(f"/{pool.pk}/account")["Location"].startswith(f"/{pool.pk}/login?")

    @pytest.mark.parametrize("section", SENSITIVE)
    def test_that_is_old_has_to_be_proved_again_for_what_is_sensitive(self, account, pool, oauth_client, section):
        grow_old(11)

        page = account(section)
        sent = account(section, username="jane", email="new@example.com")

        assert "Please show that it is you" in page.text
        assert sent.status == 403
        assert "Nothing was changed." in sent.text
        assert User.objects.get().email == "jane@example.com"
        link = re.search(r'href="(/[^"]+/login\?[^"]+)">Sign in again', page.html)[1].replace("&amp;", "&")
        asked = query_of(link)
        assert asked["prompt"] == "login"
        assert asked["state"] == section

    def test_that_is_old_shows_what_is_not(self, account):
        grow_old(50)

        assert account("profile").status == 200
        assert account("sessions").status == 200

    def test_is_fresh_again_after_the_way_that_the_page_shows(self, account, client, pool):
        grow_old(30)
        page = account("password")
        link = re.search(r'href="(/[^"]+/login\?[^"]+)">Sign in again', page.html)[1].replace("&amp;", "&")

        back = client.post(link, {"username": "jane", "password": PASSWORD})["Location"]

        assert back == f"http://testserver/{pool.pk}/account?state=password"
        assert "Present password" in visit(client, back.removeprefix("http://testserver")).text

    @pytest.mark.parametrize("section", ["nowhere", "https://evil.example", "//evil.example", ""])
    def test_goes_to_sections_only_after_a_login(self, account, client, pool, section):
        answer = client.get(f"/{pool.pk}/account", {"state": section})

        assert answer.status_code == 200


class TestForms:
    @pytest.mark.parametrize("section", ALL)
    def test_are_refused_without_the_token_of_their_page(self, client, pool, user, signs_in, section):
        signs_in(client)
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = client.cookies

        answer = strict.post(f"/{pool.pk}/account/{section}", {"username": "jane", "action": "others"})

        assert answer.status_code == 403
        assert "did not send along the cookie of this page" in answer.text
        assert User.objects.filter(username="jane").exists()

    def test_are_limited_in_number(self, account, settings):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "THROTTLING": True, "THROTTLE_RATES": {"user": "2/60"}}

        answers = [account("profile", name="Jane R.") for _number in range(3)]

        assert answers[-1].status == 429
        assert "Too many" in answers[-1].text

    def test_have_no_answer_that_is_kept(self, account):
        page = account("profile")

        assert page.response["Cache-Control"] == "no-store"
        assert page.response["X-Frame-Options"] == "DENY"


class TestExternalAccounts:
    def test_see_what_they_can_do_only(self, account, user, pool):
        pool.mfa_configuration, pool.software_token_mfa_enabled = "OPTIONAL", True
        pool.save()
        LinkedIdentity.objects.create(
            pool=pool, user=user, provider_name="Google", provider_type="Google", attribute_value="1", is_primary=True
        )
        User.objects.update(status=UserStatus.EXTERNAL_PROVIDER)

        page = account()

        assert "Linked accounts" in page.text
        assert "Delete your account" in page.text
        for absent in ("Password", "Second step", "Authenticator app", "Passkeys", "Recovery codes"):
            assert absent not in page.text
        assert account("password", password=PASSWORD, new_password="0ther-Passw0rd!").name == "account"
        assert User.objects.get().check_password(PASSWORD)


class TestTheOverview:
    def test_shows_each_section_with_what_stands_in_it(self, account):
        page = account()

        assert "jane@example.com" in page.text
        assert "1 session" in page.text

    @pytest.mark.parametrize(
        ("outcome", "sentence"),
        [
            ("linked", "The account is linked."),
            ("taken", "That account cannot be linked"),
            ("failed", "The account was not linked."),
            ("expired", "You were signed out meanwhile"),
        ],
    )
    def test_says_what_became_of_linking(self, account, client, pool, outcome, sentence):
        assert sentence in visit(client, f"/{pool.pk}/account?identity={outcome}").text

    def test_says_nothing_of_words_that_are_none_of_ours(self, account, client, pool):
        page = visit(client, f"/{pool.pk}/account?identity=<b>x&done=<b>x")

        assert "<b>" not in page.html

    def test_is_of_the_person_alone(self, account, pool):
        UserFactory(pool=pool, username="joe", email="joe@example.com", confirmed=True)

        assert "joe" not in account().text


class TestAPoolWithAHostOfItsOwn:
    def test_has_the_account_at_its_root(self, client, pool, oauth_client, user, settings):
        host = {"Host": "login.example.com"}
        settings.ALLOWED_HOSTS = ["login.example.com"]
        user_pool_domains.create(pool, "login.example.com", now=timezone.now())

        first = client.get(f"/account/profile?client_id={oauth_client.pk}", headers=host)
        assert first["Location"].startswith("/login?")
        assert query_of(first["Location"])["redirect_uri"] == "https://login.example.com/account"

        back = client.post(first["Location"], {"username": "jane", "password": PASSWORD}, headers=host)
        assert back["Location"] == "https://login.example.com/account?state=profile"
        page = client.get("/account/profile", headers=host)
        assert page.status_code == 200
        assert 'href="/account/email"' in page.content.decode()


class TestWaysToSignIn:
    @pytest.mark.parametrize("section", ["passkeys", "factors", "app", "recoveryCodes", "identities"])
    def test_are_not_changed_by_an_old_session(self, account, pool, oauth_client, user, section):
        for name, value in ALL_FACTORS.items():
            setattr(pool, name, value)
        pool.mfa_configuration = "OPTIONAL"
        pool.allowed_first_auth_factors = ["PASSWORD", "WEB_AUTHN"]
        pool.web_authn_configuration = {"RelyingPartyId": "localhost"}
        pool.save()
        enrol(user)
        Passkey.objects.create(user=user, credential_id="AAAA", public_key="AA", relying_party_id="localhost")
        identity = LinkedIdentity.objects.create(
            pool=pool, user=user, provider_name="Google", provider_type="Google", attribute_value="1"
        )
        grow_old(11)

        page = account(
            section, passkey="AAAA", identity=str(identity.pk), action="off", factor="SOFTWARE_TOKEN_MFA", remove="1"
        )
        removal = account(section, action="remove")

        assert (page.status, removal.status) == (403, 403)
        assert Passkey.objects.exists()
        assert LinkedIdentity.objects.exists()
        assert User.objects.get().software_token_mfa_enabled
        assert not RecoveryCode.objects.exists()
