"""What stands in the ID and access tokens of a user.

Source: AWS "Understanding user pool JSON web tokens"; OpenID Connect Core 2 and 5.1.
"""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, F

from cognito_auth.choices import TokenUse
from cognito_auth.models import AbstractCognitoUser, TokenFamily, UserPoolClient, UserPoolGroup
from cognito_auth.models.compiled import CompiledQuery, Parameter
from cognito_auth.services.attributes import permissions, values
from cognito_auth.services.tokens.issuer import issuer_of

_FLAGS = ("email_verified", "phone_number_verified")
_GROUPS = CompiledQuery(
    lambda: UserPoolGroup.objects.filter(memberships__user=Parameter("user_id", BigIntegerField())).order_by(
        F("precedence").asc(nulls_last=True), "name"
    )
)


@dataclass(frozen=True, slots=True)
class TokenClaims:
    """The claims of one ID token and one access token that are issued together."""

    id_token: dict[str, Any]
    access_token: dict[str, Any]


def build(
    user: AbstractCognitoUser, client: UserPoolClient, family: TokenFamily, *, now: datetime.datetime
) -> TokenClaims:
    """Return the claims of both tokens of one issue event; groups and attributes are read afresh."""
    groups = _GROUPS.all(user_id=user.pk)
    issued_at = int(now.timestamp())
    shared: dict[str, Any] = {
        "sub": str(user.sub),
        "iss": issuer_of(user.pool_id),
        "event_id": str(uuid.uuid4()),
        "auth_time": int(family.authenticated_at.timestamp()),
        "iat": issued_at,
    }
    if groups:
        shared["cognito:groups"] = [group.name for group in groups]
    if client.enable_token_revocation or client.refresh_token_rotation:
        shared["origin_jti"] = str(family.origin_jti)
    return TokenClaims(
        id_token={
            **shared,
            **_own_jti(shared),
            **_roles(groups),
            **_attributes(user, client),
            "aud": client.pk,
            "token_use": TokenUse.ID.value,
            "cognito:username": user.username,
            "exp": issued_at + client.id_token_seconds,
        },
        access_token={
            **shared,
            **_own_jti(shared),
            "client_id": client.pk,
            "token_use": TokenUse.ACCESS.value,
            "username": user.username,
            "scope": family.scope,
            "exp": issued_at + client.access_token_seconds,
        },
    )


def _own_jti(shared: dict[str, Any]) -> dict[str, str]:
    return {"jti": str(uuid.uuid4())} if "origin_jti" in shared else {}


def _roles(groups: Sequence[UserPoolGroup]) -> dict[str, Any]:
    """Return the role claims: all roles, and the preferred one unless the first groups disagree."""
    roles = list(dict.fromkeys(group.role_arn for group in groups if group.role_arn))
    if not roles:
        return {}
    ranked = [group for group in groups if group.precedence is not None]
    first = {group.role_arn for group in ranked if group.precedence == ranked[0].precedence}
    preferred = first.pop() if len(first) == 1 else ""
    return {"cognito:roles": roles, **({"cognito:preferred_role": preferred} if preferred else {})}


def _attributes(user: AbstractCognitoUser, client: UserPoolClient) -> dict[str, Any]:
    """Return the attributes that the client may read, in the types of OpenID Connect."""
    claims: dict[str, Any] = dict(values.to_wire(user, permissions.readable_names(client)))
    for flag in _FLAGS:
        if flag in claims:
            claims[flag] = claims[flag] == "true"
    if "address" in claims:
        claims["address"] = {"formatted": claims["address"]}
    if "updated_at" in claims:
        claims["updated_at"] = int(claims["updated_at"])
    return claims
