"""New tokens for a refresh token, with or without rotation.

Source: AWS API_GetTokensFromRefreshToken, RefreshTokenRotationType; RFC 9700 4.14.2.
"""

import datetime

from django.db import router, transaction
from django.db.models import CharField, Exists, OuterRef

from cognito_auth import crypto, reasons
from cognito_auth.models import (
    AbstractCognitoUser,
    GroupMembership,
    LinkedIdentity,
    RefreshToken,
    TokenFamily,
    UserPoolClient,
)
from cognito_auth.models.compiled import CompiledQuery, Parameter
from cognito_auth.services import devices, remembered_clients, sessions
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.tokens import issue
from cognito_auth.services.tokens.issue import IssuedTokens
from cognito_auth.services.triggers.pre_token_generation import REFRESH_TOKENS, Issue

_BY_HASH = CompiledQuery(
    lambda: (
        RefreshToken.objects.filter(token_hash=Parameter("token_hash", CharField()))
        .select_related("family__user")
        .annotate(is_in_groups=Exists(GroupMembership.objects.filter(user=OuterRef("family__user"))))
        .annotate(has_identities=Exists(LinkedIdentity.objects.filter(user=OuterRef("family__user"))))
        .annotate(**remembered_clients.versions("family__client__"))
    )
)


def refresh(
    client: UserPoolClient,
    refresh_token: str,
    *,
    now: datetime.datetime,
    rotation_allowed: bool,
    device_key: str | None = None,
    origin: RequestOrigin | None = None,
    found: RefreshToken | None = None,
) -> IssuedTokens:
    """Exchange a refresh token; authentication time, family and scopes stay as they were.

    A client that rotates gets a new refresh token, which ends when the first would have. The old one
    may be repeated within the client's grace period; after that its reuse ends the family, for somebody
    else has a copy and nobody can tell whose is whose. ``rotation_allowed`` says whether the way in
    can give a new refresh token back. ``found`` is the token's row, if :func:`find_with_client` was asked
    for it already.

    Raises:
        NotAuthorizedException: unknown, of another client, expired, revoked, or the user is disabled; in
            strict pools also without the key of the session's device.
        RefreshTokenReuseException: exchanged before, and the grace period is over.
        InvalidParameterException: the client rotates and the way in does not.
    """
    rotates = client.refresh_token_rotation
    if rotates and not rotation_allowed:
        raise reasons.FLOW_NOT_ENABLED()
    row = _owned_by(client, found or _BY_HASH.first(token_hash=crypto.digest(refresh_token)))
    family, user = row.family, row.family.user
    _check(row, now=now)
    if not devices.is_accepted(client.pool, session_key=family.device_key, given=device_key):
        raise reasons.REFRESH_DEVICE_KEY()
    # Whatever ends the sessions after this line also ends these tokens: they are of the family's epoch.
    occasion = Issue(REFRESH_TOKENS, {} if origin is None else origin.metadata)
    access_token, id_token = issue.sign_pair(user, client, family, occasion=occasion, now=now)
    successor = _rotate(client, row, now=now) if rotates else None
    sessions.note_use(family, origin=origin, now=now)
    return IssuedTokens(access_token, id_token, successor, client.access_token_seconds)


def names_of_owner(client: UserPoolClient, refresh_token: str) -> list[str]:
    """Return the names under which the client may know the token's user, for its secret hash.

    Empty for a token that is unknown or of another client.
    """
    row = _BY_HASH.first(token_hash=crypto.digest(refresh_token))
    if row is None or row.family.client_id != client.pk:
        return []
    user: AbstractCognitoUser = row.family.user
    names = (user.username, str(user.sub), user.email, user.phone_number, user.preferred_username)
    return [name for name in names if name]


def find_with_client(client: UserPoolClient, refresh_token: str) -> RefreshToken | None:
    """Return the row of a refresh token of the client, with the client's versions, or ``None``."""
    row: RefreshToken | None = _BY_HASH.first(token_hash=crypto.digest(refresh_token))
    return row if row is not None and row.family.client_id == client.pk else None


def _owned_by(client: UserPoolClient, row: RefreshToken | None) -> RefreshToken:
    if row is None or row.family.client_id != client.pk:
        raise reasons.REFRESH_TOKEN_INVALID()
    row.family.user.pool = client.pool
    row.family.user.is_in_groups = row.is_in_groups  # type: ignore[attr-defined]
    row.family.user.has_identities = row.has_identities  # type: ignore[attr-defined]
    return row


def _check(row: RefreshToken, *, now: datetime.datetime) -> None:
    family, user = row.family, row.family.user
    if not user.is_active:
        raise reasons.USER_DISABLED()
    if now >= family.expires_at:
        raise reasons.REFRESH_TOKEN_EXPIRED()
    if row.rotated_at is not None and (row.usable_until is None or now >= row.usable_until):
        raise _reused(row, now=now)
    if family.revoked_at is not None or family.token_epoch != user.token_epoch:
        raise reasons.REFRESH_TOKEN_REVOKED()


def _rotate(client: UserPoolClient, row: RefreshToken, *, now: datetime.datetime) -> str:
    """Use up the token and return its successor; one of several exchanges at the same time uses it up."""
    seconds = client.refresh_token_grace_seconds
    # Without grace no moment at all: of two requests the one that arrived first may be the second here.
    usable_until = now + datetime.timedelta(seconds=seconds) if seconds else None
    using = router.db_for_write(TokenFamily)
    stored = RefreshToken.objects.filter(pk=row.pk)
    with transaction.atomic(using=using):
        # First, since it locks the user, as a deletion does first; two orders would wait for each other.
        successor = issue.add_refresh_token(row.family, now=now)
        if successor is None:
            raise reasons.REFRESH_TOKEN_INVALID()
        if stored.filter(rotated_at=None).update(rotated_at=now, usable_until=usable_until):
            return successor
        until = stored.values_list("usable_until", flat=True).first()
        if until is not None and now < until:
            return successor
        transaction.set_rollback(True, using=using)
    raise _reused(row, now=now)


def _reused(row: RefreshToken, *, now: datetime.datetime) -> Exception:
    """End the family and return the refusal."""
    TokenFamily.objects.filter(pk=row.family_id, revoked_at=None).update(revoked_at=now)
    return reasons.REFRESH_TOKEN_REUSED()
