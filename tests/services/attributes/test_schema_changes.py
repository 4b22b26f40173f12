"""Editing the schema of a pool that has users."""

from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest

from cognito_auth import exceptions
from cognito_auth.choices import AttributeType, UserStatus
from cognito_auth.models import SchemaAttribute, User, UserAlias, UserPool
from cognito_auth.services import user_names
from cognito_auth.services.attributes import schema, schema_changes
from cognito_auth.services.attributes.attribute import Attribute
from cognito_auth.services.attributes.schema_changes import (
    AddAttribute,
    ChangeAttribute,
    ChangeSignInNames,
    RemoveAttribute,
    RenameAttribute,
    applying,
    conflicts,
    moving,
    previewing,
)
from cognito_auth.services.attributes.standard import STANDARD
from tests.concurrency import race
from tests.factories import (
    SchemaAttributeFactory,
    UserFactory,
    UserPoolClientFactory,
    UserPoolFactory,
    moment,
)

pytestmark = pytest.mark.django_db
NOW = moment()
all_batches = previewing.batches


def people(pool, count, **fields):
    """Make users quickly: person0, person1, …"""
    users = [
        User(pool=pool, username=f"person{number}", email=f"person{number}@example.com", **fields)
        for number in range(count)
    ]
    for user in users:
        user.set_keys()
    User.objects.bulk_create(users)
    return list(User.objects.filter(pool=pool).order_by("pk"))


def apply(pool, *changes, **options):
    return schema_changes.apply(pool, changes, now=NOW, **options)


def names_of(pool):
    return [item.name for item in schema.of(pool).custom]


class TestPreview:
    def test_counts_and_names_who_would_fail(self):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool)
        users = people(pool, 300)
        for user in users[:3]:
            user.custom_attributes = {"custom:team": "too long"}
            user.save()
        progress = []

        found = schema_changes.preview(
            pool,
            [ChangeAttribute(Attribute("custom:team", max_length=3))],
            progress=lambda done, total: progress.append((done, total)),
        )

        assert (found.total_users, found.failing, found.conflicting) == (300, 3, 0)
        assert not found.is_applicable
        assert [failure.username for failure in found.samples] == ["person0", "person1", "person2"]
        assert found.samples[0].attribute == "custom:team"
        assert str(found.samples[0].problem) == "custom:team may have 3 characters at most."
        assert progress == [(300, 300)]

    def test_limits_samples_not_counts(self):
        pool = UserPoolFactory()
        people(pool, 30)

        found = schema_changes.preview(pool, [ChangeAttribute(replace(STANDARD["name"], required=True))], limit=2)

        assert (found.failing, len(found.samples)) == (30, 2)

    def test_does_not_ask_invited_people_for_what_they_give_later(self):
        pool = UserPoolFactory()
        people(pool, 3, status=UserStatus.FORCE_CHANGE_PASSWORD)

        assert schema_changes.preview(pool, [ChangeAttribute(replace(STANDARD["name"], required=True))]).is_applicable

    def test_reads_users_in_batches(self, monkeypatch, django_assert_num_queries):
        pool = UserPoolFactory()
        people(pool, 50)
        schema.of(pool)
        monkeypatch.setattr(previewing, "batches", small_batches)

        with django_assert_num_queries(1 + 5 + 1):
            schema_changes.preview(pool, [ChangeAttribute(replace(STANDARD["name"], required=True))])

    def test_does_not_read_users_for_a_new_attribute(self, django_assert_num_queries):
        pool = UserPoolFactory()
        people(pool, 5)
        schema.of(pool)

        with django_assert_num_queries(1):
            found = schema_changes.preview(pool, [AddAttribute(Attribute("custom:team"))])
        assert (found.total_users, found.is_applicable) == (5, True)

    def test_counts_who_loses_a_value(self):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool)
        people(pool, 2)
        UserFactory(pool=pool, username="jane", custom_attributes={"custom:team": "red"})

        found = schema_changes.preview(pool, [RemoveAttribute("custom:team")])

        assert (found.is_applicable, found.values_lost) == (True, 1)

    def test_writes_nothing(self):
        pool = UserPoolFactory()
        before = UserPool.objects.values().get(pk=pool.pk)

        schema_changes.preview(
            pool, [AddAttribute(Attribute("custom:team")), ChangeSignInNames(alias_attributes=("email",))]
        )

        assert UserPool.objects.values().get(pk=pool.pk) == before
        assert UserPool.objects.get(pk=pool.pk).alias_attributes == []
        assert not SchemaAttribute.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ([RenameAttribute("custom:none", "x")], "custom:none: Attribute does not exist in the schema."),
            ([RemoveAttribute("email")], "email: A standard attribute cannot be renamed or removed."),
            (
                [AddAttribute(Attribute("custom:team"))],
                "custom:team: Existing attribute already has name custom:team.",
            ),
            (
                [AddAttribute(Attribute("dev:custom:team", developer_only=True))],
                "custom:team: Existing attribute already has name custom:team.",
            ),
            (
                [RemoveAttribute("custom:team"), AddAttribute(Attribute("custom:team"))],
                "custom:team: Existing attribute already has name custom:team.",
            ),
            (
                [AddAttribute(STANDARD["email"])],
                "email: Existing attribute already has name email.",
            ),
            (
                [ChangeAttribute(replace(STANDARD["email"], type=AttributeType.NUMBER))],
                "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute"
                " email",
            ),
            (
                [ChangeSignInNames(username_attributes=("email",), alias_attributes=("email",))],
                "Only one of the aliasAttributes or usernameAttributes can be set",
            ),
            ([ChangeSignInNames(username_attributes=("name",))], "name cannot be in username_attributes."),
        ],
    )
    def test_refuses_the_impossible(self, changes, message):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool)

        with pytest.raises(exceptions.InvalidParameterException) as caught:
            schema_changes.preview(pool, changes)

        assert caught.value.message == message

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (RemoveAttribute("custom:team"), "Existing schema attributes cannot be modified or deleted."),
            (RenameAttribute("custom:team", "x"), "Existing schema attributes cannot be modified or deleted."),
            (ChangeAttribute(STANDARD["email"]), "Existing schema attributes cannot be modified or deleted."),
            (
                ChangeSignInNames(alias_attributes=("email",)),
                "Updates are not allowed for property - AliasAttributes.",
            ),
        ],
    )
    def test_refuses_edits_of_strict_pools_as_aws_does(self, change, message):
        pool = UserPoolFactory(strict=True)
        SchemaAttributeFactory(pool=pool)

        with pytest.raises(exceptions.InvalidParameterException) as caught:
            schema_changes.preview(pool, [change])

        assert caught.value.message == message

    def test_limits_attributes_of_strict_pools_to_fifty(self, settings):
        additions = [AddAttribute(Attribute(f"custom:a{number}")) for number in range(51)]

        assert schema_changes.preview(UserPoolFactory(), additions).is_applicable
        with pytest.raises(exceptions.InvalidParameterException, match="more than 50"):
            schema_changes.preview(UserPoolFactory(strict=True), additions)
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "MAX_CUSTOM_ATTRIBUTES": 2}
        with pytest.raises(exceptions.InvalidParameterException, match="more than 2"):
            schema_changes.preview(UserPoolFactory(), additions[:3])


def small_batches(pool_id, **_options):
    return all_batches(pool_id, size=10)


class TestPreviewOfSignInNames:
    def test_finds_equal_email_addresses(self):
        pool = UserPoolFactory()
        UserFactory(pool=pool, username="ann", email="same@example.com")
        UserFactory(pool=pool, username="bob", email="Same@Example.com")
        UserFactory(pool=pool, username="cat", email="other@example.com")

        found = schema_changes.preview(pool, [ChangeSignInNames(username_attributes=("email",))])

        assert (found.failing, found.conflicting) == (1, 1)
        assert (found.samples[0].username, found.samples[0].attribute) == ("bob", "email")
        assert str(found.samples[0].problem) == "Another user has the same email."

    def test_lets_only_verified_addresses_be_aliases(self):
        pool = UserPoolFactory()
        UserFactory(pool=pool, username="ann", email="same@example.com", email_verified=True)
        UserFactory(pool=pool, username="bob", email="same@example.com", email_verified=False)

        assert schema_changes.preview(pool, [ChangeSignInNames(alias_attributes=("email",))]).is_applicable

    def test_finds_usernames_that_look_like_aliases(self):
        pool = UserPoolFactory()
        UserFactory(pool=pool, username="ann@example.com")

        found = schema_changes.preview(pool, [ChangeSignInNames(alias_attributes=("email",))])

        assert found.conflicting == 1
        assert str(found.samples[0].problem) == "The username has the form of email, an alias."

    def test_finds_names_that_differ_in_case_only(self):
        pool = UserPoolFactory(case_sensitive=True)
        UserFactory(pool=pool, username="Ann")
        UserFactory(pool=pool, username="ann")

        found = schema_changes.preview(pool, [ChangeSignInNames(case_sensitive=False)])

        assert found.conflicting == 1

    def test_finds_who_would_have_no_name_left(self):
        pool = UserPoolFactory(username_attributes=["email"])
        user = UserFactory(pool=pool, email_verified=False)
        User.objects.filter(pk=user.pk).update(username=str(user.sub), username_key=str(user.sub))
        other = UserFactory(pool=pool, email_verified=True)
        User.objects.filter(pk=other.pk).update(username=str(other.sub), username_key=str(other.sub))

        found = schema_changes.preview(pool, [ChangeSignInNames(username_attributes=(), alias_attributes=("email",))])

        assert found.conflicting == 1
        assert found.samples[0].username == str(user.sub)

    def test_finds_preferred_usernames_that_are_usernames_of_others(self):
        pool = UserPoolFactory()
        UserFactory(pool=pool, username="ann")
        UserFactory(pool=pool, username="bob", preferred_username="Ann")
        UserFactory(pool=pool, username="cat", preferred_username="cat")

        found = schema_changes.preview(pool, [ChangeSignInNames(alias_attributes=("preferred_username",))])

        assert [failure.username for failure in found.samples] == ["bob"]

    def test_finds_the_same_in_several_passes(self, monkeypatch):
        pool = UserPoolFactory()
        people(pool, 40)
        for user in User.objects.filter(pool=pool)[:10]:
            UserFactory(pool=pool, username=f"other-{user.username}", email=user.email, name="")
        monkeypatch.setattr(conflicts, "_USERS_PER_PASS", 7)
        seen = []

        found = schema_changes.preview(
            pool,
            [
                ChangeSignInNames(username_attributes=("email",)),
                ChangeAttribute(replace(STANDARD["name"], required=True)),
            ],
            progress=lambda done, total: seen.append((done, total)),
        )

        assert (found.failing, found.conflicting) == (50, 10)
        assert seen[-1] == (400, 400)


class TestApply:
    def test_adds_attributes(self):
        pool = UserPoolFactory()
        version = pool.schema_version

        apply(pool, AddAttribute(Attribute("custom:a", max_length=5)), AddAttribute(Attribute("custom:b")))

        assert names_of(pool) == ["custom:a", "custom:b"]
        assert names_of(UserPool.objects.get(pk=pool.pk)) == ["custom:a", "custom:b"]
        assert pool.schema_version != version
        assert pool.last_modified_at == NOW

    def test_adds_attributes_to_strict_pools(self):
        pool = UserPoolFactory(strict=True)

        apply(pool, AddAttribute(Attribute("custom:a")))

        assert names_of(pool) == ["custom:a"]

    def test_renames_with_values_order_and_clients_lists(self):
        pool = UserPoolFactory()
        for position, name in enumerate(("custom:a", "custom:b", "custom:c"), 1):
            SchemaAttributeFactory(pool=pool, name=name, position=position, max_length=9)
        users = people(pool, 700, custom_attributes={"custom:a": "1", "custom:b": "2"})
        client = UserPoolClientFactory(pool=pool, read_attributes=["custom:b", "email"], write_attributes=["custom:b"])
        progress = []

        apply(
            pool,
            RenameAttribute("custom:b", "squad"),
            progress=lambda done, total: progress.append((done, total)),
        )

        assert names_of(pool) == ["custom:a", "custom:squad", "custom:c"]
        assert schema.of(pool).get("custom:squad").max_length == 9
        for user in User.objects.filter(pk__in=[users[0].pk, users[600].pk, users[-1].pk]):
            assert user.custom_attributes == {"custom:a": "1", "custom:squad": "2"}
        client.refresh_from_db()
        assert client.read_attributes == ["custom:squad", "email"]
        assert client.write_attributes == ["custom:squad"]
        assert progress[-1] == (700, 700)
        assert UserPool.objects.get(pk=pool.pk).unfinished_schema_changes == []

    def test_does_nothing_when_the_name_stays(self):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool)
        user = UserFactory(pool=pool, custom_attributes={"custom:team": "red"})

        apply(pool, RenameAttribute("custom:team", "custom:team"))

        user.refresh_from_db()
        assert user.custom_attributes == {"custom:team": "red"}
        assert names_of(pool) == ["custom:team"]

    def test_removes_with_values_and_from_clients_lists(self):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool)
        user = UserFactory(pool=pool, custom_attributes={"custom:team": "red", "custom:other": 1})
        client = UserPoolClientFactory(pool=pool, read_attributes=["custom:team"])

        found = apply(pool, RemoveAttribute("custom:team"))

        assert found.values_lost == 1
        assert names_of(pool) == []
        user.refresh_from_db()
        assert user.custom_attributes == {"custom:other": 1}
        client.refresh_from_db()
        assert client.read_attributes == []

    def test_stores_values_in_the_changed_type(self):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool)
        user = UserFactory(pool=pool, custom_attributes={"custom:team": "007"})

        apply(pool, ChangeAttribute(Attribute("custom:team", AttributeType.NUMBER, min_value=Decimal(1))))
        user.refresh_from_db()
        assert user.custom_attributes == {"custom:team": 7}

        apply(pool, ChangeAttribute(Attribute("custom:team")))
        user.refresh_from_db()
        assert user.custom_attributes == {"custom:team": "7"}

    def test_refuses_when_users_would_fail_unless_forced(self):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool)
        user = UserFactory(pool=pool, custom_attributes={"custom:team": "red"})
        change = ChangeAttribute(Attribute("custom:team", AttributeType.NUMBER))

        with pytest.raises(exceptions.InvalidParameterException) as caught:
            apply(pool, change)
        assert caught.value.message == "1 of 1 users do not fit the changed schema."
        assert schema.of(UserPool.objects.get(pk=pool.pk)).get("custom:team").type == AttributeType.STRING

        apply(pool, change, force=True)
        assert schema.of(pool).get("custom:team").type == AttributeType.NUMBER
        user.refresh_from_db()
        assert user.custom_attributes == {"custom:team": "red"}

    def test_requires_a_standard_attribute_and_lets_clients_write_it(self):
        pool = UserPoolFactory()
        people(pool, 3, name="Jane")
        limited = UserPoolClientFactory(pool=pool, write_attributes=["email"])
        free = UserPoolClientFactory(pool=pool)

        apply(pool, ChangeAttribute(replace(STANDARD["name"], required=True, mutable=False)))

        assert schema.of(pool).required == ("name",)
        limited.refresh_from_db()
        free.refresh_from_db()
        assert (limited.write_attributes, free.write_attributes) == (["email", "name"], None)

    def test_forgets_a_standard_attribute_that_is_as_the_default_again(self):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool, name="name", required=True, min_length=0, max_length=2048)

        apply(pool, ChangeAttribute(STANDARD["name"]))

        assert schema.of(pool).required == ()
        assert not SchemaAttribute.objects.filter(pool=pool).exists()

    def test_makes_several_changes_at_once(self):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool)
        user = UserFactory(pool=pool, custom_attributes={"custom:team": "5"})

        apply(
            pool,
            RenameAttribute("custom:team", "squad"),
            ChangeAttribute(Attribute("custom:squad", AttributeType.NUMBER, mutable=False)),
            AddAttribute(Attribute("custom:gone")),
            RemoveAttribute("custom:gone"),
        )

        user.refresh_from_db()
        assert user.custom_attributes == {"custom:squad": 5}
        assert names_of(pool) == ["custom:squad"]
        assert not schema.of(pool).get("custom:squad").mutable

    def test_makes_addresses_sign_in_names(self):
        pool = UserPoolFactory()
        users = people(pool, 120)

        apply(pool, ChangeSignInNames(username_attributes=("email",)))

        assert UserPool.objects.get(pk=pool.pk).username_attributes == ["email"]
        assert user_names.find(pool, "PERSON7@example.com") == users[7]
        assert user_names.find(pool, "person7") == users[7]
        assert UserAlias.objects.filter(pool=pool).count() == 120

    def test_compares_names_without_case(self):
        pool = UserPoolFactory(case_sensitive=True, alias_attributes=["email"])
        user = UserFactory(pool=pool, username="Jane", email="Jane@Example.com", email_verified=True)
        user_names.sync_aliases(user)
        assert user_names.find(pool, "jane") is None

        apply(pool, ChangeSignInNames(case_sensitive=False))

        assert user_names.find(pool, "jane") == user
        assert user_names.find(pool, "JANE@EXAMPLE.COM") == user

    def test_drops_aliases_that_are_none_any_more(self):
        pool = UserPoolFactory(alias_attributes=["email"])
        user_names.sync_aliases(UserFactory(pool=pool, confirmed=True))

        apply(pool, ChangeSignInNames(alias_attributes=()))

        assert not UserAlias.objects.filter(pool=pool).exists()

    def test_never_forces_two_users_into_one_name(self):
        pool = UserPoolFactory()
        for name in ("ann", "bob"):
            UserFactory(pool=pool, username=name, email="same@example.com")

        with pytest.raises(exceptions.InvalidParameterException, match="1 of 2 users"):
            apply(pool, ChangeSignInNames(username_attributes=("email",)), force=True)

        assert UserPool.objects.get(pk=pool.pk).username_attributes == []

    def test_rolls_back_when_a_name_was_taken_meanwhile(self, monkeypatch):
        pool = UserPoolFactory()
        UserFactory(pool=pool, username="ann", email="same@example.com")
        examine = applying.examine

        def examine_then_sign_up(planned, **options):
            found = examine(planned, **options)
            UserFactory(pool=pool, username="bob", email="same@example.com")
            return found

        monkeypatch.setattr(applying, "examine", examine_then_sign_up)

        with pytest.raises(exceptions.ConcurrentModificationException):
            apply(pool, ChangeSignInNames(username_attributes=("email",)))

        assert UserPool.objects.get(pk=pool.pk).username_attributes == []

    def test_refuses_when_the_schema_was_edited_meanwhile(self, monkeypatch):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool)
        examine = applying.examine

        def examine_then_edit(planned, **options):
            found = examine(planned, **options)
            SchemaAttributeFactory(pool=UserPool.objects.get(pk=pool.pk), name="custom:other")
            return found

        monkeypatch.setattr(applying, "examine", examine_then_edit)

        with pytest.raises(exceptions.ConcurrentModificationException):
            apply(pool, RemoveAttribute("custom:team"))
        monkeypatch.undo()
        assert names_of(UserPool.objects.get(pk=pool.pk)) == ["custom:team", "custom:other"]

        apply(pool, AddAttribute(Attribute("custom:new")))
        assert names_of(pool) == ["custom:team", "custom:other", "custom:new"]

    def test_sees_to_those_who_signed_up_meanwhile(self, monkeypatch):
        pool = UserPoolFactory(case_sensitive=True)
        UserFactory(pool=pool, username="Ann")
        rebuild = applying._rebuild_sign_in_names

        def rebuild_then_sign_up(changed):
            last = rebuild(changed)
            UserFactory(pool=UserPool(pk=pool.pk, case_sensitive=True), username="Bob")
            UserFactory(pool=UserPool(pk=pool.pk, case_sensitive=True), username="ANN")
            return last

        monkeypatch.setattr(applying, "_rebuild_sign_in_names", rebuild_then_sign_up)

        apply(pool, ChangeSignInNames(case_sensitive=False))

        assert user_names.find(pool, "bob").username == "Bob"
        assert user_names.find(pool, "ann").username == "Ann"


class TestFinish:
    def test_goes_on_where_it_was_interrupted(self, monkeypatch):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool)
        users = people(pool, 60, custom_attributes={"custom:team": "red"})
        monkeypatch.setattr(moving, "_BATCH", 20)

        def interrupt(done, total):
            if pool.unfinished_schema_changes and done >= 40:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            apply(pool, RenameAttribute("custom:team", "squad"), progress=interrupt)

        values = [user.custom_attributes for user in User.objects.filter(pool=pool).order_by("pk")]
        assert values == [{"custom:squad": "red"}] * 40 + [{"custom:team": "red"}] * 20

        user = users[-1]
        user.custom_attributes = {"custom:team": "old", "custom:squad": "newer"}
        user.save()
        schema_changes.finish(pool)

        values = [user.custom_attributes for user in User.objects.filter(pool=pool).order_by("pk")]
        assert values == [{"custom:squad": "red"}] * 59 + [{"custom:squad": "newer"}]

    def test_comes_before_the_next_change(self, monkeypatch):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool)
        user = UserFactory(pool=pool, custom_attributes={"custom:team": "red"})
        monkeypatch.setattr(applying, "finish", lambda pool, **options: None)
        apply(pool, RemoveAttribute("custom:team"))
        monkeypatch.undo()

        apply(pool, AddAttribute(Attribute("custom:team")))

        user.refresh_from_db()
        assert user.custom_attributes == {}

    def test_does_nothing_when_nothing_is_left(self):
        pool = UserPoolFactory()
        UserFactory(pool=pool, custom_attributes={"custom:team": "red"})

        schema_changes.finish(pool)

        assert User.objects.get(pool=pool).custom_attributes == {"custom:team": "red"}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestTogether:
    def test_only_one_of_four_adds_the_same_name(self):
        pool = UserPoolFactory()
        pools = [UserPool.objects.get(pk=pool.pk) for _number in range(4)]

        outcomes = race(*(partial(apply, same, AddAttribute(Attribute("custom:team"))) for same in pools))

        assert sum(isinstance(outcome, exceptions.InvalidParameterException) for outcome in outcomes) == 3
        assert SchemaAttribute.objects.filter(pool=pool).count() == 1

    def test_all_of_three_add_different_names(self):
        pool = UserPoolFactory()
        additions = [AddAttribute(Attribute(f"custom:{name}")) for name in "abc"]

        outcomes = race(*(partial(apply, UserPool.objects.get(pk=pool.pk), addition) for addition in additions))

        assert not any(isinstance(outcome, Exception) for outcome in outcomes)
        assert len(names_of(UserPool.objects.get(pk=pool.pk))) == 3

    def test_three_finish_together(self, monkeypatch):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool)
        people(pool, 100, custom_attributes={"custom:team": "red"})
        monkeypatch.setattr(applying, "finish", lambda pool, **options: None)
        apply(pool, RenameAttribute("custom:team", "squad"))
        monkeypatch.undo()
        monkeypatch.setattr(moving, "_BATCH", 10)

        outcomes = race(*(partial(schema_changes.finish, UserPool.objects.get(pk=pool.pk)) for _number in range(3)))

        assert outcomes == [None] * 3
        assert all(user.custom_attributes == {"custom:squad": "red"} for user in User.objects.filter(pool=pool))
