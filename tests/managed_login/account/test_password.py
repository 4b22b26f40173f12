"""Changing the password on the account page."""

import pytest
from django.test import Client

import cognito_auth
from cognito_auth.models import BrowserSession, User
from tests.managed_login.account.conftest import visit
from tests.oauth.conftest import PASSWORD

NEW = "0ther-Passw0rd!"


class TestPassword:
    def test_is_changed_and_this_browser_stays_signed_in(self, account):
        page = account("password", password=PASSWORD, new_password=NEW)

        assert "Your password is changed." in page.text
        assert User.objects.get().check_password(NEW)

    def test_ends_other_browsers_and_apps(self, account, signs_in, pool, oauth_client):
        other = Client()
        signs_in(other)
        cognito = cognito_auth.client()
        tokens = cognito.initiate_auth(
            ClientId=oauth_client.pk,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "jane", "PASSWORD": PASSWORD},
        )["AuthenticationResult"]

        account("password", password=PASSWORD, new_password=NEW)

        assert visit(other, f"/{pool.pk}/account").name == "login"
        with pytest.raises(cognito.exceptions.NotAuthorizedException):
            cognito.get_user(AccessToken=tokens["AccessToken"])
        assert account("sessions").status == 200

    def test_leaves_others_alone_in_strict_pools(self, account, signs_in, pool):
        pool.strict = True
        pool.save()
        other = Client()
        signs_in(other)

        page = account("password")
        account("password", password=PASSWORD, new_password=NEW)

        assert "signed out everywhere else" not in page.text
        assert visit(other, f"/{pool.pk}/account").name == "account"

    def test_says_beside_the_field_that_the_present_one_is_wrong(self, account):
        page = account("password", password="wrong", new_password=NEW)

        assert page.status == 400
        assert page.error_at("password") == "This is not your password."
        assert User.objects.get().check_password(PASSWORD)

    def test_says_beside_the_field_that_the_new_one_is_weak(self, account):
        page = account("password", password=PASSWORD, new_password="weak")

        assert page.status == 400
        assert page.error_at("new_password")

    def test_needs_both(self, account):
        page = account("password", new_password=NEW)

        assert page.error_at("password") == "Please fill in this field."
        assert User.objects.get().check_password(PASSWORD)

    def test_shows_no_password_again(self, account):
        page = account("password", password="wrong-secret", new_password="new-secret-9X!")

        assert "secret" not in page.html.replace("secret-text", "").replace("input.secret", "")

    def test_is_chosen_by_who_has_none(self, account, user):
        user.set_unusable_password()
        user.save(update_fields=["password"])

        page = account("password")
        account("password", new_password=NEW)

        assert 'name="password"' not in page.html
        assert User.objects.get().check_password(NEW)

    def test_cannot_be_guessed_for_long(self, account):
        for _guess in range(8):
            page = account("password", password="wrong", new_password=NEW)

        page = account("password", password=PASSWORD, new_password=NEW)

        assert page.status == 400
        assert User.objects.get().check_password(PASSWORD)

    def test_does_not_bring_back_a_session_that_ended(self, account, user, client):
        session = BrowserSession.objects.get()
        User.objects.update(token_epoch=user.token_epoch + 1)

        page = account("password", password=PASSWORD, new_password=NEW)

        assert page.name == "login"
        assert BrowserSession.objects.get().token_epoch == session.token_epoch
