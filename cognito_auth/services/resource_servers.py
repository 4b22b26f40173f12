"""Resource servers of a pool: the APIs that tokens are for, and the scopes that clients may ask for.

A scope is written ``<identifier>/<scope name>``. Deleting a server leaves the app clients that name its
scopes as they are; such scopes are no longer in :func:`known_scopes`.

Source: AWS API_CreateResourceServer, API_UpdateResourceServer, "Scopes, M2M, and resource servers".
"""

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence

from django.db import IntegrityError, transaction

from cognito_auth import reasons
from cognito_auth.models import ResourceServer, UserPool
from cognito_auth.services import paging
from cognito_auth.services.paging import Page

# What strict pools allow. Source: AWS "Quotas in Amazon Cognito".
MAX_RESOURCE_SERVERS = 25
MAX_SCOPES = 100
MAX_TEXT_LENGTH = 256
_IDENTIFIER = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]{1,256}")
# Without the slash that separates it from the identifier.
_SCOPE_NAME = re.compile(r"[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]{1,256}")

# ScopeName and ScopeDescription, as the API and the database have them.
Scope = Mapping[str, str]


def get(pool: UserPool, identifier: str) -> ResourceServer:
    """Return the resource server of ``pool`` with exactly this identifier.

    Raises:
        ResourceNotFoundException: there is none.
    """
    server = ResourceServer.objects.filter(pool=pool, identifier=identifier).first()
    if server is None:
        raise reasons.RESOURCE_SERVER_NOT_FOUND(identifier=identifier)
    server.pool = pool
    return server


def create(
    pool: UserPool, identifier: str, *, name: str, scopes: Sequence[Scope] = (), now: datetime.datetime
) -> ResourceServer:
    """Make a resource server with its scopes, in this order.

    Raises:
        InvalidParameterException: the pool has one with this identifier, or identifier or scopes are malformed.
        LimitExceededException: a strict pool has as many as AWS allows.
        ResourceNotFoundException: the pool was deleted meanwhile.
    """
    if not _IDENTIFIER.fullmatch(identifier):
        raise reasons.INVALID_IDENTIFIER(identifier=identifier)
    _check_scopes(scopes)
    server = ResourceServer(
        pool=pool, identifier=identifier, name=name, scopes=[dict(scope) for scope in scopes], created_at=now
    )
    try:
        with transaction.atomic():
            if pool.strict:
                _refuse_too_many(pool)
            server.save(force_insert=True)
    except IntegrityError:
        # The constraint decides between two who make it at the same time; a pool that was deleted
        # meanwhile is none to have resource servers.
        if UserPool.objects.filter(pk=pool.pk).exists():
            raise reasons.RESOURCE_SERVER_EXISTS(identifier=identifier, user_pool_id=pool.pk) from None
        raise reasons.USER_POOL_NOT_FOUND(user_pool_id=pool.pk) from None
    return server


def _refuse_too_many(pool: UserPool) -> None:
    # The lock makes those wait who add another one to the same pool.
    UserPool.objects.select_for_update(no_key=True).filter(pk=pool.pk).values_list("pk").first()
    if ResourceServer.objects.filter(pool=pool).count() >= MAX_RESOURCE_SERVERS:
        raise reasons.LIMIT_EXCEEDED(problem=f"A user pool can have at most {MAX_RESOURCE_SERVERS} resource servers.")


def _check_scopes(scopes: Sequence[Scope]) -> None:
    if len(scopes) > MAX_SCOPES:
        raise reasons.INVALID_SCOPES(problem=f"A resource server can have at most {MAX_SCOPES} scopes.")
    seen = set()
    for scope in scopes:
        name = scope["ScopeName"]
        if not _SCOPE_NAME.fullmatch(name):
            raise reasons.INVALID_SCOPES(
                problem=f"Invalid scope name: {name}. It has printable ASCII characters, without spaces, quotation"
                " marks, slashes and backslashes."
            )
        if not 1 <= len(scope["ScopeDescription"]) <= MAX_TEXT_LENGTH:
            raise reasons.INVALID_SCOPES(
                problem=f"The description of the scope {name} must have 1 to {MAX_TEXT_LENGTH} characters."
            )
        if name in seen:
            raise reasons.INVALID_SCOPES(problem=f"Scope names must be unique: {name}")
        seen.add(name)


def update(server: ResourceServer, *, name: str, scopes: Sequence[Scope]) -> None:
    """Replace name and scopes; what is not among the new scopes no longer exists.

    Raises:
        InvalidParameterException: malformed scopes.
        ResourceNotFoundException: it was deleted meanwhile.
    """
    _check_scopes(scopes)
    stored = [dict(scope) for scope in scopes]
    if not ResourceServer.objects.filter(pk=server.pk).update(name=name, scopes=stored):
        raise reasons.RESOURCE_SERVER_NOT_FOUND(identifier=server.identifier)
    server.name, server.scopes = name, stored


def delete(server: ResourceServer) -> None:
    """Delete a resource server.

    Raises:
        ResourceNotFoundException: somebody else did so meanwhile.
    """
    deleted, _of_models = ResourceServer.objects.filter(pk=server.pk).delete()
    if not deleted:
        raise reasons.RESOURCE_SERVER_NOT_FOUND(identifier=server.identifier)


def in_pool(
    pool: UserPool, *, limit: int, token: str | None, scope: str, now: datetime.datetime
) -> Page[ResourceServer]:
    """Return one page of the pool's resource servers, by identifier.

    Raises:
        InvalidParameterException: the token is not good for this request.
    """
    servers = ResourceServer.objects.filter(pool=pool)
    return paging.by_key(servers, ("identifier",), limit=limit, token=token, scope=scope, now=now)


def known_scopes(pool: UserPool, scopes: Iterable[str]) -> frozenset[str]:
    """Return those of ``scopes`` (full names) that a resource server of the pool has; one query at most."""
    wanted = frozenset(scope for scope in scopes if "/" in scope)
    if not wanted:
        return frozenset()
    identifiers = {scope.rpartition("/")[0] for scope in wanted}
    servers = ResourceServer.objects.filter(pool=pool, identifier__in=identifiers)
    return wanted & frozenset(name for server in servers for name in server.scope_names)


def all_scopes(pool: UserPool) -> list[str]:
    """Return the full names of all scopes of the pool's resource servers."""
    return [name for server in ResourceServer.objects.filter(pool=pool) for name in server.scope_names]
