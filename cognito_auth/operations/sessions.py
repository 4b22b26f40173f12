"""User sessions: listing and ending them, and the settings about them, of pools and app clients."""

from cognito_auth.models import UserPool, UserPoolClient
from cognito_auth.operations import lookups, representations
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import (
    AdminListUserSessionsRequest,
    AdminListUserSessionsResponse,
    AdminRevokeUserSessionRequest,
    AdminRevokeUserSessionResponse,
    GetUserPoolClientSessionConfigurationRequest,
    GetUserPoolClientSessionConfigurationResponse,
    GetUserPoolSessionConfigurationRequest,
    GetUserPoolSessionConfigurationResponse,
    ListUserSessionsRequest,
    ListUserSessionsResponse,
    RevokeUserSessionRequest,
    RevokeUserSessionResponse,
    SetUserPoolClientSessionConfigurationRequest,
    SetUserPoolClientSessionConfigurationResponse,
    SetUserPoolSessionConfigurationRequest,
    SetUserPoolSessionConfigurationResponse,
)
from cognito_auth.services import sessions


@operation("ListUserSessions")
def list_user_sessions(request: ListUserSessionsRequest, call: Call) -> ListUserSessionsResponse:
    """List one's own sessions, browsers first, then the newest first; the one in use is marked.

    Raises:
        InvalidParameterException: the token for the page is not good.
        OperationNotEnabledException: a strict pool does not track sessions.
    Source: AWS API_ListUserSessions.
    """
    bearer = lookups.bearer_of(request, call)
    page = sessions.page_of(bearer.user, token=request.get("NextToken"), now=call.now)
    response: ListUserSessionsResponse = {
        "Sessions": [
            representations.session_description_type(session, current=bearer.family_id) for session in page.items
        ]
    }
    if page.next_token is not None:
        response["NextToken"] = page.next_token
    return response


@operation("AdminListUserSessions")
def admin_list_user_sessions(request: AdminListUserSessionsRequest, call: Call) -> AdminListUserSessionsResponse:
    """List a user's sessions, browsers first, then the newest first.

    Raises:
        ResourceNotFoundException: no such pool.
        UserNotFoundException: no such user in the pool.
        InvalidParameterException: the token for the page is not good.
        OperationNotEnabledException: a strict pool does not track sessions.
    Source: AWS API_AdminListUserSessions.
    """
    user = lookups.user_in_pool_of(request)
    page = sessions.page_of(user, token=request.get("NextToken"), now=call.now)
    response: AdminListUserSessionsResponse = {
        "Sessions": [representations.session_description_type(session) for session in page.items]
    }
    if page.next_token is not None:
        response["NextToken"] = page.next_token
    return response


@operation("RevokeUserSession")
def revoke_user_session(request: RevokeUserSessionRequest, call: Call) -> RevokeUserSessionResponse:
    """End another of one's own sessions.

    Raises:
        ResourceNotFoundException: there is no such session.
        InvalidParameterException: it is the one in use.
        OperationNotEnabledException: a strict pool does not track sessions.
    Source: AWS API_RevokeUserSession.
    """
    bearer = lookups.bearer_of(request, call)
    sessions.end(
        bearer.user,
        request["SessionId"],
        current=bearer.family_id,
        with_linked=request.get("RevokeAssociatedSessions") == "LINKED",
        origin=call.origin,
        now=call.now,
    )
    return {}


@operation("AdminRevokeUserSession")
def admin_revoke_user_session(request: AdminRevokeUserSessionRequest, call: Call) -> AdminRevokeUserSessionResponse:
    """End one session of a user.

    Raises:
        ResourceNotFoundException: no such pool or session.
        UserNotFoundException: no such user in the pool.
        OperationNotEnabledException: a strict pool does not track sessions.
    Source: AWS API_AdminRevokeUserSession.
    """
    user = lookups.user_in_pool_of(request)
    sessions.end(
        user,
        request["SessionId"],
        with_linked=request.get("RevokeAssociatedSessions") == "LINKED",
        origin=call.origin,
        now=call.now,
    )
    return {}


@operation("GetUserPoolSessionConfiguration")
def get_user_pool_session_configuration(
    request: GetUserPoolSessionConfigurationRequest, call: Call
) -> GetUserPoolSessionConfigurationResponse:
    """Show whether a pool limits sessions, and to how many.

    Raises:
        ResourceNotFoundException: no such pool.
    Source: AWS API_GetUserPoolSessionConfiguration.
    """
    return _of_pool(lookups.user_pool_of(request))


@operation("SetUserPoolSessionConfiguration")
def set_user_pool_session_configuration(
    request: SetUserPoolSessionConfigurationRequest, call: Call
) -> SetUserPoolSessionConfigurationResponse:
    """Set whether a pool limits sessions, and to how many.

    Raises:
        ResourceNotFoundException: no such pool.
        FeatureUnavailableInTierException: a strict pool of the LITE tier.
    Source: AWS API_SetUserPoolSessionConfiguration.
    """
    pool = lookups.user_pool_of(request)
    sessions.configure_pool(
        pool,
        is_tracked=request["UserSessionTracking"] == "ENABLED",
        max_per_user=request["TokenSession"]["MaxPerUser"],
        now=call.now,
    )
    response: SetUserPoolSessionConfigurationResponse = _of_pool(pool)
    return response


@operation("GetUserPoolClientSessionConfiguration")
def get_user_pool_client_session_configuration(
    request: GetUserPoolClientSessionConfigurationRequest, call: Call
) -> GetUserPoolClientSessionConfigurationResponse:
    """Show for how long a client signs people in again without asking.

    Raises:
        ResourceNotFoundException: no such pool, or no such client in it.
    Source: AWS API_GetUserPoolClientSessionConfiguration.
    """
    return _of_client(lookups.client_of(request, lookups.user_pool_of(request)))


@operation("SetUserPoolClientSessionConfiguration")
def set_user_pool_client_session_configuration(
    request: SetUserPoolClientSessionConfigurationRequest, call: Call
) -> SetUserPoolClientSessionConfigurationResponse:
    """Set for how long a client signs people in again without asking.

    Raises:
        ResourceNotFoundException: no such pool, or no such client in it.
        OperationNotEnabledException: a strict pool does not track sessions.
        FeatureUnavailableInTierException: a strict pool of the LITE tier.
    Source: AWS API_SetUserPoolClientSessionConfiguration.
    """
    client = lookups.client_of(request, lookups.user_pool_of(request))
    sessions.configure_client(client, sso_minutes=request["SSOSession"]["MaxValidityMinutes"], now=call.now)
    response: SetUserPoolClientSessionConfigurationResponse = _of_client(client)
    return response


def _of_pool(pool: UserPool) -> GetUserPoolSessionConfigurationResponse:
    return {
        "UserPoolId": pool.pk,
        "UserSessionTracking": "ENABLED" if sessions.is_tracked(pool) else "DISABLED",
        "TokenSession": {"MaxPerUser": sessions.max_per_user(pool)},
    }


def _of_client(client: UserPoolClient) -> GetUserPoolClientSessionConfigurationResponse:
    return {
        "UserPoolId": client.pool_id,
        "ClientId": client.pk,
        "SSOSession": {"MaxValidityMinutes": sessions.sso_minutes(client)},
    }
