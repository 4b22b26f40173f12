"""The admin's list of users, the page of one, and making one."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cognito_auth.choices import AttributeType, UserStatus
from cognito_auth.models import AuthEvent, GroupMembership, SchemaAttribute, User
from cognito_auth.services import user_names
from tests.admin.pages import errors, filled, listed, said, url
from tests.factories import GroupMembershipFactory, UserFactory, UserPoolFactory, UserPoolGroupFactory, moment


def with_alias(user):
    """Claim the sign-in names of a user that a factory made."""
    user_names.sync_aliases(user)
    return user


class TestList:
    def test_shows_one_pool_and_prefers_one_that_is_not_of_staff(self, browser, pool):
        UserFactory(pool=pool, username="jane")

        first = browser.get(url("user", "changelist"))
        other = browser.get(url("user", "changelist", pool=pool.pk))

        assert listed(first) == listed(other) == ["jane"]

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({"status__exact": "UNCONFIRMED"}, ["new"]),
            ({"is_active__exact": "0"}, ["off"]),
            ({"q": "OF"}, ["off"]),
        ],
    )
    def test_filters(self, browser, pool, query, expected):
        UserFactory(pool=pool, username="new")
        UserFactory(pool=pool, username="off", confirmed=True, is_active=False)

        response = browser.get(url("user", "changelist", pool=pool.pk, **query))

        assert listed(response) == expected

    def test_filters_by_group(self, browser, pool):
        membership = GroupMembershipFactory(user=UserFactory(pool=pool, username="member"))
        UserFactory(pool=pool, username="other")

        response = browser.get(url("user", "changelist", pool=pool.pk, group=membership.group.pk))

        assert listed(response) == ["member"]

    def test_pages_by_key_in_both_directions(self, browser, pool):
        names = [f"p{number:03}" for number in range(120)]
        for name in names:
            UserFactory(pool=pool, username=name)
        seen = []
        address = url("user", "changelist", pool=pool.pk)

        while address:
            page = browser.get(address).context["cl"]
            seen += [user.username for user in page.result_list]
            address = page.next_url and url("user", "changelist") + page.next_url
        back = browser.get(url("user", "changelist") + page.previous_url).context["cl"]

        assert seen == names[::-1]
        assert [user.username for user in back.result_list] == names[::-1][50:100]

    def test_ignores_a_cursor_that_nobody_made(self, browser, pool):
        UserFactory(pool=pool, username="jane")
        cursors = [
            "x",
            "1",
            "[]",
            "[1]",
            '["x"]',
            '[{"a": 1}]',
            "[" * 5000,
            "[1e999]",
            '["\\u0000"]',
            f'["{"9" * 30}"]',
        ]

        for cursor in cursors:
            response = browser.get(url("user", "changelist", pool=pool.pk, after=cursor))
            assert response.status_code == 200, cursor

    def test_costs_the_same_however_many_users_there_are(self, browser, pool):
        UserFactory(pool=pool, username="p-first")
        with CaptureQueriesContext(connection) as few:
            browser.get(url("user", "changelist", pool=pool.pk, q="p"))

        for number in range(60):
            GroupMembershipFactory(user=UserFactory(pool=pool, username=f"p{number}"))
        with CaptureQueriesContext(connection) as many:
            browser.get(url("user", "changelist", pool=pool.pk, q="p"))

        assert len(many) == len(few)
        assert not re.search(r"COUNT\(|OFFSET|LIKE", " ".join(query["sql"] for query in many), re.IGNORECASE)

    @pytest.mark.parametrize("term", ["JANE", "jane@EX", "+4917", "Mari", "mari", "Poppins"])
    def test_finds_by_the_beginning_of_a_name(self, browser, pool, term):
        UserFactory(
            pool=pool,
            username="Jane",
            email="jane@example.com",
            phone_number="+49170123",
            given_name="Maria",
            family_name="Poppins",
        )
        UserFactory(pool=pool, username="other")

        assert listed(browser.get(url("user", "changelist", pool=pool.pk, q=term))) == ["Jane"]

    def test_finds_by_the_whole_sub(self, browser, pool):
        user = UserFactory(pool=pool)
        UserFactory(pool=pool)

        assert listed(browser.get(url("user", "changelist", pool=pool.pk, q=str(user.sub)))) == [user.username]

    def test_survives_any_search(self, browser, pool):
        for term in ("%", "\x00", "\U0010ffff", "a" * 600, "' OR 1=1 --"):
            assert browser.get(url("user", "changelist", pool=pool.pk, q=term)).status_code == 200
        assert browser.get(url("user", "changelist", pool="\x00")).status_code == 200

    def test_serves_autocomplete_boxes_of_other_apps(self, browser, pool):
        UserFactory(pool=pool, username="jane")
        query = {"app_label": "admin", "model_name": "logentry", "field_name": "user", "term": "ja"}

        response = browser.get("/admin/autocomplete/", query)

        assert [row["text"] for row in response.json()["results"]] == ["jane"]

    def test_escapes_what_people_wrote(self, browser, pool):
        bad = "<script>alert(1)</script>"
        user = UserFactory(pool=pool, username=bad, email='"><img src=x>@example.com', given_name=bad)
        AuthEvent.objects.create(
            pool=pool, user=user, type="SignIn", response="Fail", user_agent=bad, created_at=moment()
        )
        addresses = [
            url("user", "changelist", pool=pool.pk),
            url("user", "change", user.pk),
            url("user", "events", user.pk),
            url("user", "password", user.pk),
            url("user", "delete", user.pk),
            url("authevent", "changelist", pool=pool.pk),
        ]

        pages = [browser.get(address).content.decode() for address in addresses]
        pages.append(act(browser, pool, "disable", user).content.decode())

        assert not any("<script>alert" in page or "<img src=x" in page for page in pages)


def act(browser, pool, action, *users, **more):
    """Choose an action for ticked users; ``confirmed="yes"`` answers the question too."""
    data = {"action": action, "_selected_action": [user.pk for user in users], **more}
    return browser.post(url("user", "changelist", pool=pool.pk), data)


class TestActions:
    def test_ask_before_they_act(self, browser, pool):
        user = UserFactory(pool=pool, confirmed=True)

        response = act(browser, pool, "disable", user)

        assert "Disable these accounts?" in response.content.decode()
        assert User.objects.get(pk=user.pk).is_active

    @pytest.mark.parametrize(
        ("action", "before", "after"),
        [
            ("confirm_sign_up", {"status": UserStatus.UNCONFIRMED}, {"status": UserStatus.CONFIRMED}),
            ("require_password_reset", {"confirmed": True}, {"status": UserStatus.RESET_REQUIRED}),
            ("disable", {"confirmed": True}, {"is_active": False, "token_epoch": 1}),
            ("enable", {"confirmed": True, "is_active": False}, {"is_active": True}),
            ("sign_out_everywhere", {"confirmed": True}, {"token_epoch": 1}),
        ],
    )
    def test_act_and_say_so(self, browser, pool, action, before, after):
        user = UserFactory(pool=pool, **before)

        response = act(browser, pool, action, user, confirmed="yes")

        user.refresh_from_db()
        assert {name: getattr(user, name) for name in after} == after
        assert len(said(response)) == 1
        assert said(response)[0].startswith("1 ")

    def test_resend_the_code_or_the_invitation(self, browser, pool, django_capture_on_commit_callbacks):
        waiting = UserFactory(pool=pool)
        invited = UserFactory(pool=pool, invited=True)

        with django_capture_on_commit_callbacks(execute=True):
            response = act(browser, pool, "resend_message", waiting, invited, confirmed="yes")

        assert said(response) == ["2 messages were sent."]
        assert sorted(message.to[0] for message in mail.outbox) == sorted([waiting.email, invited.email])

    def test_report_each_refusal_with_its_reason(self, browser, pool):
        done = UserFactory(pool=pool)
        refused = UserFactory(pool=pool, username="jane", confirmed=True)

        response = act(browser, pool, "confirm_sign_up", done, refused, confirmed="yes")

        assert said(response)[0] == "1 user was confirmed."
        assert said(response)[1].startswith("jane: ")
        assert "confirm" in said(response)[1]

    def test_delete_through_the_service(self, browser, pool):
        user = UserFactory(pool=pool)

        response = act(browser, pool, "delete_users", user, confirmed="yes")

        assert said(response) == ["1 user was deleted."]
        assert not User.objects.filter(pk=user.pk).exists()

    def test_never_reach_beyond_the_ticked_rows(self, browser, pool):
        ticked, other = UserFactory(pool=pool), UserFactory(pool=pool)

        act(browser, pool, "disable", ticked, confirmed="yes", select_across="1")

        other.refresh_from_db()
        assert other.is_active

    def test_return_to_the_page_on_which_the_button_was(self, browser, pool):
        user = UserFactory(pool=pool, confirmed=True)

        response = act(browser, pool, "disable", user, confirmed="yes", _from_page=str(user.pk))

        assert response.headers["Location"] == url("user", "change", user.pk)

    def test_are_not_offered_to_mere_viewers(self, staff_browser, pool):
        user = UserFactory(pool=pool, confirmed=True)
        viewer = staff_browser("view_user")

        page = viewer.get(url("user", "changelist", pool=pool.pk))
        act(viewer, pool, "disable", user, confirmed="yes")

        assert page.context["action_form"] is None
        assert "Sign out everywhere" not in viewer.get(url("user", "change", user.pk)).content.decode()
        user.refresh_from_db()
        assert user.is_active

    def test_leave_accounts_of_staff_alone_for_others_than_superusers(self, staff_browser, superuser):
        editor = staff_browser("view_user", "change_user", "delete_user")

        for action in ("disable", "delete_users", "require_password_reset"):
            response = act(editor, superuser.pool, action, superuser, confirmed="yes")

        assert "only superusers" in said(response)[0]
        superuser.refresh_from_db()
        assert superuser.is_active
        assert superuser.status == UserStatus.CONFIRMED


@pytest.fixture
def rich_pool(pool):
    """A pool with custom attributes of every type and e-mail aliases."""
    pool.alias_attributes = ["email"]
    pool.schema_version = 7001
    pool.save()
    rows = [
        {"name": "custom:team", "max_length": 5, "constraints_given": True},
        {"name": "custom:seats", "type": AttributeType.NUMBER, "min_value": 1, "max_value": 9},
        {"name": "custom:news", "type": AttributeType.BOOLEAN},
        {"name": "custom:joined", "type": AttributeType.DATETIME},
        {"name": "custom:born", "mutable": False},
    ]
    for position, row in enumerate(rows):
        SchemaAttribute.objects.create(pool=pool, position=position, **row)
    return pool


CUSTOM = {
    "custom:team": "red",
    "custom:seats": 4,
    "custom:news": True,
    "custom:joined": "2026-03-03T09:05:07Z",
    "custom:born": "Ulm",
}


class TestPage:
    def test_changes_nothing_when_nothing_was_edited(self, browser, rich_pool):
        user = with_alias(UserFactory(pool=rich_pool, confirmed=True, custom_attributes=CUSTOM, address="a\nb"))
        before = User.objects.values().get(pk=user.pk)
        page = browser.get(url("user", "change", user.pk))

        response = browser.post(url("user", "change", user.pk), filled(page))

        assert response.status_code == 302
        assert User.objects.values().get(pk=user.pk) == before

    def test_saves_custom_attributes_in_their_types(self, browser, rich_pool):
        user = UserFactory(pool=rich_pool, confirmed=True, custom_attributes=CUSTOM)
        page = browser.get(url("user", "change", user.pk))
        entered = {
            "custom:team": "blue",
            "custom:seats": "7.0",
            "custom:news": "false",
            "custom:joined": "2027-01-02T03:04:05",
            "custom:born": "ignored",
        }

        response = browser.post(url("user", "change", user.pk), filled(page, **entered))

        assert response.status_code == 302, errors(response)
        user.refresh_from_db()
        assert user.custom_attributes == {
            "custom:team": "blue",
            "custom:seats": 7,
            "custom:news": False,
            "custom:joined": "2027-01-02T03:04:05Z",
            "custom:born": "Ulm",
        }

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("custom:team", "much too long"),
            ("custom:seats", "10"),
            ("custom:seats", "many"),
            ("custom:joined", "soon"),
            ("birthdate", "yesterday"),
        ],
    )
    def test_names_the_field_that_is_wrong(self, browser, rich_pool, field, value):
        user = UserFactory(pool=rich_pool, confirmed=True)
        page = browser.get(url("user", "change", user.pk))

        response = browser.post(url("user", "change", user.pk), filled(page, **{field: value}))

        assert list(errors(response)) in ([field], ["__all__"])
        assert response.status_code == 200

    def test_refuses_a_sign_in_name_that_another_has(self, browser, rich_pool):
        with_alias(UserFactory(pool=rich_pool, confirmed=True, email="taken@example.com"))
        user = with_alias(UserFactory(pool=rich_pool, email="mine@example.com"))
        page = browser.get(url("user", "change", user.pk))
        entered = {"email": "TAKEN@example.com", "email_verified": "true", "given_name": "Jane"}

        response = browser.post(url("user", "change", user.pk), filled(page, **entered))

        assert "email" in errors(response)
        user.refresh_from_db()
        assert (user.email, user.given_name) == ("mine@example.com", "")

    def test_a_new_address_is_not_verified_by_itself(self, browser, rich_pool):
        user = with_alias(UserFactory(pool=rich_pool, confirmed=True))
        page = browser.get(url("user", "change", user.pk))

        browser.post(url("user", "change", user.pk), filled(page, email="new@example.com"))

        user.refresh_from_db()
        assert (user.email, user.email_verified) == ("new@example.com", False)

    def test_sets_groups(self, browser, pool):
        old = GroupMembershipFactory(user=UserFactory(pool=pool, confirmed=True))
        new = UserPoolGroupFactory(pool=pool)
        foreign = UserPoolGroupFactory()
        page = browser.get(url("user", "change", old.user.pk))

        refused = browser.post(url("user", "change", old.user.pk), filled(page, pool_groups=[foreign.pk]))
        browser.post(url("user", "change", old.user.pk), filled(page, pool_groups=[new.pk]))

        assert "pool_groups" in errors(refused)
        assert [membership.group for membership in GroupMembership.objects.filter(user=old.user)] == [new]

    def test_shows_viewers_everything_and_no_field(self, staff_browser, rich_pool):
        user = UserFactory(pool=rich_pool, confirmed=True, custom_attributes=CUSTOM)
        membership = GroupMembershipFactory(user=user)

        page = staff_browser("view_user").get(url("user", "change", user.pk)).content.decode()

        assert 'name="email"' not in page
        assert ">red<" in page
        assert membership.group.name in page

    def test_costs_the_same_however_much_happened(self, browser, pool):
        user = UserFactory(pool=pool, confirmed=True)
        AuthEvent.objects.create(pool=pool, user=user, type="SignIn", response="Pass", created_at=moment())
        GroupMembershipFactory(user=user)
        browser.get(url("user", "change", user.pk))
        with CaptureQueriesContext(connection) as few:
            browser.get(url("user", "change", user.pk))

        for _number in range(30):
            AuthEvent.objects.create(pool=pool, user=user, type="SignIn", response="Fail", created_at=moment())
            GroupMembershipFactory(user=user)
        with CaptureQueriesContext(connection) as many:
            browser.get(url("user", "change", user.pk))

        assert len(many) == len(few) <= 15

    def test_deletes_after_asking(self, browser, pool):
        user = UserFactory(pool=pool)

        asked = browser.get(url("user", "delete", user.pk)).content.decode()
        browser.post(url("user", "delete", user.pk), {"post": "yes"})

        assert "cannot be undone" in asked
        assert not User.objects.filter(pk=user.pk).exists()


class TestRights:
    def test_superusers_give_them(self, browser, pool):
        user = UserFactory(pool=pool, confirmed=True)
        page = browser.get(url("user", "change", user.pk))

        browser.post(url("user", "change", user.pk), filled(page, is_staff="on"))

        user.refresh_from_db()
        assert user.is_staff

    def test_nobody_else_does(self, staff_browser, pool):
        editor = staff_browser("view_user", "change_user")
        user = UserFactory(pool=pool, confirmed=True)
        page = editor.get(url("user", "change", user.pk))
        entered = {"is_staff": "on", "is_superuser": "on", "user_permissions": ["1"], "nickname": "J"}

        response = editor.post(url("user", "change", user.pk), filled(page, **entered))

        user.refresh_from_db()
        assert response.status_code == 302
        assert (user.nickname, user.is_staff, user.is_superuser) == ("J", False, False)
        assert not user.user_permissions.exists()

    def test_accounts_of_staff_are_read_only_for_them(self, staff_browser, superuser):
        editor = staff_browser("view_user", "change_user", "delete_user")
        entered = {"email": "mine@example.com", "password": "Passw0rd?", "repeated": "Passw0rd?", "post": "yes"}

        for account in (superuser, editor.user):
            for page in ("change", "password", "delete"):
                response = editor.post(url("user", page, account.pk), entered)
                assert response.status_code == 403, page

    def test_nobody_gives_rights_by_a_group_that_they_lack_themselves(self, staff_browser, pool):
        editor = staff_browser("view_user", "change_user")
        user = UserFactory(pool=pool, confirmed=True)
        powerful, harmless = UserPoolGroupFactory(pool=pool), UserPoolGroupFactory(pool=pool)
        powerful.permissions.set(superuser_permissions())
        page = editor.get(url("user", "change", user.pk))

        refused = editor.post(url("user", "change", user.pk), filled(page, pool_groups=[powerful.pk, harmless.pk]))
        allowed = editor.post(url("user", "change", user.pk), filled(page, pool_groups=[harmless.pk]))

        assert (refused.status_code, allowed.status_code) == (403, 302)
        assert [membership.group for membership in GroupMembership.objects.filter(user=user)] == [harmless]


def superuser_permissions():
    from django.contrib.auth.models import Permission

    return Permission.objects.filter(codename="delete_userpool")


class TestNew:
    def test_asks_for_the_pool_where_there_are_several(self, browser, pool):
        asked = browser.get(url("user", "add"))

        assert "Choose the user pool" in asked.content.decode()

    def test_invites(self, browser, rich_pool, django_capture_on_commit_callbacks):
        group = UserPoolGroupFactory(pool=rich_pool)
        address = url("user", "add", pool=rich_pool.pk)
        entered = {"username": "jane", "email": "jane@example.com", "custom:team": "red", "custom:born": "Ulm"}
        page = browser.get(address)

        with django_capture_on_commit_callbacks(execute=True):
            response = browser.post(address, filled(page, **entered, pool_groups=[group.pk]))

        assert response.status_code == 302, errors(response)
        user = User.objects.get(pool=rich_pool, username="jane")
        assert user.status == UserStatus.FORCE_CHANGE_PASSWORD
        assert user.custom_attributes == {"custom:team": "red", "custom:born": "Ulm"}
        assert [message.to for message in mail.outbox] == [["jane@example.com"]]
        assert GroupMembership.objects.filter(user=user, group=group).exists()

    @pytest.mark.django_db(transaction=True)
    def test_says_when_the_invitation_could_not_be_sent(self, browser, pool, settings):
        settings.EMAIL_BACKEND = "tests.admin.failing_mail.EmailBackend"
        address = url("user", "add", pool=pool.pk)
        page = browser.get(address)

        response = browser.post(address, filled(page, username="jane", email="jane@example.com"))

        assert response.status_code == 302
        assert any("could not be sent" in message for message in said(response))
        assert User.objects.filter(pool=pool, username="jane").exists()

    def test_signs_up_with_an_address_where_the_pool_says_so(self, browser, staff_pool):
        pool = UserPoolFactory(username_attributes=["email"])
        address = url("user", "add", pool=pool.pk)
        page = browser.get(address)

        response = browser.post(address, filled(page, username="jane@example.com", invitation=""))

        assert response.status_code == 302, errors(response)
        assert User.objects.get(pool=pool).email == "jane@example.com"

    @pytest.mark.parametrize(
        ("entered", "field"),
        [
            ({"username": "taken"}, "username"),
            ({"username": "a@b.de"}, "username"),
            ({"username": "jane", "password": "short"}, "password"),
            ({"username": "jane", "invitation": "EMAIL"}, "email"),
            ({"username": "jane", "custom:team": "much too long"}, "custom:team"),
            ({"username": "jane", "custom:seats": "0"}, "custom:seats"),
            ({"username": "jane", "email": "taken@example.com", "email_verified": "true"}, "email"),
        ],
    )
    def test_shows_the_refusal_beside_its_field_and_makes_nobody(self, browser, rich_pool, entered, field):
        with_alias(UserFactory(pool=rich_pool, confirmed=True, username="taken", email="taken@example.com"))
        address = url("user", "add", pool=rich_pool.pk)
        page = browser.get(address)

        response = browser.post(address, filled(page, **{"invitation": "", **entered}))

        assert list(errors(response)) == [field]
        assert User.objects.filter(pool=rich_pool).count() == 1

    def test_needs_permission(self, staff_browser, pool):
        viewer = staff_browser("view_user")

        assert viewer.get(url("user", "add")).status_code == 403
        assert viewer.get(url("user", "add", pool=pool.pk)).status_code == 403


class TestPassword:
    def test_sets_one_within_the_policy(self, browser, pool):
        user = UserFactory(pool=pool, invited=True)
        entered = {"password": "N3w-passw0rd", "repeated": "N3w-passw0rd", "permanent": "on"}

        response = browser.post(url("user", "password", user.pk), entered)

        user.refresh_from_db()
        assert response.status_code == 302
        assert user.check_password("N3w-passw0rd")
        assert (user.status, user.token_epoch) == (UserStatus.CONFIRMED, 1)

    @pytest.mark.parametrize(
        ("password", "repeated", "field"), [("short", "short", "password"), ("N3w-passw0rd", "other", "repeated")]
    )
    def test_refuses_others(self, browser, pool, password, repeated, field):
        user = UserFactory(pool=pool, invited=True)

        response = browser.post(url("user", "password", user.pk), {"password": password, "repeated": repeated})

        assert list(errors(response)) == [field]
        user.refresh_from_db()
        assert user.check_password("Passw0rd!")


class TestEvents:
    def test_pages_newest_first(self, browser, pool):
        user = UserFactory(pool=pool)
        for minute in range(60):
            at = moment(f"2026-03-03T09:{minute:02}:00+00:00")
            AuthEvent.objects.create(pool=pool, user=user, type="SignIn", response="Pass", created_at=at)

        first = browser.get(url("user", "events", user.pk)).context["page"]
        second = browser.get(url("user", "events", user.pk, after=first.next_cursor)).context["page"]

        minutes = [event.created_at.minute for event in [*first.rows, *second.rows]]
        assert minutes == list(range(59, -1, -1))
        assert not second.next_cursor

    def test_says_why_something_was_refused(self, browser, pool):
        user = UserFactory(pool=pool)
        AuthEvent.objects.create(
            pool=pool, user=user, type="SignIn", response="Fail", reason="sign_in.incorrect", created_at=moment()
        )

        assert "Incorrect username or password." in browser.get(url("user", "change", user.pk)).content.decode()
