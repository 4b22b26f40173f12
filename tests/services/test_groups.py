"""Groups and their members."""

import functools

import pytest

from cognito_auth.exceptions import (
    GroupExistsException,
    InvalidParameterException,
    LimitExceededException,
    ResourceNotFoundException,
    UserNotFoundException,
)
from cognito_auth.models import GroupMembership, UserPoolGroup
from cognito_auth.services import groups
from tests.concurrency import race
from tests.factories import GroupMembershipFactory, UserFactory, UserPoolFactory, UserPoolGroupFactory, moment

LATER = moment("2026-03-04T00:00:00+00:00")


@pytest.fixture
def pool(db):
    return UserPoolFactory()


class TestCreate:
    def test_makes_a_group(self, pool):
        group = groups.create(pool, "admin", description="All", precedence=0, now=LATER)

        stored = groups.get(pool, "admin")
        assert stored == group
        assert (stored.description, stored.precedence, stored.created_at) == ("All", 0, LATER)

    def test_refuses_a_name_twice_in_one_pool(self, pool):
        groups.create(pool, "admin", now=LATER)

        with pytest.raises(GroupExistsException, match="^A group with the name already exists$"):
            groups.create(pool, "admin", now=LATER)
        groups.create(pool, "Admin", now=LATER)
        groups.create(UserPoolFactory(), "admin", now=LATER)

    def test_keeps_the_limit_of_strict_pools_only(self, pool, monkeypatch):
        monkeypatch.setattr(groups, "MAX_GROUPS", 1)
        strict = UserPoolFactory(strict=True)
        groups.create(strict, "a", now=LATER)

        with pytest.raises(LimitExceededException):
            groups.create(strict, "b", now=LATER)
        groups.create(pool, "a", now=LATER)
        groups.create(pool, "b", now=LATER)

    def test_refuses_a_pool_that_is_gone(self, transactional_db):
        pool = UserPoolFactory()
        type(pool).objects.filter(pk=pool.pk).delete()

        with pytest.raises(ResourceNotFoundException, match="User pool"):
            groups.create(pool, "admin", now=LATER)


class TestGet:
    def test_refuses_unknown_names(self, pool):
        UserPoolGroupFactory(name="admin")

        with pytest.raises(ResourceNotFoundException, match="^Group not found.$"):
            groups.get(pool, "admin")


class TestUpdate:
    def test_changes_what_is_named_and_nothing_else(self, pool):
        group = UserPoolGroupFactory(pool=pool, description="old", precedence=3)

        groups.update(group, {"description": ""}, now=LATER)

        stored = UserPoolGroup.objects.get(pk=group.pk)
        assert (stored.description, stored.precedence, stored.last_modified_at) == ("", 3, LATER)

    def test_refuses_a_group_that_is_gone(self, pool):
        group = UserPoolGroupFactory(pool=pool)
        UserPoolGroup.objects.all().delete()

        with pytest.raises(ResourceNotFoundException, match="Group not found"):
            groups.update(group, {"precedence": 1}, now=LATER)

    def test_takes_no_other_fields(self, pool):
        with pytest.raises(ValueError, match="name"):
            groups.update(UserPoolGroupFactory(pool=pool), {"name": "x"}, now=LATER)


class TestDelete:
    def test_leaves_the_members(self, pool):
        membership = GroupMembershipFactory()

        groups.delete(membership.group)

        membership.user.refresh_from_db()
        assert not GroupMembership.objects.exists()


class TestAddMember:
    def test_may_be_repeated(self, pool):
        group, user = UserPoolGroupFactory(pool=pool), UserFactory(pool=pool)

        groups.add_member(group, user, now=LATER)
        groups.add_member(group, user, now=LATER)

        assert GroupMembership.objects.get().created_at == LATER

    def test_keeps_the_limit_of_strict_pools_only(self, monkeypatch, pool):
        monkeypatch.setattr(groups, "MAX_GROUPS_PER_USER", 1)
        strict = UserPoolFactory(strict=True)
        member = GroupMembershipFactory(user__pool=strict)

        with pytest.raises(InvalidParameterException, match="at most 1 groups"):
            groups.add_member(UserPoolGroupFactory(pool=strict), member.user, now=LATER)
        groups.add_member(member.group, member.user, now=LATER)

    def test_refuses_what_was_deleted_meanwhile(self, transactional_db):
        pool = UserPoolFactory()
        group, user = UserPoolGroupFactory(pool=pool), UserFactory(pool=pool)
        type(user).objects.all().delete()
        with pytest.raises(UserNotFoundException):
            groups.add_member(group, user, now=LATER)
        user = UserFactory(pool=pool)
        UserPoolGroup.objects.all().delete()

        with pytest.raises(ResourceNotFoundException):
            groups.add_member(group, user, now=LATER)


class TestRemoveMember:
    def test_may_be_repeated(self, pool):
        membership = GroupMembershipFactory()

        groups.remove_member(membership.group, membership.user)
        groups.remove_member(membership.group, membership.user)

        assert not GroupMembership.objects.exists()


class TestByPrecedence:
    def test_puts_those_without_last(self, pool):
        user = UserFactory(pool=pool)
        for name, precedence in [("d", None), ("c", 5), ("b", 0), ("a", 5)]:
            group = UserPoolGroupFactory(pool=pool, name=name, precedence=precedence)
            groups.add_member(group, user, now=LATER)

        assert [group.name for group in groups.by_precedence(user)] == ["b", "a", "c", "d"]


def listed(list_page, subject):
    token, pages = None, []
    while True:
        page = list_page(subject, limit=2, token=token, scope="x", now=LATER)
        pages.append(page.items)
        token = page.next_token
        if token is None:
            return pages


class TestLists:
    def test_of_a_pool_go_by_name(self, pool):
        for name in "caeb":
            UserPoolGroupFactory(pool=pool, name=name)
        UserPoolGroupFactory(name="d")

        assert [[group.name for group in page] for page in listed(groups.in_pool, pool)] == [["a", "b"], ["c", "e"]]

    def test_of_a_user_go_by_the_age_of_the_group(self, pool):
        user = UserFactory(pool=pool)
        for name in "cab":
            groups.add_member(UserPoolGroupFactory(pool=pool, name=name), user, now=LATER)
        UserPoolGroupFactory(pool=pool, name="d")

        assert [[group.name for group in page] for page in listed(groups.of_user, user)] == [["c", "a"], ["b"]]

    def test_of_members_go_by_joining(self, pool):
        group = UserPoolGroupFactory(pool=pool)
        users = UserFactory.create_batch(3, pool=pool)
        for user in reversed(users):
            groups.add_member(group, user, now=LATER)
        GroupMembershipFactory()

        assert listed(groups.members, group) == [[users[2], users[1]], [users[0]]]


@pytest.mark.postgresql
class TestConcurrency:
    def test_one_of_many_makes_the_group(self, transactional_db):
        pool = UserPoolFactory()

        outcomes = race(*[lambda: groups.create(pool, "admin", now=LATER)] * 6)

        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["GroupExistsException"] * 5 + [
            "UserPoolGroup"
        ]

    def test_a_deleted_group_and_a_new_member_end_consistently(self, transactional_db):
        pool = UserPoolFactory()
        for name in "abcdefgh":
            group, user = UserPoolGroupFactory(pool=pool, name=name), UserFactory(pool=pool)
            stale = groups.get(pool, name)

            outcomes = race(
                functools.partial(groups.delete, group), functools.partial(groups.add_member, stale, user, now=LATER)
            )

            assert all(outcome is None or isinstance(outcome, ResourceNotFoundException) for outcome in outcomes)
        assert not GroupMembership.objects.exists()
