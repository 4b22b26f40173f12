"""Operations on groups."""

import pytest

from cognito_auth.models import User
from tests.factories import UserFactory, UserPoolFactory
from tests.refusals import refusal_of

NO_GROUP = ("ResourceNotFoundException", "Group not found.")
NOBODY = ("UserNotFoundException", "User does not exist.")


@pytest.fixture
def pool(db):
    return UserPoolFactory()


@pytest.fixture
def admins(cognito, pool):
    return cognito.create_group(UserPoolId=pool.pk, GroupName="admins")["Group"]


class TestGroup:
    def test_has_what_it_was_given(self, cognito, pool):
        given = {
            "GroupName": "admins",
            "Description": "Those who may",
            "RoleArn": "arn:aws:iam::123456789012:role/admins",
            "Precedence": 0,
        }

        created = cognito.create_group(UserPoolId=pool.pk, **given)["Group"]

        assert {name: created[name] for name in given} == given
        assert created["UserPoolId"] == pool.pk
        assert created["CreationDate"] == created["LastModifiedDate"]
        assert cognito.get_group(UserPoolId=pool.pk, GroupName="admins")["Group"] == created

    def test_leaves_out_what_it_was_not_given(self, admins):
        assert set(admins) == {"GroupName", "UserPoolId", "CreationDate", "LastModifiedDate"}

    def test_is_changed_in_what_is_given_only(self, cognito, pool):
        named = {"UserPoolId": pool.pk, "GroupName": "admins"}
        cognito.create_group(**named, Description="old", Precedence=3)

        cognito.update_group(**named, Description="")
        group = cognito.update_group(**named, Precedence=0)["Group"]

        assert group["Precedence"] == 0
        assert "Description" not in group

    def test_exists_once(self, cognito, pool, admins):
        assert refusal_of(cognito.create_group, UserPoolId=pool.pk, GroupName="admins") == (
            "GroupExistsException",
            "A group with the name already exists",
        )

    @pytest.mark.parametrize("operation", ["get_group", "update_group", "delete_group", "list_users_in_group"])
    def test_must_exist(self, cognito, pool, operation):
        call = getattr(cognito, operation)

        assert refusal_of(call, UserPoolId=pool.pk, GroupName="nobody") == NO_GROUP
        assert refusal_of(call, UserPoolId="eu-west-1_nothing00", GroupName="nobody") == (
            "ResourceNotFoundException",
            "User pool eu-west-1_nothing00 does not exist.",
        )

    def test_is_deleted_with_members(self, cognito, pool, admins):
        user = UserFactory(pool=pool)
        named = {"UserPoolId": pool.pk, "GroupName": "admins"}
        cognito.admin_add_user_to_group(**named, Username=user.username)

        cognito.delete_group(**named)

        assert refusal_of(cognito.get_group, **named) == NO_GROUP
        assert User.objects.count() == 1


class TestMembership:
    def test_may_begin_and_end_twice(self, cognito, pool, admins):
        user = UserFactory(pool=pool)
        named = {"UserPoolId": pool.pk, "GroupName": "admins", "Username": user.username}

        def members():
            users = cognito.list_users_in_group(UserPoolId=pool.pk, GroupName="admins")["Users"]
            return [each["Username"] for each in users]

        for _turn in range(2):
            cognito.admin_add_user_to_group(**named)
        assert members() == [user.username]
        for _turn in range(2):
            cognito.admin_remove_user_from_group(**named)
        assert members() == []

    @pytest.mark.parametrize("operation", ["admin_add_user_to_group", "admin_remove_user_from_group"])
    def test_needs_both(self, cognito, pool, admins, operation):
        call, user = getattr(cognito, operation), UserFactory(pool=pool)

        assert refusal_of(call, UserPoolId=pool.pk, GroupName="admins", Username="nobody") == NOBODY
        assert refusal_of(call, UserPoolId=pool.pk, GroupName="nothing", Username=user.username) == NO_GROUP
        stranger = UserFactory()
        assert refusal_of(call, UserPoolId=pool.pk, GroupName="admins", Username=stranger.username) == NOBODY


class TestLists:
    def test_go_page_by_page(self, cognito, pool):
        user = UserFactory(pool=pool, username="jane")
        for name in "edcba":
            cognito.create_group(UserPoolId=pool.pk, GroupName=name)
            cognito.admin_add_user_to_group(UserPoolId=pool.pk, GroupName=name, Username="jane")

        for operation, more, expected in [
            ("list_groups", {}, [["a", "b"], ["c", "d"], ["e"]]),
            ("admin_list_groups_for_user", {"Username": user.username}, [["e", "d"], ["c", "b"], ["a"]]),
        ]:
            pages = cognito.get_paginator(operation).paginate(
                UserPoolId=pool.pk, **more, PaginationConfig={"PageSize": 2}
            )
            names = [[group["GroupName"] for group in page["Groups"]] for page in pages]
            assert names == expected

    def test_of_members_go_page_by_page(self, cognito, pool, admins):
        named = {"UserPoolId": pool.pk, "GroupName": "admins"}
        names = [user.username for user in UserFactory.create_batch(3, pool=pool)]
        for name in names:
            cognito.admin_add_user_to_group(**named, Username=name)

        first = cognito.list_users_in_group(**named, Limit=2)
        second = cognito.list_users_in_group(**named, Limit=2, NextToken=first["NextToken"])

        listed = [user["Username"] for user in first["Users"] + second["Users"]]
        assert listed == names
        assert "NextToken" not in second

    def test_refuse_tokens_of_others(self, cognito, pool):
        for name in "ab":
            cognito.create_group(UserPoolId=pool.pk, GroupName=name)
        token = cognito.list_groups(UserPoolId=pool.pk, Limit=1)["NextToken"]

        for arguments in (
            {"UserPoolId": UserPoolFactory().pk, "NextToken": token},
            {"UserPoolId": pool.pk, "NextToken": "x"},
        ):
            assert refusal_of(cognito.list_groups, **arguments) == (
                "InvalidParameterException",
                "Invalid pagination token",
            )

    def test_need_the_user(self, cognito, pool):
        assert refusal_of(cognito.admin_list_groups_for_user, UserPoolId=pool.pk, Username="nobody") == NOBODY
