"""Groups and their members."""

from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cognito_auth.models import GroupMembership, UserPoolGroup
from tests.admin.pages import errors, filled, listed, said, url
from tests.factories import GroupMembershipFactory, UserFactory, UserPoolGroupFactory


class TestList:
    def test_shows_one_pool_by_name(self, browser, pool):
        for name in ("b", "a", "C"):
            UserPoolGroupFactory(pool=pool, name=name)
        UserPoolGroupFactory(name="elsewhere")

        assert listed(browser.get(url("userpoolgroup", "changelist", pool=pool.pk))) == ["C", "a", "b"]


class TestPage:
    def test_makes_changes_and_deletes(self, browser, pool):
        permission = Permission.objects.get(codename="view_user")
        page = browser.get(url("userpoolgroup", "add"))
        browser.post(url("userpoolgroup", "add"), filled(page, pool=pool.pk, name="admin", permissions=[permission.pk]))
        group = UserPoolGroup.objects.get(pool=pool)
        page = browser.get(url("userpoolgroup", "change", group.pk))
        browser.post(url("userpoolgroup", "change", group.pk), filled(page, precedence="3", name="ignored"))

        group.refresh_from_db()
        assert (group.name, group.precedence) == ("admin", 3)
        assert list(group.permissions.all()) == [permission]
        browser.post(url("userpoolgroup", "delete", group.pk), {"post": "yes"})
        assert not UserPoolGroup.objects.exists()

    def test_several_are_deleted_at_once(self, browser, pool):
        chosen = [UserPoolGroupFactory(pool=pool), UserPoolGroupFactory(pool=pool)]
        kept = UserPoolGroupFactory(pool=pool)
        data = {"action": "delete_selected", "_selected_action": [group.pk for group in chosen], "post": "yes"}

        browser.post(url("userpoolgroup", "changelist", pool=pool.pk), data)

        assert list(UserPoolGroup.objects.all()) == [kept]

    def test_refuses_a_name_that_is_taken(self, browser, pool):
        UserPoolGroupFactory(pool=pool, name="admin")
        page = browser.get(url("userpoolgroup", "add"))

        response = browser.post(url("userpoolgroup", "add"), filled(page, pool=pool.pk, name="admin"))

        assert errors(response)

    def test_leaves_permissions_to_superusers(self, staff_browser, pool):
        group = UserPoolGroupFactory(pool=pool)
        editor = staff_browser("view_userpoolgroup", "change_userpoolgroup")
        page = editor.get(url("userpoolgroup", "change", group.pk))
        permission = Permission.objects.get(codename="delete_userpool")

        editor.post(
            url("userpoolgroup", "change", group.pk), filled(page, permissions=[permission.pk], description="x")
        )

        group.refresh_from_db()
        assert group.description == "x"
        assert not group.permissions.exists()


class TestMembers:
    def test_are_added_by_any_of_their_names(self, browser, pool):
        group = UserPoolGroupFactory(pool=pool)
        jane, john = UserFactory(pool=pool, username="jane"), UserFactory(pool=pool, username="john")
        UserFactory(username="elsewhere")

        response = browser.post(
            url("userpoolgroup", "members", group.pk), {"names": f"JANE\n{john.sub}\nelsewhere\n", "_add": "1"}
        )

        assert {membership.user for membership in GroupMembership.objects.filter(group=group)} == {jane, john}
        assert errors(response)["names"] == ["elsewhere: There is no such user in the user pool."]

    def test_are_removed(self, browser, pool):
        group = UserPoolGroupFactory(pool=pool)
        gone = GroupMembershipFactory(user=UserFactory(pool=pool), group=group)
        stays = GroupMembershipFactory(user=UserFactory(pool=pool), group=group)
        elsewhere = GroupMembershipFactory()

        response = browser.post(
            url("userpoolgroup", "members", group.pk), {"member": [gone.pk, elsewhere.pk, "x"], "_remove": "1"}
        )

        assert said(response) == ["1 member was removed."]
        assert set(GroupMembership.objects.all()) == {stays, elsewhere}

    def test_cost_the_same_however_many_there_are(self, browser, pool):
        group = UserPoolGroupFactory(pool=pool)
        address = url("userpoolgroup", "members", group.pk)
        GroupMembershipFactory(user=UserFactory(pool=pool), group=group)
        with CaptureQueriesContext(connection) as few:
            browser.get(address)

        for _number in range(70):
            GroupMembershipFactory(user=UserFactory(pool=pool), group=group)
        with CaptureQueriesContext(connection) as many:
            page = browser.get(address).context["page"]

        assert len(many) == len(few)
        assert len(page.rows) == 50
        assert len(browser.get(f"{address}?after={page.next_cursor}").context["page"].rows) == 21

    def test_are_not_changed_by_those_who_lack_the_rights_of_the_group(self, staff_browser, pool):
        group = UserPoolGroupFactory(pool=pool)
        group.permissions.set(Permission.objects.filter(codename="delete_userpool"))
        UserFactory(pool=pool, username="jane")
        editor = staff_browser("view_userpoolgroup", "change_userpoolgroup")
        address = url("userpoolgroup", "members", group.pk)

        assert editor.get(address).status_code == 200
        assert editor.post(address, {"names": "jane", "_add": "1"}).status_code == 403
        assert staff_browser("view_user").get(address).status_code == 403

    def test_of_staff_are_changed_by_superusers_only(self, staff_browser, staff_pool):
        group = UserPoolGroupFactory(pool=staff_pool)
        editor = staff_browser("view_userpoolgroup", "change_userpoolgroup")

        response = editor.post(url("userpoolgroup", "members", group.pk), {"names": editor.user.username, "_add": "1"})

        assert "superusers" in errors(response)["names"][0]
        assert not GroupMembership.objects.exists()
