"""GetTokensFromRefreshToken, RevokeToken, GlobalSignOut."""

from cognito_auth import reasons
from cognito_auth.exceptions import ResourceNotFoundException
from cognito_auth.operations import lookups, representations
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import (
    GetTokensFromRefreshTokenRequest,
    GetTokensFromRefreshTokenResponse,
    GlobalSignOutRequest,
    GlobalSignOutResponse,
    RevokeTokenRequest,
    RevokeTokenResponse,
)
from cognito_auth.services import sign_out, user_pool_clients
from cognito_auth.services.tokens import refresh, revoke


@operation("GetTokensFromRefreshToken")
def get_tokens_from_refresh_token(
    request: GetTokensFromRefreshTokenRequest, call: Call
) -> GetTokensFromRefreshTokenResponse:
    """Exchange a refresh token, with or without rotation. Source: AWS API_GetTokensFromRefreshToken."""
    client = lookups.client_of(request)
    if not user_pool_clients.check_secret(client, request.get("ClientSecret")):
        raise reasons.CLIENT_SECRET_WRONG(client_id=client.pk)
    tokens = refresh.refresh(
        client,
        request["RefreshToken"],
        now=call.now,
        rotation_allowed=True,
        device_key=request.get("DeviceKey"),
        origin=call.origin,
    )
    return {"AuthenticationResult": representations.authentication_result(tokens)}


@operation("RevokeToken")
def revoke_token(request: RevokeTokenRequest, call: Call) -> RevokeTokenResponse:
    """End one session by its refresh token, and the browser's that it came from if it is asked for.

    Source: AWS API_RevokeToken.
    """
    try:
        client = lookups.client_of(request)
    except ResourceNotFoundException:
        # The operation declares no "not found".
        raise reasons.REVOKE_UNAUTHORIZED() from None
    if not user_pool_clients.check_secret(client, request.get("ClientSecret")):
        raise reasons.REVOKE_UNAUTHORIZED()
    with_browser = request.get("RevokeAssociatedSessions") == "LINKED"
    revoke.revoke(client, request["Token"], with_browser=with_browser, now=call.now)
    return {}


@operation("GlobalSignOut")
def global_sign_out(request: GlobalSignOutRequest, call: Call) -> GlobalSignOutResponse:
    """End all of one's sessions. Source: AWS API_GlobalSignOut."""
    bearer = lookups.bearer_of(request, call)
    sign_out.everywhere(bearer.user, client_id=bearer.client_id, origin=call.origin, now=call.now)
    return {}
