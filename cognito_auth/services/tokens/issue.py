"""Issuing tokens after a sign-in: a new family with its refresh token, and the first two JWTs.

Source: AWS API_InitiateAuth, AuthenticationResultType.
"""

import datetime
import secrets
import uuid
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db import connections, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from cognito_auth import crypto, reasons
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import AbstractCognitoUser, RefreshToken, TokenFamily, UserPoolClient
from cognito_auth.models.compiled import CompiledInsert
from cognito_auth.services.tokens import claims, keys, signing

USER_SCOPE = "aws.cognito.signin.user.admin"
_REFRESH_TOKEN_BYTES = 64
_INSERT_REFRESH_TOKEN = CompiledInsert(lambda: RefreshToken)
_insert_family_sql: dict[str, str] = {}


@dataclass(frozen=True, slots=True, repr=False)
class IssuedTokens:
    """Tokens for the client; ``expires_in`` is the access token's life in seconds."""

    access_token: str
    id_token: str | None
    refresh_token: str | None
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

    ``token_epoch`` is the user's when the sign-in began: a sign-out, disabling or deletion since then
    wins, whatever the order in which they reach the database.

    Raises:
        NotAuthorizedException: the user was disabled, deleted or signed out since then.
    """
    family = TokenFamily(
        origin_jti=uuid.uuid4(),
        user_id=user.pk,
        client=client,
        scope=scope,
        authenticated_at=authenticated_at,
        expires_at=now + datetime.timedelta(seconds=client.refresh_token_seconds),
        token_epoch=token_epoch,
    )
    # Signed before anything is written, so that the row locks are short.
    access_token, id_token = sign_pair(user, client, family, now=now)
    with transaction.atomic(using=router.db_for_write(TokenFamily), savepoint=False):
        is_begun = _insert_family(family)
        refresh_token = add_refresh_token(family, now=now) if is_begun else None
    if not is_begun:
        raise _why_not(user)
    return IssuedTokens(access_token, id_token, refresh_token, client.access_token_seconds)


def sign_pair(
    user: AbstractCognitoUser, client: UserPoolClient, family: TokenFamily, *, now: datetime.datetime
) -> tuple[str, str]:
    """Return an access token and an ID token of the family, each signed with the pool's key for it."""
    id_kid, access_kid = keys.active_kids(client.pool, now=now)
    built = claims.build(user, client, family, now=now)
    return signing.sign(built.access_token, access_kid), signing.sign(built.id_token, id_kid)


def add_refresh_token(family: TokenFamily, *, now: datetime.datetime) -> str:
    """Store a new refresh token of the family and return it; it ends with the family."""
    token = secrets.token_urlsafe(_REFRESH_TOKEN_BYTES)
    row = RefreshToken(token_hash=crypto.digest(token), family_id=family.pk, issued_at=now)
    _INSERT_REFRESH_TOKEN.execute(row)
    return token


def _insert_family(family: TokenFamily) -> bool:
    """Insert the family if its user is enabled and of the same epoch, in one statement; tell whether it was."""
    using = router.db_for_write(TokenFamily)
    connection = connections[using]
    sql = _insert_family_sql.get(using)
    if sql is None:
        sql = _insert_family_sql[using] = _build_insert(connection)
    fields = TokenFamily._meta.concrete_fields
    values = [field.get_db_prep_save(getattr(family, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, family.user_id, family.token_epoch])
        return bool(cursor.rowcount == 1)


def _build_insert(connection: BaseDatabaseWrapper) -> str:
    quote = connection.ops.quote_name
    fields = TokenFamily._meta.concrete_fields
    users = get_user_model()._meta
    columns = ", ".join(quote(str(field.column)) for field in fields)
    is_postgresql = connection.vendor == "postgresql"
    # In a SELECT, PostgreSQL does not take the types of parameters from the table.
    values = ", ".join(f"CAST(%s AS {field.db_type(connection)})" if is_postgresql else "%s" for field in fields)
    condition = " AND ".join(
        (
            f"{quote(str(users.pk.column))} = %s",
            f"{quote(str(users.get_field('token_epoch').column))} = %s",
            quote(str(users.get_field("is_active").column)),
        )
    )
    # A deletion at the same time waits and then finds the family, or has happened and leaves no row.
    lock = " FOR KEY SHARE" if is_postgresql else ""
    return (
        f"INSERT INTO {quote(TokenFamily._meta.db_table)} ({columns})"  # noqa: S608  (names only)
        f" SELECT {values} FROM {quote(users.db_table)} WHERE {condition}{lock}"
    )


def _why_not(user: AbstractCognitoUser) -> CognitoError:
    is_active = type(user)._default_manager.filter(pk=user.pk).values_list("is_active", flat=True).first()
    return reasons.USER_DISABLED() if is_active is False else reasons.INCORRECT_USERNAME_OR_PASSWORD()
