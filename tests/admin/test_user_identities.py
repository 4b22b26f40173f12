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


class TestSwitchOn:
    def test_lets_it_sign_in_again(self, browser, pool, jane):
        identity = linked_identities.link(jane, make(pool), "A1", is_primary=True, now=moment())
        linked_identities.unlink(identity)
        address = url("user", "switch_on_identity", jane.pk, identity.pk)

        assert address in browser.get(url("user", "change", jane.pk)).content.decode()
        answer = browser.post(address)

        assert said(answer) == ["This identity signs in to the account again."]
        identity.refresh_from_db()
        assert identity.is_enabled


class TestMakePrimary:
    def test_swaps_the_two_so_that_the_former_can_go(self, browser, pool, jane):
        former = linked_identities.link(jane, make(pool), "A1", is_primary=True, now=moment())
        other = linked_identities.link(jane, make(pool, "Beta"), "B1", now=moment())
        address = url("user", "make_identity_primary", jane.pk, other.pk)

        page = browser.get(url("user", "change", jane.pk)).content.decode()
        answer = browser.post(address)

        assert address in page
        assert url("user", "make_identity_primary", jane.pk, former.pk) not in page
        assert said(answer) == ["The account counts as made by this identity now."]
        former.refresh_from_db()
        other.refresh_from_db()
        assert (former.is_primary, other.is_primary) == (False, True)
        browser.post(url("user", "unlink_identity", jane.pk, former.pk))
        assert list(LinkedIdentity.objects.all()) == [other]

    def test_is_refused_at_an_account_of_the_pool_itself(self, browser, jane, identity):
        address = url("user", "make_identity_primary", jane.pk, identity.pk)

        assert address not in browser.get(url("user", "change", jane.pk)).content.decode()
        answer = browser.post(address)

        assert said(answer)[0].startswith("Only an identity that signs in")
        identity.refresh_from_db()
        assert not identity.is_primary

    def test_needs_the_right_to_change_users(self, staff_browser, jane, identity):
        client = staff_browser("view_user")

        for page in ("make_identity_primary", "switch_on_identity"):
            assert client.post(url("user", page, jane.pk, identity.pk)).status_code == 403
            assert client.get(url("user", page, jane.pk, identity.pk)).status_code == 405
