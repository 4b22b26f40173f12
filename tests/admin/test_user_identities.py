"""A user's identities at other providers in the admin site."""

import pytest

from cognito_auth.models import LinkedIdentity
from cognito_auth.services import linked_identities
from tests.admin.pages import said, url
from tests.factories import UserFactory, moment
from tests.identity_providers import make


@pytest.fixture
def jane(pool):
    return UserFactory(pool=pool, username="jane", confirmed=True)


@pytest.fixture
def identity(pool, jane):
    return linked_identities.link(jane, make(pool), "<b>A1", now=moment())


class TestIdentities:
    def test_are_shown(self, browser, jane, identity):
        page = browser.get(url("user", "change", jane.pk)).content.decode()

        for words in ("Identities at other providers</h2>", "Acme", "&lt;b&gt;A1", "Unlink"):
            assert words in page

    def test_are_unlinked_one_by_one(self, browser, jane, identity):
        address = url("user", "unlink_identity", jane.pk, identity.pk)

        assert browser.get(address).status_code == 405
        unlinked = browser.post(address)
        again = browser.post(address)

        assert unlinked.url == again.url == url("user", "change", jane.pk)
        assert said(again)[-1] == "There is no such identity. It may be unlinked already."
        assert not LinkedIdentity.objects.exists()

    def test_that_made_the_account_are_switched_off(self, browser, pool, jane):
        identity = linked_identities.link(jane, make(pool), "A1", is_primary=True, now=moment())

        browser.post(url("user", "unlink_identity", jane.pk, identity.pk))

        identity.refresh_from_db()
        assert not identity.is_enabled
        page = browser.get(url("user", "change", jane.pk)).content.decode()
        assert "switched off" in page
        assert url("user", "unlink_identity", jane.pk, identity.pk) not in page

    def test_of_others_stay(self, browser, pool, identity):
        browser.post(url("user", "unlink_identity", UserFactory(pool=pool).pk, identity.pk))

        assert LinkedIdentity.objects.exists()

    def test_are_unlinked_only_by_those_who_may_change_users(self, staff_browser, jane, identity):
        client = staff_browser("view_user")
        address = url("user", "unlink_identity", jane.pk, identity.pk)

        page = client.get(url("user", "change", jane.pk)).content.decode()

        assert "Acme" in page
        assert address not in page
        assert client.post(address).status_code == 403
