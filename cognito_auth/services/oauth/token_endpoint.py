"""The token endpoint: which grant a form asks for. Source: RFC 6749 3.2, 4."""

import datetime
from collections.abc import Mapping

from cognito_auth.models import UserPool
from cognito_auth.services.oauth import client_authentication, errors
from cognito_auth.services.oauth.errors import OAuthError
from cognito_auth.services.oauth.grants import Grant, TokenRequest
from cognito_auth.services.oauth.grants.authorization_code import AuthorizationCodeGrant
from cognito_auth.services.oauth.grants.client_credentials import ClientCredentialsGrant
from cognito_auth.services.oauth.grants.device_code import DeviceCodeGrant
from cognito_auth.services.oauth.grants.refresh_token import RefreshTokenGrant
from cognito_auth.services.oauth.grants.token_exchange import TokenExchangeGrant
from cognito_auth.services.request_origin import RequestOrigin

_GRANTS: tuple[Grant, ...] = (
    AuthorizationCodeGrant(),
    RefreshTokenGrant(),
    ClientCredentialsGrant(),
    TokenExchangeGrant(),
    DeviceCodeGrant(),
)
_BY_NAME = {grant.name: grant for grant in _GRANTS}
GRANT_TYPES = tuple(_BY_NAME)


def read(
    pool: UserPool, authorization: str, fields: Mapping[str, str], *, origin: RequestOrigin, now: datetime.datetime
) -> TokenRequest:
    """Return what a form with this ``Authorization`` header asks for; its client has proved itself.

    Raises:
        OAuthError: no grant, or no client of the pool.
    """
    if not fields.get("grant_type"):
        raise OAuthError(errors.INVALID_REQUEST, "grant_type is missing.", shown=False)
    # Clients with a wrong secret learn nothing more than that.
    client = client_authentication.authenticate(pool, authorization, fields)
    return TokenRequest(client, fields, origin, now)


def exchange(request: TokenRequest) -> Mapping[str, str | int]:
    """Return the members of the answer.

    Raises:
        OAuthError: refused.
        TriggerError: the pre token generation trigger refused or failed.
    """
    name = request.required("grant_type")
    grant = _BY_NAME.get(name)
    if grant is None:
        raise OAuthError(errors.UNSUPPORTED_GRANT_TYPE, f"{name[:64]} is not offered.", shown=False)
    return grant.exchange(request)
