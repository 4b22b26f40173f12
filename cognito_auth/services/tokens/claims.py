"""What stands in the ID and access tokens of a user.

Source: AWS "Understanding user pool JSON web tokens", "Adding groups to a user pool"; OpenID Connect
Core 2 and 5.1.
"""

import base64
import datetime
import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, F

from cognito_auth.choices import TokenUse
from cognito_auth.models import AbstractCognitoUser, TokenFamily, UserPoolClient, UserPoolGroup
from cognito_auth.models.compiled import CompiledQuery, Parameter
from cognito_auth.services import linked_identities
from cognito_auth.services.attributes import permissions, values
from cognito_auth.services.tokens import assurance, scopes
from cognito_auth.services.tokens.issuer import issuer_of

_FLAGS = ("email_verified", "phone_number_verified")
# Tells tokens of the authorization server from those of sign-ins through the API. Observed.
OAUTH_VERSION = 2
_GROUPS = CompiledQuery(
    lambda: UserPoolGroup.objects.filter(memberships__user=Parameter("user_id", BigIntegerField())).order_by(
        F("precedence").asc(nulls_last=True), "name"
    )
)


@dataclass(frozen=True, slots=True)
class ClaimSets:
    """The claims of an ID token and an access token that are issued together."""

    id_token: dict[str, Any]
    access_token: dict[str, Any]


def build(
    user: AbstractCognitoUser, client: UserPoolClient, family: TokenFamily, *, now: datetime.datetime
) -> ClaimSets:
    """Return the claims of one issue event; groups are read afresh, attributes are those of ``user``.

    Of a family that began at the authorization endpoint, the scopes say which attributes the ID token has.
    """
    groups = groups_of(user)
    # Rounded down: verifiers refuse tokens from the future.
    issued_at = int(now.timestamp())
    is_revocable = client.enable_token_revocation or client.refresh_token_rotation
    shared: dict[str, Any] = {
        "sub": str(user.sub),
        "iss": issuer_of(client.pool_id),
        "event_id": new_event_id(family.token_epoch),
        "auth_time": int(family.authenticated_at.timestamp()),
        "iat": issued_at,
    }
    shared |= assurance.claims_of(client.pool, family.amr)
    if groups:
        shared["cognito:groups"] = [group.name for group in groups]
    if is_revocable:
        shared["origin_jti"] = str(family.origin_jti)
    id_token = {
        **_attributes(user, client, family),
        **shared,
        **_roles(groups),
        "aud": client.pk,
        "token_use": TokenUse.ID.value,
        "cognito:username": user.username,
        "exp": issued_at + client.id_token_seconds,
    }
    access_token = {
        **shared,
        "client_id": client.pk,
        "token_use": TokenUse.ACCESS.value,
        "username": user.username,
        "scope": family.scope,
        "exp": issued_at + client.access_token_seconds,
    }
    if family.is_oauth:
        access_token["version"] = OAUTH_VERSION
    if family.audience:
        access_token["aud"] = family.audience
    identities = linked_identities.of(user)
    if identities:
        id_token["identities"] = linked_identities.as_claim(identities)
    if family.device_key:
        access_token["device_key"] = family.device_key
    if is_revocable:
        id_token["jti"], access_token["jti"] = str(uuid.uuid4()), str(uuid.uuid4())
    return ClaimSets(id_token, access_token)


def hash_of(access_token: str) -> str:
    """Return ``at_hash`` for an access token. Source: OpenID Connect Core 3.1.3.6."""
    digest = hashlib.sha256(access_token.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


def groups_of(user: AbstractCognitoUser) -> list[UserPoolGroup]:
    """Return the user's groups, the lowest precedence first, those without one last, then by name.

    No query for a user that was loaded with ``is_in_groups`` (see ``user_names.find``) and has none.
    """
    if getattr(user, "is_in_groups", None) is False:
        return []
    return _GROUPS.all(user_id=user.pk)


def new_event_id(token_epoch: int) -> str:
    """Return a fresh random UUID that also tells, to :func:`is_of_epoch`, the user's epoch.

    Tokens without ``origin_jti`` name no family, and their ``iat`` has whole seconds only: this tells
    a token from before a sign-out from one after it in the same second.
    """
    data = uuid.uuid4().bytes
    return str(uuid.UUID(bytes=data[:14] + (_mask_of(data) ^ (token_epoch & 0xFFFF)).to_bytes(2, "big")))


def is_of_epoch(event_id: str, token_epoch: int) -> bool:
    """Tell whether an event id was made in the user's epoch (of the last 65,536)."""
    try:
        data = uuid.UUID(event_id).bytes
    except ValueError:
        return False
    return _mask_of(data) ^ int.from_bytes(data[14:], "big") == token_epoch & 0xFFFF


def _mask_of(data: bytes) -> int:
    return int.from_bytes(data[:2], "big") ^ int.from_bytes(data[2:4], "big")


def _roles(groups: Sequence[UserPoolGroup]) -> dict[str, Any]:
    """Return the role claims: all roles, and the one to prefer unless the first groups disagree."""
    roles = list(dict.fromkeys(group.role_arn for group in groups if group.role_arn))
    if not roles:
        return {}
    candidates = {group.role_arn for group in groups if group.precedence == groups[0].precedence}
    preferred = candidates.pop() if len(candidates) == 1 else ""
    return {"cognito:roles": roles, "cognito:preferred_role": preferred} if preferred else {"cognito:roles": roles}


def _attributes(user: AbstractCognitoUser, client: UserPoolClient, family: TokenFamily) -> dict[str, Any]:
    """Return the attributes that the client may read, in the types of OpenID Connect."""
    attributes: dict[str, Any] = dict(values.to_claims(user, permissions.readable_names(client)))
    if family.is_oauth:
        attributes = {name: attributes[name] for name in scopes.attribute_names(family.scope, attributes)}
    for flag in _FLAGS:
        if flag in attributes:
            attributes[flag] = attributes[flag] == "true"
    if "address" in attributes:
        attributes["address"] = {"formatted": attributes["address"]}
    if user.updated_at is not None and "updated_at" in attributes:
        attributes["updated_at"] = user.updated_at
    return attributes
