"""Users: making, finding, listing, changing and deleting them; what a person sees of their own account."""

from cognito_auth import reasons
from cognito_auth.choices import DeliveryMedium
from cognito_auth.models import UserPool
from cognito_auth.operations import lookups, representations
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import (
    AdminConfirmSignUpRequest,
    AdminConfirmSignUpResponse,
    AdminCreateUserRequest,
    AdminCreateUserResponse,
    AdminDeleteUserRequest,
    AdminDisableUserRequest,
    AdminDisableUserResponse,
    AdminEnableUserRequest,
    AdminEnableUserResponse,
    AdminGetUserRequest,
    AdminGetUserResponse,
    AdminResetUserPasswordRequest,
    AdminResetUserPasswordResponse,
    AdminSetUserPasswordRequest,
    AdminSetUserPasswordResponse,
    AdminUserGlobalSignOutRequest,
    AdminUserGlobalSignOutResponse,
    DeleteUserRequest,
    GetUserRequest,
    GetUserResponse,
    ListUsersRequest,
    ListUsersResponse,
)
from cognito_auth.operations.user_attributes import attributes_given
from cognito_auth.services import linked_identities, paging, password_reset, sign_out, user_search, users
from cognito_auth.services.attributes import permissions, schema

LARGEST_PAGE = 60


@operation("AdminCreateUser")
def admin_create_user(request: AdminCreateUserRequest, call: Call) -> AdminCreateUserResponse:
    """Make a user with a temporary password and invite them, or invite them again.

    Raises:
        ResourceNotFoundException: no such pool.
        UserNotFoundException: nobody to invite again.
        UnsupportedUserStateException: who is invited again has a password of their own.
        UsernameExistsException: the username or a sign-in name is taken.
        InvalidParameterException: username or attributes cannot be accepted, or nowhere to send to.
        InvalidPasswordException: the password breaks the policy.
        CodeDeliveryFailureException: the user exists, but the invitation could not be sent.
    Source: AWS API_AdminCreateUser.
    """
    pool = lookups.user_pool_of(request)
    mediums = [DeliveryMedium(medium) for medium in request.get("DesiredDeliveryMediums", ())]
    if request.get("MessageAction") == "RESEND":
        invited = users.resend_invitation(
            lookups.user_of(pool, request),
            temporary_password=request.get("TemporaryPassword"),
            delivery_mediums=mediums,
            origin=call.origin,
            now=call.now,
        )
    else:
        invited = users.create_by_admin(
            pool,
            request["Username"],
            attributes_given(request),
            temporary_password=request.get("TemporaryPassword"),
            delivery_mediums=mediums,
            suppress_message=request.get("MessageAction") == "SUPPRESS",
            force_alias_creation=request.get("ForceAliasCreation", False),
            validation_data=attributes_given(request, "ValidationData"),
            origin=call.origin,
            now=call.now,
        )
    return {"User": representations.user_type(invited.user)}


@operation("AdminGetUser")
def admin_get_user(request: AdminGetUserRequest, call: Call) -> AdminGetUserResponse:
    """Return a user with all attributes.

    Raises:
        ResourceNotFoundException: no such pool.
        UserNotFoundException: no such user in the pool.
    Source: AWS API_AdminGetUser.
    """
    user = lookups.user_in_pool_of(request)
    return {
        "Username": user.username,
        "UserAttributes": representations.attribute_list(user),
        "UserCreateDate": representations.epoch(user.created_at),
        "UserLastModifiedDate": representations.epoch(user.last_modified_at),
        "Enabled": user.is_active,
        "UserStatus": user.status,
        **representations.mfa_members(user),
    }


@operation("GetUser")
def get_user(request: GetUserRequest, call: Call) -> GetUserResponse:
    """Return one's own account, with the attributes that the app may read.

    Raises:
        NotAuthorizedException: a bad token.
    Source: AWS API_GetUser.
    """
    bearer = lookups.bearer_of(request, call)
    readable = permissions.readable_in(bearer.user.pool, bearer.read_attributes)
    return {
        "Username": bearer.user.username,
        "UserAttributes": representations.attribute_list(bearer.user, readable),
        **representations.mfa_members(bearer.user),
    }


@operation("ListUsers")
def list_users(request: ListUsersRequest, call: Call) -> ListUsersResponse:
    """List the users of a pool, all or those a filter finds.

    Raises:
        ResourceNotFoundException: no such pool.
        InvalidParameterException: a bad filter, attribute name or token.
    Source: AWS API_ListUsers.
    """
    pool = lookups.user_pool_of(request)
    names = request.get("AttributesToGet")
    if names is not None:
        _refuse_unknown(pool, names)
    bound_to = {member: request.get(member) for member in ("UserPoolId", "Filter", "AttributesToGet")}
    page = user_search.search(
        pool,
        request.get("Filter") or "",
        limit=request.get("Limit") or LARGEST_PAGE,
        token=request.get("PaginationToken"),
        scope=paging.scope_of("ListUsers", bound_to),
        now=call.now,
    )
    if names is None or "identities" in names:
        linked_identities.attach(page.items)
    response: ListUsersResponse = {"Users": [representations.user_type(user, names) for user in page.items]}
    if page.next_token is not None:
        response["PaginationToken"] = page.next_token
    return response


def _refuse_unknown(pool: UserPool, names: list[str]) -> None:
    pool_schema = schema.of(pool)
    if not all(name in pool_schema or name == "identities" for name in names):
        raise reasons.ATTRIBUTES_TO_GET()


@operation("AdminConfirmSignUp")
def admin_confirm_sign_up(request: AdminConfirmSignUpRequest, call: Call) -> AdminConfirmSignUpResponse:
    """Confirm an account without a code.

    Raises:
        ResourceNotFoundException: no such pool.
        UserNotFoundException: no such user in the pool.
        NotAuthorizedException: it is not waiting to be confirmed.
    Source: AWS API_AdminConfirmSignUp.
    """
    users.confirm_by_admin(lookups.user_in_pool_of(request), origin=call.origin, now=call.now)
    return {}


@operation("AdminSetUserPassword")
def admin_set_user_password(request: AdminSetUserPasswordRequest, call: Call) -> AdminSetUserPasswordResponse:
    """Set a password to keep, or one to be changed at the next sign-in.

    Raises:
        ResourceNotFoundException: no such pool.
        UserNotFoundException: no such user in the pool.
        InvalidPasswordException: it breaks the policy.
    Source: AWS API_AdminSetUserPassword.
    """
    user = lookups.user_in_pool_of(request)
    users.set_password_by_admin(user, request["Password"], permanent=request.get("Permanent", False), now=call.now)
    return {}


@operation("AdminResetUserPassword")
def admin_reset_user_password(request: AdminResetUserPasswordRequest, call: Call) -> AdminResetUserPasswordResponse:
    """Make a user choose a new password, with a code that is sent to them.

    Raises:
        ResourceNotFoundException: no such pool.
        UserNotFoundException: no such user in the pool.
        NotAuthorizedException: disabled, or in a state without a password of their own.
        InvalidParameterException: no verified address.
    Source: AWS API_AdminResetUserPassword.
    """
    password_reset.require_reset(lookups.user_in_pool_of(request), origin=call.origin, now=call.now)
    return {}


@operation("AdminEnableUser")
def admin_enable_user(request: AdminEnableUserRequest, call: Call) -> AdminEnableUserResponse:
    """Let a disabled user sign in again.

    Raises:
        ResourceNotFoundException: no such pool.
        UserNotFoundException: no such user in the pool.
    Source: AWS API_AdminEnableUser.
    """
    users.enable(lookups.user_in_pool_of(request), now=call.now)
    return {}


@operation("AdminDisableUser")
def admin_disable_user(request: AdminDisableUserRequest, call: Call) -> AdminDisableUserResponse:
    """Keep a user from signing in and end all sessions.

    Raises:
        ResourceNotFoundException: no such pool.
        UserNotFoundException: no such user in the pool.
    Source: AWS API_AdminDisableUser.
    """
    users.disable(lookups.user_in_pool_of(request), now=call.now)
    return {}


@operation("AdminUserGlobalSignOut")
def admin_user_global_sign_out(request: AdminUserGlobalSignOutRequest, call: Call) -> AdminUserGlobalSignOutResponse:
    """End all sessions of a user.

    Raises:
        ResourceNotFoundException: no such pool.
        UserNotFoundException: no such user in the pool.
    Source: AWS API_AdminUserGlobalSignOut.
    """
    sign_out.everywhere(lookups.user_in_pool_of(request), origin=call.origin, now=call.now)
    return {}


@operation("AdminDeleteUser")
def admin_delete_user(request: AdminDeleteUserRequest, call: Call) -> None:
    """Delete a user and everything that is theirs.

    Raises:
        ResourceNotFoundException: no such pool.
        UserNotFoundException: no such user in the pool.
        InvalidParameterException: records of other apps do not allow it.
    Source: AWS API_AdminDeleteUser.
    """
    users.delete(lookups.user_in_pool_of(request))


@operation("DeleteUser")
def delete_user(request: DeleteUserRequest, call: Call) -> None:
    """Delete one's own account.

    Raises:
        NotAuthorizedException: a bad token.
        InvalidParameterException: records of other apps do not allow it.
    Source: AWS API_DeleteUser.
    """
    bearer = lookups.bearer_of(request, call)
    users.delete(bearer.user, client_id=bearer.client_id)
