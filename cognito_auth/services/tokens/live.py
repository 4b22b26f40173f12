"""Whether the session and the user of an own token still are: one query that also loads the user.

A family is alive while it is not revoked and of its user's current epoch. Its end (``expires_at``) is
that of its refresh tokens: an access token that was issued just before lives its whole hour.
"""

import uuid
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import CharField, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, UUIDField

from cognito_auth.models import AbstractCognitoUser, LinkedIdentity, UserPool, UserPoolClient
from cognito_auth.models.compiled import CompiledQuery, Parameter
from cognito_auth.services import user_pool_clients
from cognito_auth.services.tokens import claims, errors
from cognito_auth.services.tokens.verified_token import VerifiedToken


def _of_family() -> Any:
    users: QuerySet[Any] = get_user_model()._default_manager.all()
    return users.filter(token_families__origin_jti=Parameter("origin_jti", UUIDField())).annotate(
        family_epoch=F("token_families__token_epoch"),
        family_revoked_at=F("token_families__revoked_at"),
        client_found=F("token_families__client_id"),
    )


def _of_sub() -> Any:
    users: QuerySet[Any] = get_user_model()._default_manager.all()
    its_client = Q(pool__clients__id=Parameter("client_id", CharField()))
    return users.filter(sub=Parameter("sub", UUIDField())).annotate(
        client=FilteredRelation("pool__clients", condition=its_client), client_found=F("client__id")
    )


_IDENTITIES = Exists(LinkedIdentity.objects.filter(user=OuterRef("pk")))
_RARELY_READ = tuple(f"pool__{name}" for name in UserPool.RARELY_READ)
_BY_FAMILY = CompiledQuery(_of_family)
_BY_SUB = CompiledQuery(_of_sub)
_BY_FAMILY_IN_FULL = CompiledQuery(
    lambda: (
        _of_family()
        .select_related("pool")
        .defer(*_RARELY_READ)
        .annotate(client_read_attributes=F("token_families__client__read_attributes"), has_identities=_IDENTITIES)
    )
)
_BY_SUB_IN_FULL = CompiledQuery(
    lambda: (
        _of_sub()
        .select_related("pool")
        .defer(*_RARELY_READ)
        .annotate(client_read_attributes=F("client__read_attributes"), has_identities=_IDENTITIES)
    )
)
_CLIENT = CompiledQuery(lambda: UserPoolClient.objects.filter(pk=Parameter("client_id", CharField())))


def user_of(token: VerifiedToken, *, in_full: bool = False) -> AbstractCognitoUser:
    """Return the user of a verified own token, in one query.

    ``in_full`` loads the pool too, and the client's list of readable attributes as
    ``client_read_attributes``.

    Raises:
        UserGone: the user was deleted.
        UserIsDisabled: the user was disabled.
        SessionEnded: revoked, signed out everywhere, or the app client was deleted.
    """
    sub = _uuid(token.sub)
    if sub is None:
        raise errors.UserGone("sub is no id of ours.")
    origin_jti = token.origin_jti
    if origin_jti is None:
        by_sub = _BY_SUB_IN_FULL if in_full else _BY_SUB
        user = by_sub.first(sub=sub, client_id=token.client_id)
    else:
        by_family = _BY_FAMILY_IN_FULL if in_full else _BY_FAMILY
        family_id = _uuid(origin_jti)
        user = None if family_id is None else by_family.first(origin_jti=family_id)
        if user is None and _BY_SUB.first(sub=sub, client_id=token.client_id) is not None:
            raise errors.SessionEnded("The session is not known any more.")
    if user is None or user.sub != sub or user.pool_id != token.pool_id:
        raise errors.UserGone("The user does not exist.")
    if not user.is_active:
        raise errors.UserIsDisabled("The user is disabled.")
    if _has_ended(token, user) or not _is_of_living_client(token, user):
        raise errors.SessionEnded("The session has ended.")
    found: AbstractCognitoUser = user
    return found


def check_client(token: VerifiedToken) -> None:
    """Refuse a machine's token whose app client may not get such tokens any more, in one query.

    A secret that was deleted ends no token: secrets are changed without downtime.

    Raises:
        UserGone: there is no such client in the pool.
        UserIsDisabled: the client's setting for tokens of its own was taken away.
    """
    client = _client_of(token)
    if client is None:
        raise errors.UserGone("The app client does not exist.")
    if not user_pool_clients.acts_for_itself(client):
        raise errors.UserIsDisabled("The app client may not act for itself any more.")


def _client_of(token: VerifiedToken) -> UserPoolClient | None:
    client: UserPoolClient | None = None if "\x00" in token.client_id else _CLIENT.first(client_id=token.client_id)
    return client if client is not None and client.pool_id == token.pool_id else None


def _is_of_living_client(token: VerifiedToken, user: Any) -> bool:
    """Tell whether the client that the token was issued to exists."""
    if user.client_found == token.client_id:
        return True
    if token.origin_jti is None:
        return False
    # Derived from a token of the session by another client (``exchange``); one more query.
    client = _client_of(token)
    if client is not None:
        user.client_read_attributes = client.read_attributes
    return client is not None


def _has_ended(token: VerifiedToken, user: Any) -> bool:
    if token.origin_jti is not None:
        return user.family_revoked_at is not None or user.family_epoch != user.token_epoch
    if user.tokens_revoked_at is not None and token["iat"] < int(user.tokens_revoked_at.timestamp()):
        return True
    event_id = token.get("event_id")
    return not (isinstance(event_id, str) and claims.is_of_epoch(event_id, user.token_epoch))


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
