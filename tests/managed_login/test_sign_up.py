"""Making an account, confirming it, and being signed in by that."""

import pytest
from django.core import mail
from django.test import Client

from cognito_auth.choices import UserStatus
from cognito_auth.models import BrowserSession, User
from tests.factories import SchemaAttributeFactory, TermsFactory
from tests.mail import another, code_from_email
from tests.managed_login.conftest import visit
from tests.oauth.conftest import PASSWORD

pytestmark = pytest.mark.django_db
JANE = {"username": "jane", "email": "jane@example.com", "password": PASSWORD}


def confirm_at_once(event, context):
    """PreSignUp handler."""
    event["response"]["autoConfirmUser"] = True
    return event


class TestSignUp:
    def test_ends_signed_in_after_the_code(self, opens):
        page = opens("signup").send(**JANE)
        done = page.send(code=code_from_email())

        assert page.name == "confirmUser"
        assert "j***@e***" in page.text
        assert done.is_done
        user = User.objects.get()
        assert (user.status, user.email_verified) == (UserStatus.CONFIRMED, True)
        assert BrowserSession.objects.get().user == user

    def test_is_not_signed_in_by_the_code_in_another_browser(self, opens, asks):
        opens("signup").send(**JANE)
        thief = Client()

        page = visit(thief, asks("resendcode")).browser
        page = visit(thief, asks("resendcode"), username="jane")
        done = page.send(code=code_from_email())

        assert "Your account is confirmed" in done.text
        assert not BrowserSession.objects.exists()

    def test_is_not_signed_in_as_who_took_the_name_meanwhile(self, opens):
        page = opens("signup").send(**JANE)
        User.objects.all().delete()
        opens("signup", browser=Client()).send(**JANE)

        done = page.send(code=code_from_email())

        assert "Your account is confirmed" in done.text
        assert not BrowserSession.objects.exists()

    def test_goes_on_to_a_second_factor_where_one_is_required(self, opens, pool):
        pool.mfa_configuration, pool.software_token_mfa_enabled = "ON", True
        pool.save()

        page = opens("signup").send(**JANE).send(code=code_from_email())

        assert page.name == "mfa/setup"
        assert not BrowserSession.objects.exists()

    def test_says_beside_the_fields_what_is_wrong(self, opens, user):
        page = opens("signup")

        missing = page.send(username="", email="jane@example.com", password=PASSWORD)
        weak = page.send(**{**JANE, "password": "weak"})
        taken = page.send(**JANE)

        assert "not an e-mail address" in page.send(**{**JANE, "email": "jane"}).error_at("email")
        assert missing.error_at("username") == "Please fill in this field."
        assert 'value="jane@example.com"' in missing.html
        assert "at least 8 characters" in weak.error_at("password")
        assert "weak" not in weak.html
        assert "taken" in taken.error_at("username")
        assert not mail.outbox

    @pytest.mark.parametrize("fields", [{"x": "1"}, {"username": "jane"}, {"password": PASSWORD}])
    def test_takes_no_forms_that_are_not_ours(self, opens, fields):
        assert opens("signup").send(**fields).status == 400
        assert not User.objects.exists()

    def test_asks_for_what_the_schema_requires(self, opens, pool):
        SchemaAttributeFactory(pool=pool, name="given_name", required=True, max_length=2048)

        page = opens("signup")

        assert "Given name" in page.text
        assert 'autocomplete="given-name"' in page.html
        assert page.send(**JANE, given_name="").error_at("given_name")
        page.send(**JANE, given_name="Jane")
        assert User.objects.get().given_name == "Jane"

    def test_says_beside_the_field_what_the_schema_does_not_take(self, opens, pool):
        SchemaAttributeFactory(pool=pool, name="birthdate", required=True, min_length=10, max_length=10)
        SchemaAttributeFactory(pool=pool, name="nickname", required=True, min_length=5, max_length=10)
        page = opens("signup")

        one = page.send(**JANE, birthdate="2000-01-01", nickname="x")
        both = page.send(**JANE, birthdate="2000", nickname="x")

        assert "at least 5 characters" in one.error_at("nickname")
        assert "nickname" in both.alert
        assert "birthdate" in both.alert

    def test_wants_an_address_where_it_is_the_name(self, opens, pool):
        pool.username_attributes = ["email"]
        pool.save()

        assert opens("signup").send(username="jane", password=PASSWORD).error_at("username")

    def test_asks_for_the_address_alone_where_it_is_the_name(self, opens, pool):
        pool.username_attributes = ["email"]
        pool.save()

        page = opens("signup")
        done = page.send(username="jane@example.com", password=PASSWORD).send

        assert 'name="email"' not in page.html
        assert 'type="email"' in page.html
        assert done(code=code_from_email()).is_done

    def test_writes_nothing_that_was_not_asked_for(self, opens):
        opens("signup").send(**JANE, nickname="x", **{"custom:admin": "1", "email_verified": "true"})

        user = User.objects.get()
        assert (user.nickname, user.email_verified, user.custom_attributes) == ("", False, {})

    def test_takes_no_characters_that_cannot_be_stored(self, opens):
        page = opens("signup").send(**{**JANE, "email": "ja\x00ne@example.com"})

        assert page.error_at("email") == "Please fill in this field."

    def test_is_done_at_once_where_the_pool_confirms(self, opens, pool, settings):
        handler = f"{__name__}.confirm_at_once"
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "TRIGGERS": {pool.pk: {"PreSignUp": handler}}}

        assert opens("signup").send(**JANE).is_done
        assert not mail.outbox

    def test_works_without_a_password_where_codes_do(self, opens, pool, oauth_client):
        pool.allowed_first_auth_factors = ["PASSWORD", "EMAIL_OTP"]
        pool.save()
        oauth_client.explicit_auth_flows = ["ALLOW_USER_AUTH"]
        oauth_client.save()

        page = opens("signup")
        done = page.send(username="jane", email="jane@example.com", password="").send(code=code_from_email())

        assert "Leave it empty to sign in with codes" in page.text
        assert done.is_done

    def test_says_that_no_code_was_sent(self, opens, pool):
        pool.auto_verified_attributes = []
        pool.save()

        page = opens("signup").send(username="jane", password=PASSWORD)

        assert page.name == "confirmUser"
        assert "No code was sent." in page.text

    def test_is_closed_where_administrators_make_accounts(self, opens, pool):
        pool.admin_create_user_only = True
        pool.save()

        page = opens("signup")

        assert page.status == 403
        assert "Sign-up is closed" in page.text
        assert page.send(**JANE).status == 403
        assert not User.objects.exists()

    def test_links_to_the_terms(self, opens, oauth_client):
        TermsFactory(client=oauth_client, links={"cognito:default": "https://example.com/t?a=1&b=2"})
        TermsFactory(client=oauth_client, name="privacy-policy")

        page = opens("signup")

        assert "By signing up, you agree to our terms of use and privacy policy ." in page.text
        assert 'href="https://example.com/t?a=1&amp;b=2"' in page.html

    def test_needs_the_token_against_forgery(self, asks):
        assert Client(enforce_csrf_checks=True).post(asks("signup"), JANE).status_code == 403


class TestConfirmation:
    def test_says_beside_the_field_that_the_code_is_wrong(self, opens):
        page = opens("signup").send(**JANE)

        wrong = page.send(code=another(code_from_email()))

        assert "not right" in wrong.error_at("code")
        assert page.send(code="").error_at("code") == "Please fill in this field."
        assert page.send(code=code_from_email()).is_done

    def test_sends_another_code(self, opens):
        page = opens("signup").send(**JANE)

        again = page.send(action="resend")

        assert "We sent you a new code." in again.text
        assert len(mail.outbox) == 2
        assert again.send(code=code_from_email()).is_done

    def test_does_not_send_without_end(self, opens):
        page = opens("signup").send(**JANE)
        for _time in range(6):
            page = page.send(action="resend")

        assert page.alert == "Too many attempts. Please wait a while and try again."

    def test_leads_back_to_the_sign_in_who_comes_from_there(self, opens, user):
        user.status = UserStatus.UNCONFIRMED
        user.save()
        page = opens().send(username="jane", password=PASSWORD).send(action="resend")

        done = page.send(code=code_from_email())

        assert "Your account is confirmed" in done.text
        assert not BrowserSession.objects.exists()

    def test_needs_the_step_of_this_browser(self, opens):
        opens("signup").send(**JANE)

        assert "Please sign in again" in opens("confirmUser", browser=Client()).text

    def test_still_takes_the_link_of_an_email(self, client, pool, oauth_client):
        assert client.get(f"/{pool.pk}/confirmUser?client_id={oauth_client.pk}").status_code == 400


class TestResendCode:
    def test_answers_strangers_the_same(self, opens, user, oauth_client):
        oauth_client.prevent_user_existence_errors = True
        oauth_client.save()
        user.status = UserStatus.UNCONFIRMED
        user.save()

        known = opens("resendcode").send(username="jane")
        stranger = opens("resendcode").send(username="john")

        assert known.name == stranger.name == "confirmUser"
        assert len(mail.outbox) == 1
        assert known.text.replace("j***@e***", "") in stranger.text or "We sent a code by email" in stranger.text
        assert "not right" in stranger.send(code="000001").error_at("code")

    def test_says_what_is_missing(self, opens):
        assert opens("resendcode").send(username="").error_at("username")
