"""Groups of a pool: making, changing, listing them, and who is in them.

Source: AWS API_CreateGroup, API_UpdateGroup, API_DeleteGroup, API_AdminAddUserToGroup.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from cognito_auth import reasons
from cognito_auth.models import AbstractCognitoUser, GroupMembership, UserPool, UserPoolGroup
from cognito_auth.services import linked_identities, paging
from cognito_auth.services.paging import Page

# What strict pools allow. Source: AWS "Quotas in Amazon Cognito".
MAX_GROUPS = 10_000
MAX_GROUPS_PER_USER = 100
_FIELDS = frozenset({"description", "role_arn", "precedence"})


def get(pool: UserPool, name: str) -> UserPoolGroup:
    """Return the group of ``pool`` with exactly this name.

    Raises:
        ResourceNotFoundException: there is none.
    """
    group = UserPoolGroup.objects.filter(pool=pool, name=name).first()
    if group is None:
        raise reasons.GROUP_NOT_FOUND()
    group.pool = pool
    return group


def create(
    pool: UserPool,
    name: str,
    *,
    description: str = "",
    role_arn: str = "",
    precedence: int | None = None,
    now: datetime.datetime,
) -> UserPoolGroup:
    """Make a group; the lower its ``precedence``, the earlier it comes in tokens.

    Raises:
        GroupExistsException: the pool has one with this name.
        LimitExceededException: a strict pool has as many groups as AWS allows.
    """
    if pool.strict and UserPoolGroup.objects.filter(pool=pool)[:MAX_GROUPS].count() >= MAX_GROUPS:
        raise reasons.LIMIT_EXCEEDED(problem=f"A user pool can have at most {MAX_GROUPS} groups.")
    group = UserPoolGroup(
        pool=pool,
        name=name,
        description=description,
        role_arn=role_arn,
        precedence=precedence,
        created_at=now,
        last_modified_at=now,
    )
    try:
        with transaction.atomic():
            group.save(force_insert=True)
    except IntegrityError:
        # The constraint decides between two who make it at the same time; a pool that was deleted
        # meanwhile is none to have groups.
        if UserPool.objects.filter(pk=pool.pk).exists():
            raise reasons.GROUP_EXISTS() from None
        raise reasons.USER_POOL_NOT_FOUND(user_pool_id=pool.pk) from None
    return group


def update(group: UserPoolGroup, fields: Mapping[str, Any], *, now: datetime.datetime) -> None:
    """Change what ``fields`` names (``description``, ``role_arn``, ``precedence``) and nothing else.

    Raises:
        ResourceNotFoundException: the group was deleted meanwhile.
    """
    unknown = set(fields) - _FIELDS
    if unknown:
        raise ValueError(f"A group has no such fields to change: {sorted(unknown)}")
    values = {**fields, "last_modified_at": now}
    if not UserPoolGroup.objects.filter(pk=group.pk).update(**values):
        raise reasons.GROUP_NOT_FOUND()
    for name, value in values.items():
        setattr(group, name, value)


def delete(group: UserPoolGroup) -> None:
    """Delete a group; its members stay users."""
    with transaction.atomic():
        # Whoever adds a member waits for this lock, and then finds no group.
        UserPoolGroup.objects.select_for_update().filter(pk=group.pk).first()
        group.delete()


def add_member(group: UserPoolGroup, user: AbstractCognitoUser, *, now: datetime.datetime) -> None:
    """Make ``user`` a member; who is one already stays one.

    Raises:
        InvalidParameterException: in a strict pool, the user is in as many groups as AWS allows.
        ResourceNotFoundException, UserNotFoundException: deleted meanwhile.
    """
    membership = GroupMembership(group=group, user_id=user.pk, created_at=now)
    try:
        with transaction.atomic():
            if group.pool.strict:
                _refuse_too_many(group, user)
            GroupMembership.objects.bulk_create([membership], ignore_conflicts=True)
    except IntegrityError:
        if UserPoolGroup.objects.filter(pk=group.pk).exists():
            raise reasons.USER_NOT_FOUND() from None
        raise reasons.GROUP_NOT_FOUND() from None


def _refuse_too_many(group: UserPoolGroup, user: AbstractCognitoUser) -> None:
    # The lock makes those wait who add the same user to another group.
    type(user)._default_manager.select_for_update().filter(pk=user.pk).values_list("pk").first()
    others = GroupMembership.objects.filter(user_id=user.pk).exclude(group=group)
    if others.count() >= MAX_GROUPS_PER_USER:
        raise reasons.INVALID_PARAMETER(problem=f"A user can be in at most {MAX_GROUPS_PER_USER} groups.")


def remove_member(group: UserPoolGroup, user: AbstractCognitoUser) -> None:
    """End a membership; where there is none, nothing changes."""
    GroupMembership.objects.filter(group=group, user_id=user.pk).delete()


def in_pool(
    pool: UserPool, *, limit: int, token: str | None, scope: str, now: datetime.datetime
) -> Page[UserPoolGroup]:
    """Return one page of the pool's groups, by name.

    Raises:
        InvalidParameterException: the token is not good for this request.
    """
    groups = UserPoolGroup.objects.filter(pool=pool)
    return paging.by_key(groups, ("name",), limit=limit, token=token, scope=scope, now=now)


def of_user(
    user: AbstractCognitoUser, *, limit: int, token: str | None, scope: str, now: datetime.datetime
) -> Page[UserPoolGroup]:
    """Return one page of the groups that ``user`` is in, the oldest group first.

    Raises:
        InvalidParameterException: the token is not good for this request.
    """
    # As for the members of a group. By name, every page would sort all groups of the user.
    memberships = GroupMembership.objects.filter(user_id__gte=user.pk, user_id__lte=user.pk).select_related("group")
    page = paging.by_key(memberships, ("user_id", "group_id"), limit=limit, token=token, scope=scope, now=now)
    return Page([membership.group for membership in page.items], page.next_token)


def by_precedence(user: AbstractCognitoUser) -> list[UserPoolGroup]:
    """Return all groups of ``user`` as tokens list them: lowest precedence first, those without last."""
    groups = UserPoolGroup.objects.filter(memberships__user_id=user.pk)
    return list(groups.order_by(F("precedence").asc(nulls_last=True), "name"))


def members(
    group: UserPoolGroup, *, limit: int, token: str | None, scope: str, now: datetime.datetime
) -> Page[AbstractCognitoUser]:
    """Return one page of the users in ``group``, in the order in which they joined.

    Raises:
        InvalidParameterException: the token is not good for this request.
    """
    # A range from the group to itself: see user_search.planning.Range.
    memberships = GroupMembership.objects.filter(group_id__gte=group.pk, group_id__lte=group.pk)
    memberships = memberships.select_related("user").annotate(has_identities=linked_identities.exist_for("user"))
    page = paging.by_key(memberships, ("group_id", "id"), limit=limit, token=token, scope=scope, now=now)
    users: list[AbstractCognitoUser] = []
    for membership in page.items:
        user: Any = membership.user
        user.pool, user.has_identities = group.pool, membership.has_identities  # type: ignore[attr-defined]
        users.append(user)
    return Page(users, page.next_token)
