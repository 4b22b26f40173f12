"""Identities at other providers of all users of a pool."""

import pytest

from cognito_auth.models import LinkedIdentity
from cognito_auth.services import linked_identities
from tests.admin.pages import listed, said, url
from tests.factories import UserFactory, UserPoolFactory, moment
from tests.identity_providers import make


@pytest.fixture
def acme(pool):
    return make(pool)


def link(pool, provider, value, username, **fields):
    user = UserFactory(pool=pool, username=username, confirmed=True)
    return linked_identities.link(user, provider, value, now=moment(), **fields)


def act(browser, action, *identities, **query):
    data = {"action": action, "_selected_action": [identity.pk for identity in identities]}
    return browser.post(url("linkedidentity", "changelist", **query), data)


class TestList:
    def test_shows_those_of_one_pool_with_their_users(self, browser, pool, acme):
        mine = link(pool, acme, "<b>A1", "jane")
        other = UserPoolFactory()
        link(other, make(other), "B1", "joe")

        page = browser.get(url("linkedidentity", "changelist", pool=pool.pk))

        assert listed(page) == [str(mine)]
        html = page.content.decode()
        assert "&lt;b&gt;A1" in html
        assert f'href="{url("user", "change", mine.user.pk)}">jane<' in html

    def test_is_paged_by_key(self, browser, pool, acme, django_assert_max_num_queries):
        for number in range(59):
            link(pool, acme, f"A{number:02}", f"user{number}")

        with django_assert_max_num_queries(9):
            first = browser.get(url("linkedidentity", "changelist", pool=pool.pk)).context["cl"]
        second = browser.get(url("linkedidentity", "changelist") + first.next_url).context["cl"]

        values = [row.attribute_value for row in [*first.result_list, *second.result_list]]
        assert values == [f"A{number:02}" for number in range(59)]

    def test_is_narrowed_to_a_provider(self, browser, pool, acme):
        link(pool, acme, "A1", "jane")
        wanted = link(pool, make(pool, "Beta"), "B1", "joe")

        found = browser.get(url("linkedidentity", "changelist", pool=pool.pk, provider="Beta"))
        none = browser.get(url("linkedidentity", "changelist", pool=pool.pk, provider="a\x00"))

        assert listed(found) == [str(wanted)]
        assert listed(none) == []

    @pytest.mark.parametrize(
        ("term", "found"),
        [("A", ["A1", "A2"]), ("A2", ["A2"]), ("jan", ["A1"]), ("a", []), ("1", []), ("%", [])],
    )
    def test_is_searched_by_the_beginning_of_names_here_and_there(self, browser, pool, acme, term, found):
        for value, username in (("A1", "jane"), ("A2", "mary"), ("B1", "xavier")):
            link(pool, acme, value, username)

        page = browser.get(url("linkedidentity", "changelist", pool=pool.pk, q=term))

        assert [row.attribute_value for row in page.context["cl"].result_list] == found

    def test_finds_nobody_of_another_pool(self, browser, pool, acme):
        other = UserPoolFactory()
        link(other, make(other), "A1", "jane")

        assert listed(browser.get(url("linkedidentity", "changelist", pool=pool.pk, q="A1"))) == []
        assert listed(browser.get(url("linkedidentity", "changelist", pool=pool.pk, q="jane"))) == []


class TestActions:
    def test_unlink_forgets_or_switches_off(self, browser, pool, acme):
        linked, primary = link(pool, acme, "A1", "jane"), link(pool, acme, "A2", "mary", is_primary=True)

        answer = act(browser, "unlink", linked, primary, pool=pool.pk)

        assert said(answer) == ["Identities that no longer sign in: 2."]
        (left,) = LinkedIdentity.objects.all()
        assert (left, left.is_enabled) == (primary, False)

    def test_switch_on_lets_them_sign_in_again(self, browser, pool, acme):
        primary = link(pool, acme, "A2", "mary", is_primary=True)
        linked_identities.unlink(primary)

        answer = act(browser, "switch_on", primary, pool=pool.pk)

        assert said(answer) == ["Identities that sign in again: 1."]
        primary.refresh_from_db()
        assert primary.is_enabled

    def test_need_the_right_to_change_them(self, staff_browser, pool, acme):
        identity = link(pool, acme, "A1", "jane")
        client = staff_browser("view_linkedidentity")

        assert listed(client.get(url("linkedidentity", "changelist", pool=pool.pk))) == [str(identity)]
        act(client, "unlink", identity, pool=pool.pk)

        assert LinkedIdentity.objects.exists()

    def test_leave_accounts_of_staff_to_superusers(self, staff_browser, pool, acme):
        identity = link(pool, acme, "A1", "root2")
        type(identity.user).objects.update(is_staff=True)
        client = staff_browser("view_linkedidentity", "change_linkedidentity")

        answer = act(client, "unlink", identity, pool=pool.pk)

        assert said(answer)[0] == "root2 is left to superusers."
        assert LinkedIdentity.objects.exists()


class TestPage:
    def test_is_read_only(self, browser, pool, acme):
        identity = link(pool, acme, "A1", "jane")

        assert browser.get(url("linkedidentity", "change", identity.pk)).status_code == 200
        assert browser.post(url("linkedidentity", "change", identity.pk), {"issuer": "x"}).status_code == 403
        assert browser.post(url("linkedidentity", "delete", identity.pk), {"post": "yes"}).status_code == 403
        assert browser.get(url("linkedidentity", "add")).status_code == 403
