"""Paging by key: pages that cost the same however deep they are, and the tokens that link them.

A page goes on behind the last row of the one before, found by the index that also gives the order;
nothing is counted or skipped, and rows that are inserted meanwhile neither repeat nor hide others.

Owns: tokens (signed, bound to their request, one hour) and the condition "behind this row". Does not
own what is listed.
Source: AWS API_ListUsers, "PaginationToken".
"""

import base64
import binascii
import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Expression, F, Model, QuerySet, Value

from cognito_auth import crypto, reasons

LIFETIME = datetime.timedelta(hours=1)
_PURPOSE = "pagination"

Row = TypeVar("Row", bound=Model)
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """What one call lists, and the token of the next call (``None``: that was all)."""

    items: list[Item]
    next_token: str | None


def scope_of(operation: str, parameters: Mapping[str, Any]) -> str:
    """Return what a token is bound to: the operation and its parameters (JSON-native values)."""
    return f"{operation} {json.dumps(parameters, sort_keys=True, separators=(',', ':'))}"


def encode(values: Sequence[Any], *, scope: str, now: datetime.datetime) -> str:
    """Return an opaque token that carries the position ``values`` (JSON-native).

    Nobody else can make one: it is signed together with ``scope``.
    """
    payload = json.dumps([int((now + LIFETIME).timestamp()), list(values)], separators=(",", ":")).encode()
    body = base64.urlsafe_b64encode(payload).rstrip(b"=").decode()
    return f"{body}.{crypto.keyed_digest(_PURPOSE, scope, body)}"


def decode(token: str, *, scope: str, now: datetime.datetime) -> list[Any]:
    """Return the position in a token that :func:`encode` made for the same ``scope``.

    Raises:
        InvalidParameterException: not one of ours, of another request, or older than an hour.
    """
    body, dot, signature = token.rpartition(".")
    if not dot or not token.isascii() or not crypto.matches_keyed_digest(signature, _PURPOSE, scope, body):
        raise reasons.INVALID_PAGINATION_TOKEN()
    try:
        expires_at, values = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (binascii.Error, ValueError):
        raise reasons.INVALID_PAGINATION_TOKEN() from None
    if expires_at <= now.timestamp() or not isinstance(values, list):
        raise reasons.INVALID_PAGINATION_TOKEN()
    return values


class _RowComparison(Expression):
    """``(a, b) > (x, y)`` or ``<``, which an index on ``(…, a, b)`` answers by one range.

    Written out with AND and OR, PostgreSQL would read every row with an equal ``a`` before the page.
    """

    output_field = BooleanField()
    conditional = True

    def __init__(self, columns: Sequence[Any], operator: str, values: Sequence[Any]) -> None:
        super().__init__()
        self.operator = operator
        self.columns = list(columns)
        self.values = list(values)

    def get_source_expressions(self) -> list[Any]:
        return [*self.columns, *self.values]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        half = len(exprs) // 2
        self.columns, self.values = list(exprs[:half]), list(exprs[half:])

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        left, right = map(compiler.compile, self.columns), map(compiler.compile, self.values)
        (left_sql, left_params), (right_sql, right_params) = zip(*left, strict=True), zip(*right, strict=True)
        sql = f"({', '.join(left_sql)}) {self.operator} ({', '.join(right_sql)})"
        return sql, tuple(value for params in (*left_params, *right_params) for value in params)


def after(
    queryset: "QuerySet[Row]", key: Sequence[str], values: Sequence[Any], *, descending: bool = False
) -> "QuerySet[Row]":
    """Narrow ``queryset`` to what sorts behind the row whose fields ``key`` have these ``values``.

    A value may be an expression, such as a parameter of a compiled query.
    """
    if len(key) == 1:
        return queryset.filter(**{f"{key[0]}__{'lt' if descending else 'gt'}": values[0]})
    fields: list[Any] = [queryset.model._meta.get_field(name) for name in key]
    given = [
        value if hasattr(value, "resolve_expression") else Value(value, output_field=field)
        for value, field in zip(values, fields, strict=True)
    ]
    return queryset.filter(_RowComparison([F(name) for name in key], "<" if descending else ">", given))


def by_key(
    queryset: "QuerySet[Row]",
    key: Sequence[str],
    *,
    limit: int,
    token: str | None,
    scope: str,
    now: datetime.datetime,
    to_json: Callable[[Any], Any] = lambda value: value,
    newest_first: bool = False,
) -> Page[Row]:
    """Return one page of ``queryset`` in ascending order of the fields ``key``, or descending: ``newest_first``.

    ``key`` identifies a row, so its last field is unique; all its values are text or numbers, or
    become so by ``to_json`` (what the database compares must take them back).

    Raises:
        InvalidParameterException: the token is not good for this request.
    """
    if token is not None:
        position = decode(token, scope=scope, now=now)
        if len(position) != len(key):
            raise reasons.INVALID_PAGINATION_TOKEN()
        queryset = after(queryset, key, position, descending=newest_first)
    order = [f"-{name}" for name in key] if newest_first else key
    rows = list(queryset.order_by(*order)[: limit + 1])
    if len(rows) <= limit:
        return Page(rows, None)
    last = [to_json(getattr(rows[limit - 1], name)) for name in key]
    return Page(rows[:limit], encode(last, scope=scope, now=now))
