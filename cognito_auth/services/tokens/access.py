"""Whom an access token stands for, for operations that take one as a parameter.

Source: AWS API reference, operations with ``AccessToken``.
"""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cognito_auth import reasons
from cognito_auth.choices import TokenUse, UserStatus
from cognito_auth.models import AbstractCognitoUser, UserPoolClient
from cognito_auth.services import user_pool_clients
from cognito_auth.services.tokens import errors, live
from cognito_auth.services.tokens.issue import USER_SCOPE
from cognito_auth.services.tokens.verified_token import VerifiedToken
from cognito_auth.services.tokens.verify import verify

_ACCESS = frozenset({TokenUse.ACCESS.value})


@dataclass(frozen=True, slots=True)
class Bearer:
    """The user of an access token, with the pool loaded.

    Attributes:
        family_id: the session's ``origin_jti``; ``None`` for clients without revocation.
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


def authenticate(access_token: str, *, now: datetime.datetime) -> Bearer:
    """Return whom an access token of an own pool stands for; one query.

    Raises:
        NotAuthorizedException: invalid, expired, revoked, without the scope, or the user is disabled.
        UserNotFoundException: the user was deleted.
        UserNotConfirmedException, PasswordResetRequiredException: the user has to do that first.
    """
    token = _verified(access_token, now=now)
    if USER_SCOPE not in token.scopes:
        raise reasons.ACCESS_TOKEN_SCOPES()
    user: Any = _user_of(token)
    if user.status == UserStatus.UNCONFIRMED:
        raise reasons.USER_NOT_CONFIRMED()
    if user.status == UserStatus.RESET_REQUIRED:
        raise reasons.PASSWORD_RESET_REQUIRED()
    origin_jti = token.origin_jti
    family_id = None if origin_jti is None else uuid.UUID(origin_jti)
    return Bearer(user, token.client_id, token, family_id, user.client_read_attributes)


def _verified(access_token: str, *, now: datetime.datetime) -> VerifiedToken:
    try:
        token = verify(access_token, now=now, token_use=_ACCESS)
    except errors.TokenExpired:
        raise reasons.ACCESS_TOKEN_EXPIRED() from None
    except errors.BadSignature:
        raise reasons.ACCESS_TOKEN_SIGNATURE() from None
    except (errors.TokenRefused, errors.KeysUnavailable):
        raise reasons.ACCESS_TOKEN_INVALID() from None
    if not token.is_own or token.is_machine:
        raise reasons.ACCESS_TOKEN_INVALID()
    return token


def _user_of(token: VerifiedToken) -> AbstractCognitoUser:
    try:
        return live.user_of(token, in_full=True)
    except errors.UserIsDisabled:
        raise reasons.USER_DISABLED() from None
    except errors.UserGone:
        raise reasons.USER_NOT_FOUND() from None
    except errors.SessionEnded:
        raise reasons.ACCESS_TOKEN_REVOKED() from None
