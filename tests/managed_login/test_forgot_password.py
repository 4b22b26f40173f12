"""A forgotten password, from the code to being signed in."""

import pytest
from django.core import mail
from django.test import Client

from cognito_auth.models import BrowserSession
from tests.mail import another, code_from_email
from tests.mfa import enrol
from tests.oauth.conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "0ther-Passw0rd!"


class TestForgotPassword:
    def test_ends_signed_in_with_the_new_password(self, opens, user):
        page = opens("forgotPassword").send(username="jane")
        done = page.send(code=code_from_email(), new_password=NEW_PASSWORD)

        assert page.name == "confirmForgotPassword"
        assert "j***@e***" in page.text
        assert done.is_done
        user.refresh_from_db()
        assert user.check_password(NEW_PASSWORD)
        assert BrowserSession.objects.get().amr == ["pwd"]

    def test_still_asks_for_the_second_factor(self, opens, user, pool):
        pool.mfa_configuration, pool.software_token_mfa_enabled = "ON", True
        pool.save()
        enrol(user)

        page = opens("forgotPassword").send(username="jane")

        assert page.send(code=code_from_email(), new_password=NEW_PASSWORD).name == "mfa/app"
        assert not BrowserSession.objects.exists()

    def test_answers_strangers_the_same(self, opens, user, oauth_client):
        oauth_client.prevent_user_existence_errors = True
        oauth_client.save()

        known = opens("forgotPassword").send(username="jane")
        wrong = known.send(code=another(code_from_email()), new_password=NEW_PASSWORD)
        stranger = opens("forgotPassword", browser=Client()).send(username="john@example.com")
        refused = stranger.send(code="000001", new_password=NEW_PASSWORD)

        assert known.name == stranger.name == "confirmForgotPassword"
        assert wrong.error_at("code") == refused.error_at("code")
        assert wrong.status == refused.status
        assert len(mail.outbox) == 1

    def test_says_beside_the_fields_what_is_wrong(self, opens, user):
        page = opens("forgotPassword").send(username="jane")

        missing = page.send(code="", new_password="")
        weak = page.send(code=code_from_email(), new_password="weak")

        assert missing.error_at("code") == missing.error_at("new_password") == "Please fill in this field."
        assert "at least 8 characters" in weak.error_at("new_password")
        assert "weak" not in weak.html
        assert page.send(code=code_from_email(), new_password=NEW_PASSWORD).is_done

    def test_sends_another_code(self, opens, user):
        page = opens("forgotPassword").send(username="jane")

        again = page.send(action="resend")

        assert "We sent you a new code." in again.text
        assert again.send(code=code_from_email(), new_password=NEW_PASSWORD).is_done

    def test_says_that_it_was_too_often(self, opens, user):
        pages = (opens("forgotPassword").send(username="jane") for _time in range(30))
        page = next(page for page in pages if page.status != 200)

        assert page.alert == "Too many attempts. Please wait a while and try again."

    def test_needs_the_step_of_this_browser(self, opens, user):
        assert "Please sign in again" in opens("confirmForgotPassword").text

    def test_needs_the_token_against_forgery(self, user, asks):
        careful = Client(enforce_csrf_checks=True)

        assert careful.post(asks("forgotPassword"), {"username": "jane"}).status_code == 403
        assert careful.post(asks("confirmForgotPassword"), {"code": "1"}).status_code == 403

    def test_leaves_the_old_password_until_then(self, opens, user):
        opens("forgotPassword").send(username="jane")

        assert opens().send(username="jane", password=PASSWORD).is_done
