"""Groups: CreateGroup, GetGroup, UpdateGroup, DeleteGroup, ListGroups, ListUsersInGroup, and memberships."""

from collections.abc import Mapping
from typing import Any

from cognito_auth.operations import lookups, representations
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import (
    AdminAddUserToGroupRequest,
    AdminListGroupsForUserRequest,
    AdminListGroupsForUserResponse,
    AdminRemoveUserFromGroupRequest,
    CreateGroupRequest,
    CreateGroupResponse,
    DeleteGroupRequest,
    GetGroupRequest,
    GetGroupResponse,
    ListGroupsRequest,
    ListGroupsResponse,
    ListUsersInGroupRequest,
    ListUsersInGroupResponse,
    UpdateGroupRequest,
    UpdateGroupResponse,
)
from cognito_auth.services import groups, linked_identities, paging

# The API's member → the service's.
_MEMBERS = {"Description": "description", "RoleArn": "role_arn", "Precedence": "precedence"}


def _given(request: Mapping[str, Any]) -> dict[str, Any]:
    return {field: request[member] for member, field in _MEMBERS.items() if request.get(member) is not None}


def _page_arguments(name: str, request: Mapping[str, Any], call: Call, *identity: str) -> dict[str, Any]:
    """Return the arguments of every listing; its tokens are bound to the members ``identity``."""
    return {
        "limit": request.get("Limit") or 60,
        "token": request.get("NextToken"),
        "scope": paging.scope_of(name, {member: request[member] for member in identity}),
        "now": call.now,
    }


@operation("CreateGroup")
def create_group(request: CreateGroupRequest, call: Call) -> CreateGroupResponse:
    """Make a group.

    Raises:
        ResourceNotFoundException: no such pool.
        GroupExistsException: the name is taken.
        LimitExceededException: too many groups for a strict pool.
    Source: AWS API_CreateGroup.
    """
    pool = lookups.user_pool_of(request)
    group = groups.create(pool, request["GroupName"], **_given(request), now=call.now)
    return {"Group": representations.group_type(group)}


@operation("GetGroup")
def get_group(request: GetGroupRequest, call: Call) -> GetGroupResponse:
    """Return one group.

    Raises:
        ResourceNotFoundException: no such pool or group.
    Source: AWS API_GetGroup.
    """
    pool = lookups.user_pool_of(request)
    return {"Group": representations.group_type(lookups.group_of(pool, request))}


@operation("UpdateGroup")
def update_group(request: UpdateGroupRequest, call: Call) -> UpdateGroupResponse:
    """Change the given members of a group and no others.

    Raises:
        ResourceNotFoundException: no such pool or group.
    Source: AWS API_UpdateGroup.
    """
    pool = lookups.user_pool_of(request)
    group = lookups.group_of(pool, request)
    groups.update(group, _given(request), now=call.now)
    return {"Group": representations.group_type(group)}


@operation("DeleteGroup")
def delete_group(request: DeleteGroupRequest, call: Call) -> None:
    """Delete a group, also one with members.

    Raises:
        ResourceNotFoundException: no such pool or group.
    Source: AWS API_DeleteGroup.
    """
    pool = lookups.user_pool_of(request)
    groups.delete(lookups.group_of(pool, request))


@operation("ListGroups")
def list_groups(request: ListGroupsRequest, call: Call) -> ListGroupsResponse:
    """List the groups of a pool by name.

    Raises:
        ResourceNotFoundException: no such pool.
        InvalidParameterException: a bad token.
    Source: AWS API_ListGroups.
    """
    pool = lookups.user_pool_of(request)
    page = groups.in_pool(pool, **_page_arguments("ListGroups", request, call, "UserPoolId"))
    response: ListGroupsResponse = {"Groups": [representations.group_type(group) for group in page.items]}
    if page.next_token is not None:
        response["NextToken"] = page.next_token
    return response


@operation("ListUsersInGroup")
def list_users_in_group(request: ListUsersInGroupRequest, call: Call) -> ListUsersInGroupResponse:
    """List the members of a group in the order in which they joined.

    Raises:
        ResourceNotFoundException: no such pool or group.
        InvalidParameterException: a bad token.
    Source: AWS API_ListUsersInGroup.
    """
    pool = lookups.user_pool_of(request)
    group = lookups.group_of(pool, request)
    page = groups.members(group, **_page_arguments("ListUsersInGroup", request, call, "UserPoolId", "GroupName"))
    linked_identities.attach(page.items)
    response: ListUsersInGroupResponse = {"Users": [representations.user_type(user) for user in page.items]}
    if page.next_token is not None:
        response["NextToken"] = page.next_token
    return response


@operation("AdminAddUserToGroup")
def admin_add_user_to_group(request: AdminAddUserToGroupRequest, call: Call) -> None:
    """Make a user a member of a group; who is one already stays one.

    Raises:
        ResourceNotFoundException: no such pool or group.
        UserNotFoundException: no such user in the pool.
        InvalidParameterException: in too many groups for a strict pool.
    Source: AWS API_AdminAddUserToGroup.
    """
    user = lookups.user_in_pool_of(request)
    groups.add_member(lookups.group_of(user.pool, request), user, now=call.now)


@operation("AdminRemoveUserFromGroup")
def admin_remove_user_from_group(request: AdminRemoveUserFromGroupRequest, call: Call) -> None:
    """End a membership; where there is none, nothing changes.

    Raises:
        ResourceNotFoundException: no such pool or group.
        UserNotFoundException: no such user in the pool.
    Source: AWS API_AdminRemoveUserFromGroup.
    """
    user = lookups.user_in_pool_of(request)
    groups.remove_member(lookups.group_of(user.pool, request), user)


@operation("AdminListGroupsForUser")
def admin_list_groups_for_user(request: AdminListGroupsForUserRequest, call: Call) -> AdminListGroupsForUserResponse:
    """List the groups of a user, the oldest group first.

    Raises:
        ResourceNotFoundException: no such pool.
        UserNotFoundException: no such user in the pool.
        InvalidParameterException: a bad token.
    Source: AWS API_AdminListGroupsForUser.
    """
    user = lookups.user_in_pool_of(request)
    page = groups.of_user(user, **_page_arguments("AdminListGroupsForUser", request, call, "UserPoolId", "Username"))
    response: AdminListGroupsForUserResponse = {"Groups": [representations.group_type(group) for group in page.items]}
    if page.next_token is not None:
        response["NextToken"] = page.next_token
    return response
