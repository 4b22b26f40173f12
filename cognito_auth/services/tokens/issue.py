"""Issuing tokens after a sign-in: a new family with its refresh token, and the first two JWTs.

Source: AWS API_InitiateAuth, AuthenticationResultType.
"""

import datetime
import secrets
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cognito_auth import crypto, reasons
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import AbstractCognitoUser, RefreshToken, TokenFamily, UserPoolClient
from cognito_auth.models.statements import CompiledInsert, OnlyIf, Statement, execute_at_once, execute_together
from cognito_auth.services import auth_events, sessions
from cognito_auth.services.devices import NewDevice
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.tokens import claims, keys, scopes, signing
from cognito_auth.services.triggers import pre_token_generation
from cognito_auth.services.triggers.pre_token_generation import Issue

USER_SCOPE = scopes.USER
_REFRESH_TOKEN_BYTES = 64
_INSERT_REFRESH_TOKEN = CompiledInsert(lambda: RefreshToken)
_INSERT_FAMILY = CompiledInsert(lambda: TokenFamily)
_FAMILY_COLUMNS = tuple(field.attname for field in TokenFamily._meta.concrete_fields)


@dataclass(frozen=True, slots=True, repr=False)
class IssuedTokens:
    """Tokens for the client; ``expires_in`` is the access token's life in seconds."""

    access_token: str
    id_token: str | None
    refresh_token: str | None
    expires_in: int
    token_type: str = "Bearer"
    new_device: NewDevice | None = None
    family_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Authorization:
    """What tokens of the authorization endpoint carry besides. Source: OpenID Connect Core 3.1.2.1; RFC 8707.

    Attributes:
        scope: separated by spaces.
        nonce: as the client sent it, for the first ID token.
        audience: who else may take the access tokens.
        has_refresh_token: not for tokens that come back through the browser.
        browser_session_id: of the single sign-on session behind it, if there is one.
    """

    scope: str
    nonce: str = ""
    audience: str = ""
    has_refresh_token: bool = True
    browser_session_id: str | None = None


def issue(
    user: AbstractCognitoUser,
    client: UserPoolClient,
    *,
    authenticated_at: datetime.datetime,
    token_epoch: int,
    now: datetime.datetime,
    authorization: Authorization | None = None,
    amr: Sequence[str] = (),
    device: NewDevice | str = "",
    origin: RequestOrigin | None = None,
    occasion: Issue = Issue(),  # noqa: B008  frozen
    accompany: Callable[[OnlyIf], Sequence[Statement]] = lambda _family: (),
) -> IssuedTokens:
    """Begin a token family for a user who has proved who they are.

    ``token_epoch`` is the user's when the sign-in began: a sign-out, disabling or deletion since then
    wins, whatever the order in which they reach the database. ``authorization`` is of sign-ins that began at
    the authorization endpoint. ``amr`` says how the person proved who they
    are, ``device`` what they sign in from; ``origin`` is noted, for them to recognise the session.
    ``occasion`` is what the pre token generation trigger is told. ``accompany`` says what else to write in
    the same transaction, given the condition under which all of it is written.

    Raises:
        NotAuthorizedException: the user was disabled, deleted or signed out since then.
    """
    family = TokenFamily(
        origin_jti=uuid.uuid4(),
        user_id=user.pk,
        client=client,
        scope=USER_SCOPE if authorization is None else authorization.scope,
        is_oauth=authorization is not None,
        audience="" if authorization is None else authorization.audience,
        browser_session_id=None if authorization is None else authorization.browser_session_id,
        authenticated_at=authenticated_at,
        expires_at=now + datetime.timedelta(seconds=client.refresh_token_seconds),
        token_epoch=token_epoch,
        amr=list(amr),
        device_key=device if isinstance(device, str) else device.key,
        ip_address=None if origin is None else origin.ip_address,
        user_agent="" if origin is None else auth_events.printable(origin.user_agent),
    )
    # Signed before anything is written, so that the row locks are short.
    nonce = "" if authorization is None else authorization.nonce
    access_token, id_token = sign_pair(user, client, family, nonce=nonce, occasion=occasion, now=now)
    has_refresh_token = authorization is None or authorization.has_refresh_token
    refresh_token = secrets.token_urlsafe(_REFRESH_TOKEN_BYTES) if has_refresh_token else None
    # A deletion at the same time waits and then finds the family, or has happened and leaves no row.
    living_user = OnlyIf(type(user), {"id": user.pk, "token_epoch": token_epoch, "is_active": True}, locked=True)
    refresh_tokens = (
        []
        if refresh_token is None
        else [_insert_refresh_token(refresh_token, family.origin_jti, only_if=living_user, now=now)]
    )
    before, behind = sessions.limit_statements(user, client.pool, token_epoch=token_epoch, now=now)
    written = execute_at_once(
        [
            *before,
            _INSERT_FAMILY.row(_columns_of(family), only_if=living_user),
            *refresh_tokens,
            *accompany(living_user),
            *behind,
        ],
        # A session that a crash swallows is refused like a revoked one: the person signs in again.
        is_unhurried=True,
    )
    if not written[len(before)]:
        raise _why_not(user)
    new_device = None if isinstance(device, str) else device
    return IssuedTokens(
        access_token,
        id_token,
        refresh_token,
        client.access_token_seconds,
        new_device=new_device,
        family_id=family.origin_jti,
    )


def sign_pair(
    user: AbstractCognitoUser,
    client: UserPoolClient,
    family: TokenFamily,
    *,
    nonce: str = "",
    occasion: Issue = Issue(),  # noqa: B008  frozen
    now: datetime.datetime,
) -> tuple[str, str | None]:
    """Return an access token and an ID token of the family, each signed with the pool's key for it.

    No ID token where the scopes of the authorization give none.
    """
    id_kid, access_kid = keys.active_kids(client.pool, now=now)
    built = claims.build(user, client, family, now=now)
    if nonce:
        built.id_token["nonce"] = nonce
    pre_token_generation.change(built.id_token, built.access_token, user=user, client=client, issue=occasion)
    access_token = signing.sign(built.access_token, access_kid)
    if family.is_oauth:
        if not scopes.gives_id_token(family.scope):
            return access_token, None
        built.id_token["at_hash"] = claims.hash_of(access_token)
    return access_token, signing.sign(built.id_token, id_kid)


def add_refresh_token(family: TokenFamily, *, now: datetime.datetime) -> str | None:
    """Store a new refresh token of the family and return it; it ends with the family.

    ``None`` if the user was deleted meanwhile.
    """
    token = secrets.token_urlsafe(_REFRESH_TOKEN_BYTES)
    # A deletion at the same time waits and then finds the token, or has happened.
    owner = OnlyIf(type(family.user), {"id": family.user_id}, locked=True)
    added = execute_together([_insert_refresh_token(token, family.pk, only_if=owner, now=now)])[0].rowcount
    return token if added else None


def _columns_of(family: TokenFamily) -> dict[str, Any]:
    return {name: family.__dict__[name] for name in _FAMILY_COLUMNS}


def _insert_refresh_token(token: str, family_id: uuid.UUID, *, only_if: OnlyIf, now: datetime.datetime) -> Statement:
    row = {
        "token_hash": crypto.digest(token),
        "family_id": family_id,
        "issued_at": now,
        "rotated_at": None,
        "usable_until": None,
    }
    return _INSERT_REFRESH_TOKEN.row(row, only_if=only_if)


def _why_not(user: AbstractCognitoUser) -> CognitoError:
    is_active = type(user)._default_manager.filter(pk=user.pk).values_list("is_active", flat=True).first()
    return reasons.USER_DISABLED() if is_active is False else reasons.INCORRECT_USERNAME_OR_PASSWORD()
