"""A user's passkeys in the admin site."""

import pytest

from cognito_auth.models import Passkey
from tests.admin.pages import said, url
from tests.factories import UserFactory


@pytest.fixture
def jane(pool):
    return UserFactory(pool=pool, username="jane", confirmed=True)


@pytest.fixture
def passkey(jane):
    return Passkey.objects.create(
        user=jane, credential_id="abc", public_key="", relying_party_id="example.com", friendly_name="Bitwarden"
    )


class TestPasskeys:
    def test_are_shown(self, browser, jane, passkey):
        page = browser.get(url("user", "change", jane.pk)).content.decode()

        for words in ("Passkeys</h2>", "Bitwarden", "example.com"):
            assert words in page

    def test_are_removed_one_by_one(self, browser, jane, passkey):
        address = url("user", "remove_passkey", jane.pk, passkey.pk)

        assert browser.get(address).status_code == 405
        removed = browser.post(address)
        again = browser.post(address)

        assert removed.url == again.url == url("user", "change", jane.pk)
        assert said(again)[-1] == "There is no such passkey. It may be deleted already."
        assert not Passkey.objects.exists()
        assert "Passkeys</h2>" not in browser.get(url("user", "change", jane.pk)).content.decode()

    def test_of_others_stay(self, browser, pool, passkey):
        browser.post(url("user", "remove_passkey", UserFactory(pool=pool).pk, passkey.pk))

        assert Passkey.objects.exists()

    def test_are_removed_only_by_those_who_may_change_users(self, staff_browser, jane, passkey):
        client = staff_browser("view_user")
        address = url("user", "remove_passkey", jane.pk, passkey.pk)

        page = client.get(url("user", "change", jane.pk)).content.decode()

        assert "Bitwarden" in page
        assert address not in page
        assert client.post(address).status_code == 403
