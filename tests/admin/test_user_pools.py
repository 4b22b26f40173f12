"""Pools: policies, keys, deletion, and the schema editor."""

import re

import pytest
from django.contrib.admin.models import LogEntry

from cognito_auth.choices import AttributeType
from cognito_auth.models import SchemaAttribute, SigningKey, User, UserPool
from cognito_auth.services.attributes import schema
from cognito_auth.services.tokens import keys
from tests.admin.pages import errors, filled, said, url
from tests.factories import UserFactory, UserPoolFactory, moment


class TestNew:
    def test_makes_a_pool_with_its_keys(self, browser, staff_pool):
        page = browser.get(url("userpool", "add"))
        entered = {
            "name": "shop",
            "region": "eu-west-1",
            "username_attributes": ["email"],
            "auto_verified_attributes": ["email"],
            "recovery": "email",
            "email_from": "Shop <shop@example.com>",
            "password_minimum_length": "12",
            "password_require_symbols": None,
        }

        response = browser.post(url("userpool", "add"), filled(page, **entered))

        assert response.status_code == 302, errors(response)
        pool = UserPool.objects.get(name="shop")
        assert pool.id.startswith("eu-west-1_")
        assert pool.username_attributes == pool.auto_verified_attributes == ["email"]
        assert (pool.password_minimum_length, pool.password_require_symbols) == (12, False)
        assert pool.email_configuration == {"From": "Shop <shop@example.com>"}
        assert pool.account_recovery == {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]}
        assert pool.id_signing_key is not None

    @pytest.mark.parametrize(
        ("entered", "field"),
        [
            ({"username_attributes": ["email"], "alias_attributes": ["email"]}, "__all__"),
            ({"verify_before_update_attributes": ["email"]}, "__all__"),
            ({"password_minimum_length": "5"}, "password_minimum_length"),
            ({"region": "a b"}, "region"),
            ({"name": ""}, "name"),
        ],
    )
    def test_shows_what_contradicts(self, browser, staff_pool, entered, field):
        page = browser.get(url("userpool", "add"))

        response = browser.post(url("userpool", "add"), filled(page, **{"name": "shop", **entered}))

        assert list(errors(response)) == [field]
        assert not UserPool.objects.filter(name="shop").exists()


class TestPage:
    def test_changes_only_what_was_edited(self, browser, staff_pool):
        kept = {
            "email_configuration": {"EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:x", "From": "a@example.com"},
            "verification_message_template": {"DefaultEmailOption": "CONFIRM_WITH_CODE", "EmailSubject": "Hi"},
            "account_recovery": {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]},
            "device_configuration": {"ChallengeRequiredOnNewDevice": True},
            "tags": {"team": "blue"},
        }
        pool = UserPoolFactory(**kept)
        page = browser.get(url("userpool", "change", pool.pk))

        response = browser.post(
            url("userpool", "change", pool.pk), filled(page, name="renamed", verify_by="CONFIRM_WITH_LINK")
        )

        assert response.status_code == 302, errors(response)
        pool.refresh_from_db()
        kept["verification_message_template"]["DefaultEmailOption"] = "CONFIRM_WITH_LINK"
        assert pool.name == "renamed"
        assert {name: getattr(pool, name) for name in kept} == kept

    def test_keeps_the_pool_of_staff(self, browser, pool, staff_pool):
        page = browser.get(url("userpool", "change", pool.pk))

        browser.post(url("userpool", "change", pool.pk), filled(page, is_default="on", name="mine"))

        pool.refresh_from_db()
        assert (pool.name, pool.is_default) == ("mine", False)

    def test_is_read_only_for_viewers(self, staff_browser, pool):
        viewer = staff_browser("view_userpool")

        page = viewer.get(url("userpool", "change", pool.pk))

        assert page.status_code == 200
        assert 'name="name"' not in page.content.decode()
        assert "Rotate" not in page.content.decode()
        assert viewer.post(url("userpool", "rotate", pool.pk)).status_code == 403
        assert viewer.get(url("userpool", "attribute_edit", pool.pk, "add")).status_code == 403
        assert viewer.get(url("userpool", "attributes", pool.pk)).status_code == 200


class TestKeys:
    def test_rotate_after_asking(self, browser, pool):
        keys.ensure(pool, now=moment())
        pool.refresh_from_db()
        before = {pool.id_signing_key_id, pool.access_signing_key_id}

        asked = browser.get(url("userpool", "rotate", pool.pk))
        browser.post(url("userpool", "rotate", pool.pk))

        pool.refresh_from_db()
        assert "stay published" in asked.content.decode()
        assert not before & {pool.id_signing_key_id, pool.access_signing_key_id}
        assert set(SigningKey.objects.filter(pool=pool).values_list("pk", flat=True)) > before
        assert "PRIVATE KEY" not in browser.get(url("userpool", "change", pool.pk)).content.decode()


class TestDelete:
    def test_deletes_the_pool_with_its_users(self, browser, pool):
        UserFactory(pool=pool)

        asked = browser.get(url("userpool", "delete", pool.pk)).content.decode()
        browser.post(url("userpool", "delete", pool.pk), {"post": "yes"})

        assert "users, about: 1" in asked
        assert not UserPool.objects.filter(pk=pool.pk).exists()

    def test_respects_protection(self, browser, pool):
        pool.deletion_protection = True
        pool.save()

        response = browser.post(url("userpool", "delete", pool.pk), {"post": "yes"})

        assert "Deletion protection is on" in said(response)[0]
        assert UserPool.objects.filter(pk=pool.pk).exists()


def edit(browser, pool, kind, data, *, name=None, button="_preview"):
    query = {"name": name} if name else {}
    return browser.post(url("userpool", "attribute_edit", pool.pk, kind, **query), {**data, button: "1"})


@pytest.fixture
def team(pool):
    """A pool with a custom attribute that three users have, two of them at length."""
    SchemaAttribute.objects.create(pool=pool, name="custom:team", max_length=30, constraints_given=True)
    pool.schema_version = schema.new_version()
    pool.save()
    for number, value in enumerate(["red", "very long name", "<b>long name</b>"]):
        UserFactory(pool=pool, username=f"u{number}<i>", confirmed=True, custom_attributes={"custom:team": value})
    return pool


STRING = {"type": AttributeType.STRING.value, "mutable": "on", "min_length": "", "max_length": ""}


class TestAttributes:
    def test_are_listed(self, browser, team):
        page = browser.get(url("userpool", "attributes", team.pk)).content.decode()

        assert "custom:team" in page
        assert "given_name" in page

    def test_preview_says_who_would_fail_and_changes_nothing(self, browser, team):
        response = edit(browser, team, "change", {**STRING, "max_length": "5"}, name="custom:team")

        page = response.content.decode()
        assert "2 of 3 users would fail" in page
        assert "custom:team may have 5 characters at most." in page
        assert "u1&lt;i&gt;" in page
        assert "<i>" not in page.replace("</i>", "")
        assert "Apply anyway" in page
        assert SchemaAttribute.objects.get(pool=team).max_length == 30

    def test_apply_is_refused_while_users_fail_unless_forced(self, browser, team):
        data = {**STRING, "max_length": "5"}

        refused = edit(browser, team, "change", data, name="custom:team", button="_apply")
        forced = edit(browser, team, "change", data, name="custom:team", button="_force")

        assert errors(refused)
        assert "2 users do not fit" in said(forced)[1]
        assert SchemaAttribute.objects.get(pool=team).max_length == 5

    def test_add(self, browser, team):
        data = {**STRING, "name": "seats", "type": "Number", "min_value": "1"}

        preview = edit(browser, team, "add", data)
        applied = edit(browser, team, "add", data, button="_apply")

        assert "users of the pool fit" in preview.content.decode()
        assert applied.status_code == 302
        assert SchemaAttribute.objects.get(pool=team, name="custom:seats").min_value == 1

    @pytest.mark.parametrize(
        ("data", "field"),
        [
            ({"name": "team"}, "name"),
            ({"name": "has space"}, "__all__"),
            ({"name": "x", "min_length": "3", "max_length": "2"}, "__all__"),
            ({"name": "x", "type": "Number", "max_length": "2"}, "max_length"),
        ],
    )
    def test_add_says_what_is_wrong(self, browser, team, data, field):
        response = edit(browser, team, "add", {**STRING, **data})

        assert list(errors(response)) in ([field], ["__all__"])

    def test_rename_keeps_values(self, browser, team):
        edit(browser, team, "rename", {"name": "squad"}, name="custom:team", button="_apply")

        assert LogEntry.objects.get().change_message.endswith("custom:team → squad")
        assert {"custom:squad": "red"} in User.objects.filter(pool=team).values_list("custom_attributes", flat=True)

    def test_remove_warns_of_lost_values(self, browser, team):
        preview = edit(browser, team, "remove", {}, name="custom:team")
        edit(browser, team, "remove", {}, name="custom:team", button="_apply")

        assert "3 users lose a value" in preview.content.decode()
        assert not SchemaAttribute.objects.filter(pool=team).exists()

    def test_require_a_standard_one(self, browser, team):
        data = {"required": "on", "mutable": "on", "min_length": "0", "max_length": "2048"}

        preview = edit(browser, team, "change", data, name="given_name")

        assert "3 of 3 users would fail" in preview.content.decode()

    def test_sign_in_names(self, browser, team):
        User.objects.filter(pool=team).update(email="same@example.com", email_key="same@example.com")

        conflict = edit(browser, team, "sign-in", {"alias_attributes": ["email"]})
        User.objects.filter(pool=team).update(email_verified=False)
        applied = edit(browser, team, "sign-in", {"alias_attributes": ["email"]}, button="_apply")

        assert "cannot be applied" in conflict.content.decode()
        assert "Apply" not in conflict.content.decode().split("submit-row")[1].replace("Apply anyway", "Apply")
        assert applied.status_code == 302
        team.refresh_from_db()
        assert team.alias_attributes == ["email"]

    def test_strict_pools_refuse_as_aws_does(self, browser, team):
        team.strict = True
        team.save()

        refused = edit(browser, team, "change", {**STRING, "max_length": "20"}, name="custom:team")
        added = edit(browser, team, "add", {**STRING, "name": "x"}, button="_apply")

        assert errors(refused)["__all__"]
        assert added.status_code == 302

    def test_names_are_for_those_who_may_see_users(self, staff_browser, team):
        editor = staff_browser("view_userpool", "change_userpool")

        page = edit(editor, team, "change", {**STRING, "max_length": "5"}, name="custom:team").content.decode()

        assert "2 of 3 users would fail" in page
        # As a word: random tokens of the page may hold these two characters.
        assert not re.search(r"\bu1\b", page)

    def test_unknown_ones_are_not_found(self, browser, team):
        assert browser.get(url("userpool", "attribute_edit", team.pk, "change", name="nope")).status_code == 404
        assert browser.get(url("userpool", "attribute_edit", team.pk, "change", name="sub")).status_code == 404
        assert browser.get(url("userpool", "attribute_edit", team.pk, "explode")).status_code == 404
        assert browser.get(url("userpool", "attributes", "nope")).status_code == 404
