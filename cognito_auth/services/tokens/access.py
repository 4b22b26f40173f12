"""Whose access token this is, for operations that take one: the token's check and one query.

The query that loads the user also tells whether the session has ended: its family is revoked, the
user has signed out everywhere since, or is disabled.
Source: AWS API_GetUser; the messages are those of real pools.
"""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import CharField, F, FilteredRelation, Q, UUIDField

from cognito_auth import reasons
from cognito_auth.choices import TokenUse, UserStatus
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import AbstractCognitoUser, UserPoolClient
from cognito_auth.models.compiled import CompiledQuery, Parameter
from cognito_auth.services import user_pool_clients
from cognito_auth.services.tokens import verify
from cognito_auth.services.tokens.issue import USER_SCOPE


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom an access token stands for.

    Attributes:
        read_attributes: the app client's list of readable attributes, ``None`` for all.
    """

    user: AbstractCognitoUser
    client_id: str
    claims: Mapping[str, Any]
    family_id: uuid.UUID | None
    read_attributes: Sequence[str] | None = None

    @property
    def client(self) -> UserPoolClient:
        """The app client that the token was issued to, by a query of its own."""
        return user_pool_clients.get(self.client_id, pool=self.user.pool)


_BY_FAMILY = CompiledQuery(
    lambda: (
        get_user_model()
        ._default_manager.filter(sub=Parameter("sub", UUIDField()))
        .select_related("pool")
        .annotate(
            family=FilteredRelation(
                "token_families", condition=Q(token_families__origin_jti=Parameter("family_id", UUIDField()))
            ),
            family_epoch=F("family__token_epoch"),
            family_revoked_at=F("family__revoked_at"),
            client=FilteredRelation(
                "pool__clients", condition=Q(pool__clients__id=Parameter("client_id", CharField()))
            ),
            client_found=F("client__id"),
            client_read_attributes=F("client__read_attributes"),
        )
    )
)
_NO_FAMILY = uuid.UUID(int=0)


def authenticate(access_token: str, *, now: datetime.datetime) -> Bearer:
    """Return whom the token stands for, while their session lasts.

    Raises:
        NotAuthorizedException: not an access token of ours, ended, revoked, without the scope, or the
            user is disabled.
        UserNotFoundException: the user was deleted.
        UserNotConfirmedException, PasswordResetRequiredException: what has to be done first.
    """
    claims = _verified_claims(access_token, now=now)
    bearer = _load(claims)
    if USER_SCOPE not in str(claims.get("scope", "")).split(" "):
        raise reasons.ACCESS_TOKEN_SCOPES()
    if bearer.user.status == UserStatus.UNCONFIRMED:
        raise reasons.USER_NOT_CONFIRMED()
    if bearer.user.status == UserStatus.RESET_REQUIRED:
        raise reasons.PASSWORD_RESET_REQUIRED()
    return bearer


def _verified_claims(access_token: str, *, now: datetime.datetime) -> Mapping[str, Any]:
    try:
        token = verify.verify(access_token, now=now.timestamp())
    except verify.TokenRefused as error:
        raise _refusal(error) from None
    if token.claims["token_use"] != TokenUse.ACCESS:
        raise reasons.ACCESS_TOKEN_INVALID()
    return token.claims


def _refusal(error: verify.TokenRefused) -> CognitoError:
    if isinstance(error, verify.ExpiredToken):
        return reasons.ACCESS_TOKEN_EXPIRED()
    if isinstance(error, verify.WrongSignature):
        return reasons.ACCESS_TOKEN_SIGNATURE()
    return reasons.ACCESS_TOKEN_INVALID()


def _load(claims: Mapping[str, Any]) -> Bearer:
    family_id = uuid.UUID(claims["origin_jti"]) if "origin_jti" in claims else None
    user = _BY_FAMILY.first(sub=_subject(claims), family_id=family_id or _NO_FAMILY, client_id=claims["client_id"])
    if user is None:
        raise reasons.USER_NOT_FOUND()
    if not user.is_active:
        raise reasons.USER_DISABLED()
    # A client that was deleted took its sessions along.
    if has_ended(user, claims) or user.client_found is None:
        raise reasons.ACCESS_TOKEN_REVOKED()
    return Bearer(user, claims["client_id"], claims, family_id, user.client_read_attributes)


def _subject(claims: Mapping[str, Any]) -> uuid.UUID:
    try:
        return uuid.UUID(claims["sub"])
    except ValueError:
        # A machine's token: its subject is an app client.
        raise reasons.ACCESS_TOKEN_INVALID() from None


def has_ended(user: Any, claims: Mapping[str, Any]) -> bool:
    """Tell whether the session of a token has ended; ``user`` comes from a query of this module."""
    if "origin_jti" in claims:
        return user.family_revoked_at is not None or user.family_epoch != user.token_epoch
    # Without a family only the time tells. Both are cut to seconds, so the second of the sign-out counts.
    revoked_at = user.tokens_revoked_at
    return revoked_at is not None and claims["iat"] <= int(revoked_at.timestamp())
