"""Deleting one's account."""

import pytest
from django.test import Client

from cognito_auth import signals
from cognito_auth.models import User
from tests.factories import UserFactory
from tests.managed_login.account.conftest import grow_old, visit


class TestDeletion:
    def test_takes_the_account_and_the_cookie_away(self, account, client, pool, oauth_client):
        told = []
        signals.user_deleted.connect(receiver := lambda client_id, **_more: told.append(client_id))
        UserFactory(pool=pool, username="joe", confirmed=True)

        page = account("delete", username=" Jane ")
        signals.user_deleted.disconnect(receiver)

        assert "Your account is deleted" in page.text
        assert [user.username for user in User.objects.all()] == ["joe"]
        assert client.cookies["cognito"].value == ""
        assert told == [oauth_client.pk]

    @pytest.mark.parametrize(
        ("name", "sentence"),
        [
            ("", "Please fill in this field."),
            ("joe", "This is not your user name."),
            ("j\x00", "Please fill in this field."),
        ],
    )
    def test_needs_the_user_name(self, account, name, sentence):
        page = account("delete", username=name, more="1")

        assert page.status == 400
        assert page.error_at("username") == sentence
        assert User.objects.exists()

    def test_compares_names_as_the_pool_does(self, account, pool):
        pool.case_sensitive = True
        pool.save()

        assert account("delete", username="Jane").status == 400
        assert User.objects.exists()

    def test_takes_the_address_where_that_is_the_name(self, account, pool):
        pool.username_attributes = ["email"]
        pool.save()

        assert "jane@example.com" in account("delete").text
        assert account("delete", username="jane").status == 400
        account("delete", username="JANE@example.com")
        assert not User.objects.exists()

    def test_needs_a_proof_of_the_last_five_minutes(self, account):
        grow_old(6)

        page = account("delete", username="jane")

        assert page.status == 403
        assert "5 minutes" in page.text
        assert User.objects.exists()

    def test_signs_out_everywhere(self, account, pool, signs_in, oauth_client):
        other = Client()
        signs_in(other)

        account("delete", username="jane")

        page = visit(other, f"/{pool.pk}/account?client_id={oauth_client.pk}")
        assert page.name == "login"

    def test_says_that_rows_of_other_apps_do_not_allow_it(self, account, monkeypatch):
        from cognito_auth import reasons
        from cognito_auth.services import users

        def refuse(*_given, **_values):
            raise reasons.USER_PROTECTED(models="orders")

        monkeypatch.setattr(users, "delete", refuse)

        page = account("delete", username="jane")

        assert page.status == 400
        assert "orders" in page.alert
