"""What an access token tells about its person. Source: OpenID Connect Core 5.3; AWS "userInfo endpoint"."""

import datetime
from typing import Any

from cognito_auth.choices import TokenUse
from cognito_auth.services import linked_identities
from cognito_auth.services.attributes import permissions, values
from cognito_auth.services.tokens import errors, live, scopes
from cognito_auth.services.tokens.verify import verify

_ACCESS = frozenset({TokenUse.ACCESS.value})


class TokenNotAccepted(Exception):
    """The token gives nothing here; why is for the log."""


def of(user_pool_id: str, access_token: str, *, now: datetime.datetime) -> dict[str, Any]:
    """Return the attributes that the token's scopes and its client's rights give; one query.

    Raises:
        TokenNotAccepted: invalid, expired, revoked, of another pool, of a machine, or without ``openid``.
    """
    try:
        token = verify(access_token, now=now, token_use=_ACCESS)
        if not token.is_own or token.is_machine or token.pool_id != user_pool_id:
            raise TokenNotAccepted("Of another pool, or of a machine.")
        if scopes.OPENID not in token.scopes:
            raise TokenNotAccepted("Without the scope openid.")
        user: Any = live.user_of(token, in_full=True)
    except (errors.TokenRefused, errors.KeysUnavailable) as error:
        raise TokenNotAccepted(str(error)) from None
    readable = permissions.readable_in(user.pool, user.client_read_attributes)
    attributes = values.to_claims(user, readable)
    shown = {name: attributes[name] for name in scopes.attribute_names(" ".join(token.scopes), attributes)}
    # Flags are texts here, unlike in the ID token. Observed.
    told: dict[str, Any] = {"sub": str(user.sub), **shown, "username": user.username}
    if "address" in shown:
        told["address"] = {"formatted": shown["address"]}
    if "updated_at" in shown:
        told["updated_at"] = user.updated_at
    identities = linked_identities.of(user)
    if identities:
        told["identities"] = linked_identities.as_attribute(identities)
    return told
