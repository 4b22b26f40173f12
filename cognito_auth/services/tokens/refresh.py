"""New tokens for a refresh token, with or without rotation.

Source: AWS API_GetTokensFromRefreshToken, RefreshTokenRotationType; RFC 9700 4.14.2.
"""

import datetime

from django.db import transaction
from django.db.models import CharField

from cognito_auth import crypto, reasons
from cognito_auth.models import AbstractCognitoUser, RefreshToken, TokenFamily, UserPoolClient
from cognito_auth.models.compiled import CompiledQuery, Parameter
from cognito_auth.services.tokens import issue
from cognito_auth.services.tokens.issue import IssuedTokens

_BY_HASH = CompiledQuery(
    lambda: RefreshToken.objects.filter(token_hash=Parameter("token_hash", CharField())).select_related("family__user")
)


def refresh(
    client: UserPoolClient, refresh_token: str, *, now: datetime.datetime, rotation_allowed: bool
) -> IssuedTokens:
    """Exchange a refresh token; authentication time, family and scopes stay as they were.

    A client that rotates gets a new refresh token that ends when the first would have; the old one may
    be repeated within the client's grace period, and after that its reuse ends the family.

    Raises:
        NotAuthorizedException: unknown, of another client, expired, revoked, or the user is disabled.
        RefreshTokenReuseException: exchanged before, and the grace period is over.
    """
    row = _load(client, refresh_token, now=now)
    family, user = row.family, row.family.user
    new_token = None
    if client.refresh_token_rotation and rotation_allowed:
        new_token = _rotate(client, row, now=now)
    elif row.rotated_at is not None:
        _check_grace(row, now=now)
    return issue.sign_pair(user, client, family, refresh_token=new_token, now=now)


def _load(client: UserPoolClient, refresh_token: str, *, now: datetime.datetime) -> RefreshToken:
    row: RefreshToken | None = _BY_HASH.first(token_hash=crypto.digest(refresh_token))
    if row is None or row.family.client_id != client.pk:
        raise reasons.REFRESH_TOKEN_INVALID()
    family = row.family
    user = family.user
    user.pool = client.pool
    if family.revoked_at is not None or (user.is_active and family.token_epoch != user.token_epoch):
        raise reasons.REFRESH_TOKEN_REVOKED()
    if not user.is_active:
        raise reasons.USER_DISABLED()
    if family.expires_at <= now:
        raise reasons.REFRESH_TOKEN_EXPIRED()
    return row


def _rotate(client: UserPoolClient, row: RefreshToken, *, now: datetime.datetime) -> str:
    """Use up the token and make its successor; whoever comes second may only within the grace period."""
    usable_until = now + datetime.timedelta(seconds=client.refresh_token_grace_seconds)
    with transaction.atomic():
        first = RefreshToken.objects.filter(pk=row.pk, rotated_at__isnull=True).update(
            rotated_at=now, usable_until=usable_until
        )
        if first:
            return issue.add_refresh_token(row.family, now=now)
    row.refresh_from_db(fields=["rotated_at", "usable_until"])
    _check_grace(row, now=now)
    return issue.add_refresh_token(row.family, now=now)


def _check_grace(row: RefreshToken, *, now: datetime.datetime) -> None:
    if row.usable_until is None or row.usable_until <= now:
        # Somebody else has a copy: neither of the two may go on (RFC 9700 4.14.2).
        TokenFamily.objects.filter(pk=row.family_id, revoked_at__isnull=True).update(revoked_at=now)
        raise reasons.REFRESH_TOKEN_REUSED()


def names_of_owner(client: UserPoolClient, refresh_token: str) -> list[str]:
    """Return the names by which a client may know the token's user, for its secret hash; none if unknown."""
    row: RefreshToken | None = _BY_HASH.first(token_hash=crypto.digest(refresh_token))
    if row is None or row.family.client_id != client.pk:
        return []
    user: AbstractCognitoUser = row.family.user
    names = [user.username, str(user.sub), user.email, user.phone_number, user.preferred_username]
    return [name for name in names if name]
