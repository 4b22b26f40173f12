"""App clients with their pools as this process last read them, and whether they still are so.

A sign-in has to know the client and its pool before it can look for the user; both hardly ever change.
So their row is remembered, and the query that finds the user (or the refresh token) also reads what
tells one version of the client from another (:func:`versions`). The same: what is remembered is what
the database holds at this very moment. Another: the client is read in full (:func:`opened_by` is ``None``).

Nothing is ever stale: the versions are compared before what is remembered is used. Rows are
remembered, not objects, so that every caller gets objects of their own. Not inside a transaction, which
sees versions that nobody else will (see ``RowVersion``), and not on SQLite, which tells no versions.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.db import connections
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast

from cognito_auth.models import UserPool, UserPoolClient, UserPoolClientSecret
from cognito_auth.models.compiled import CompiledQuery, Parameter
from cognito_auth.models.cursors import alias_for_read
from cognito_auth.models.row_versions import RowVersion

# Long before ids of transactions come round again.
_SECONDS = 60.0
_MAX_REMEMBERED = 1024
_SRP_FLOWS = ("ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_CUSTOM_AUTH")


class _Remembered(NamedTuple):
    row: Sequence[Any]
    version: tuple[Any, ...]
    read_at: float


_remembered: dict[tuple[str, str], _Remembered] = {}


def with_srp(clients: "QuerySet[UserPoolClient]") -> "QuerySet[UserPoolClient]":
    """Narrow clients to those that let a password be proved by SRP in some flow."""
    clients = clients.annotate(flows_text=Cast("explicit_auth_flows", TextField()))
    # Without modern names a client has the default flows or those of the older names, with SRP among them.
    allowed = Q(flows_text=None) | ~Q(flows_text__contains="ALLOW_")
    for name in _SRP_FLOWS:
        allowed |= Q(flows_text__contains=f'"{name}"')
    return clients.filter(allowed)


def versions(client: str = "") -> dict[str, Any]:
    """Return annotations that together tell all that :func:`read` returns from another version of it.

    ``client`` is the path to the client in the query, with its final ``__``; empty for the client itself.
    What is no column of the client or its pool is read whole.
    """
    in_pool = UserPoolClient.objects.filter(pool=OuterRef(f"{client}pool"))
    return {
        "client_version": RowVersion(f"{client}name"),
        "pool_version": RowVersion(f"{client}pool__name"),
        "first_secret_token": _secret_token(client, 1),
        "second_secret_token": _secret_token(client, 2),
        "pool_offers_srp": Exists(with_srp(in_pool)),
    }


def _secret_token(client: str, slot: int) -> Subquery:
    # As plain text, so that a secret is decrypted only when it is needed.
    secrets = UserPoolClientSecret.objects.filter(client=OuterRef(f"{client}pk"), slot=slot).order_by()
    return Subquery(secrets.values("value")[:1], output_field=TextField())


_BY_ID = CompiledQuery(
    lambda: (
        UserPoolClient.objects.filter(pk=Parameter("client_id", CharField()))
        .select_related("pool")
        .defer(*UserPoolClient.RARELY_READ, *(f"pool__{name}" for name in UserPool.RARELY_READ))
        .annotate(**versions())
        .order_by()
    )
)


def read(client_id: str) -> UserPoolClient | None:
    """Return the client with this id, its pool and its secrets, in one query, and remember them."""
    if "\x00" in client_id:
        return None
    row = _BY_ID.first_row(client_id=client_id)
    if row is None:
        return None
    client: UserPoolClient = _BY_ID.instance_of(row)
    version = _version_of(client)
    if version[0] is not None and not _is_in_transaction():
        if len(_remembered) >= _MAX_REMEMBERED:
            _remembered.clear()
        _remembered[alias_for_read(), client_id] = _Remembered(row, version, time.monotonic())
    return client


def opened_by(client_id: str, find: Callable[[UserPoolClient], Any]) -> tuple[UserPoolClient, Any] | None:
    """Return the client and what ``find`` finds with it, in the one query that ``find`` makes.

    ``find`` is given the client as it was, and returns something with the annotations of
    :func:`versions`, or ``None``. ``None`` if nothing is remembered, found, or the client is another by now.
    """
    known = _remembered.get((alias_for_read(), client_id))
    if known is None or time.monotonic() - known.read_at > _SECONDS or _is_in_transaction():
        return None
    client: UserPoolClient = _BY_ID.instance_of(known.row)
    found = find(client)
    return (client, found) if found is not None and _version_of(found) == known.version else None


def _version_of(found: Any) -> tuple[Any, ...]:
    return (
        found.client_version,
        found.pool_version,
        found.first_secret_token,
        found.second_secret_token,
        found.pool_offers_srp,
    )


def _is_in_transaction() -> bool:
    connection = connections[alias_for_read()]
    return connection.in_atomic_block or not connection.get_autocommit()
