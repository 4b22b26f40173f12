"""Issuing tokens after a sign-in: a new family with its refresh token, and the first two JWTs.

Source: AWS API_InitiateAuth "AuthenticationResult".
"""

import datetime
import secrets
import uuid
from dataclasses import dataclass, field

from django.contrib.auth import get_user_model
from django.db import connections, router, transaction

from cognito_auth import crypto, reasons
from cognito_auth.models import AbstractCognitoUser, RefreshToken, TokenFamily, UserPool, UserPoolClient
from cognito_auth.models.compiled import CompiledInsert
from cognito_auth.services.tokens import claims, keys, signing

USER_SCOPE = "aws.cognito.signin.user.admin"
_REFRESH_TOKEN_BYTES = 96
_INSERT_REFRESH_TOKEN = CompiledInsert(lambda: RefreshToken)


@dataclass(frozen=True, slots=True)
class IssuedTokens:
    """Tokens for the client; ``expires_in`` is the access token's life in seconds."""

    access_token: str = field(repr=False)
    id_token: str | None = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires_in: int
    token_type: str = "Bearer"


def issue(
    user: AbstractCognitoUser,
    client: UserPoolClient,
    *,
    authenticated_at: datetime.datetime,
    token_epoch: int,
    now: datetime.datetime,
    scope: str = USER_SCOPE,
) -> IssuedTokens:
    """Begin a token family for a user who has proved who they are.

    ``token_epoch`` is the user's when the sign-in began.

    Raises:
        NotAuthorizedException: the user was disabled, deleted or signed out since then.
    """
    family = TokenFamily(
        origin_jti=uuid.uuid4(),
        user=user,
        client=client,
        scope=scope,
        authenticated_at=authenticated_at,
        expires_at=now + datetime.timedelta(seconds=client.refresh_token_seconds),
        token_epoch=token_epoch,
    )
    with transaction.atomic():
        if not _insert_family(family):
            raise reasons.INCORRECT_USERNAME_OR_PASSWORD()
        refresh_token = add_refresh_token(family, now=now)
    return sign_pair(user, client, family, refresh_token=refresh_token, now=now)


def _insert_family(family: TokenFamily) -> bool:
    """Insert the family only if its user is still enabled and of the same epoch; tell whether it was."""
    using = router.db_for_write(TokenFamily)
    connection = connections[using]
    quote = connection.ops.quote_name
    fields = TokenFamily._meta.concrete_fields
    columns = ", ".join(quote(str(field.column)) for field in fields)
    values = [field.get_db_prep_save(getattr(family, field.attname), connection) for field in fields]
    # Without a table to take types from, PostgreSQL would read placeholders of a SELECT as text.
    placeholders = ", ".join(
        f"CAST(%s AS {field.db_type(connection)})" if connection.vendor == "postgresql" else "%s" for field in fields
    )
    users = get_user_model()._meta
    sql = (
        f"INSERT INTO {quote(TokenFamily._meta.db_table)} ({columns}) SELECT {placeholders}"  # noqa: S608
        f" FROM {quote(users.db_table)} WHERE {quote(str(users.pk.column))} = %s AND is_active AND token_epoch = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, family.user_id, family.token_epoch])
        return cursor.rowcount == 1


def add_refresh_token(family: TokenFamily, *, now: datetime.datetime) -> str:
    """Store a new refresh token of the family and return it; its life ends with the family."""
    token = secrets.token_urlsafe(_REFRESH_TOKEN_BYTES)
    row = RefreshToken(token_hash=crypto.digest(token), family_id=family.pk, issued_at=now)
    _INSERT_REFRESH_TOKEN.execute(row)
    return token


def sign_pair(
    user: AbstractCognitoUser,
    client: UserPoolClient,
    family: TokenFamily,
    *,
    refresh_token: str | None,
    now: datetime.datetime,
) -> IssuedTokens:
    """Sign an ID and an access token of the family, each with the pool's key for it."""
    id_kid, access_kid = _active_keys(client.pool, now=now)
    built = claims.build(user, client, family, now=now)
    return IssuedTokens(
        access_token=signing.sign(built.access_token, access_kid),
        id_token=signing.sign(built.id_token, id_kid),
        refresh_token=refresh_token,
        expires_in=client.access_token_seconds,
    )


def _active_keys(pool: UserPool, *, now: datetime.datetime) -> tuple[str, str]:
    if not (pool.id_signing_key_id and pool.access_signing_key_id):
        keys.ensure(pool, now=now)
    id_kid, access_kid = pool.id_signing_key_id, pool.access_signing_key_id
    assert id_kid is not None
    assert access_kid is not None
    return id_kid, access_kid
