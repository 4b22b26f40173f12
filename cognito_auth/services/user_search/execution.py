"""Reading the ranges of a plan, page by page."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import CharField, QuerySet

from cognito_auth import reasons
from cognito_auth.models import AbstractCognitoUser, UserPool
from cognito_auth.models.compiled import CompiledQuery, Parameter
from cognito_auth.services import linked_identities, paging
from cognito_auth.services.paging import Page
from cognito_auth.services.user_search import fields, grammar
from cognito_auth.services.user_search.planning import Plan, Range, plan

# A call looks at so many users at most, where an index does not say who is found.
MAX_EXAMINED = 5000
_FIRST_BATCH = 250


def search(
    pool: UserPool,
    text: str = "",
    *,
    limit: int,
    token: str | None = None,
    scope: str,
    now: datetime.datetime,
) -> Page[AbstractCognitoUser]:
    """Return one page of the users of ``pool`` whom the filter ``text`` finds; blank finds everybody.

    They come in the order of the attribute they were found by. A page may have fewer than ``limit``
    users, or none, and still have a next one. ``scope`` is what tokens are bound to.

    Raises:
        InvalidParameterException: ``text`` is not a filter, its attribute cannot be searched, or the
            token is not good for this request.
    """
    found = grammar.parse(text, strict=pool.strict)
    if found is not None:
        fields.check_searchable(found, pool)
    chosen = plan(found, pool)
    start = _Position.of(token, chosen, scope=scope, now=now)
    if chosen.is_exact:
        users, end = _read(pool, chosen, start, limit)
    else:
        assert found is not None
        users, end = _examine(pool, found, chosen, start, limit)
    for user in users:
        user.pool = pool
    return Page(users, None if end is None else paging.encode(end.to_json(), scope=scope, now=now))


class _Position:
    """The last row that was looked at: its range, and its key there (empty: before the first)."""

    __slots__ = ("index", "key")

    def __init__(self, index: int, key: Sequence[Any] = ()) -> None:
        self.index = index
        self.key = list(key)

    @classmethod
    def of(cls, token: str | None, chosen: Plan, *, scope: str, now: datetime.datetime) -> "_Position":
        if token is None:
            return cls(0)
        index, *key = paging.decode(token, scope=scope, now=now) or [None]
        # A token is bound to its filter, but the plan may be that of an older version.
        if not isinstance(index, int) or index >= len(chosen.ranges):
            raise reasons.INVALID_PAGINATION_TOKEN()
        if key and len(key) != len(chosen.ranges[index].order):
            raise reasons.INVALID_PAGINATION_TOKEN()
        return cls(index, key)

    def to_json(self) -> list[Any]:
        return [self.index, *(value if isinstance(value, int) else str(value) for value in self.key)]

    def ranges(self, chosen: Plan) -> Iterator[tuple[int, Range, Sequence[Any]]]:
        """Yield what is left to read: number, range, key to go on behind."""
        for index in range(self.index, len(chosen.ranges)):
            yield index, chosen.ranges[index], self.key if index == self.index else ()


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the SQL of reading a range depends on; the rest are its parameters."""

    where: tuple[str, ...]
    order: tuple[str, ...]
    present: str | None
    is_of_pool: bool
    goes_on: bool
    number: int


def _queryset(
    shape: _Shape | Range, where: Mapping[str, Any], pool_id: Any, key: Sequence[Any]
) -> "QuerySet[AbstractCognitoUser]":
    """Return the rows of a range behind ``key``; all values may be parameters of a compiled query."""
    queryset: QuerySet[AbstractCognitoUser] = get_user_model()._default_manager.filter(**where)
    if shape.order[0] == "pool_id":
        queryset = queryset.filter(pool_id__gte=pool_id, pool_id__lte=pool_id)
    elif shape.is_of_pool:
        queryset = queryset.filter(pool_id=pool_id)
    if shape.present is not None:
        # Said in the words of the partial index, so that the planner takes it.
        queryset = queryset.exclude(**{shape.present: ""})
    if key:
        queryset = paging.after(queryset, shape.order, key)
    return queryset.order_by(*shape.order)


def _rows(pool: UserPool, part: Range, key: Sequence[Any]) -> "QuerySet[AbstractCognitoUser]":
    return _queryset(part, part.where, pool.pk, key)


@lru_cache(maxsize=256)
def _compiled(shape: _Shape) -> CompiledQuery:
    def parameter(name: str, column: str) -> Parameter:
        field: Any = get_user_model()._meta.get_field(column)
        return Parameter(name, field)

    def build() -> "QuerySet[AbstractCognitoUser]":
        where = {name: parameter(name, name.partition("__")[0]) for name in shape.where}
        key = [parameter(f"after_{name}", name) for name in shape.order] if shape.goes_on else []
        rows = _queryset(shape, where, Parameter("pool_id", CharField()), key)
        return rows.annotate(has_identities=linked_identities.exist_for())[: shape.number]

    return CompiledQuery(build)


def _first(pool: UserPool, part: Range, key: Sequence[Any], number: int) -> list[AbstractCognitoUser]:
    """Return the first ``number`` rows of a range behind ``key``, without building the query anew."""
    shape = _Shape(tuple(part.where), part.order, part.present, part.is_of_pool, bool(key), number)
    position = {f"after_{name}": value for name, value in zip(part.order, key, strict=True)} if key else {}
    return _compiled(shape).all(pool_id=pool.pk, **part.where, **position)


def _read(
    pool: UserPool, chosen: Plan, position: _Position, limit: int
) -> tuple[list[AbstractCognitoUser], _Position | None]:
    """Return the next users where everybody in the ranges is found, and the position if there are more."""
    users: list[AbstractCognitoUser] = []
    last: _Position | None = None
    for index, part, key in position.ranges(chosen):
        rows = _first(pool, part, key, limit - len(users) + 1)
        fitting = rows[: limit - len(users)]
        if fitting:
            last = _Position(index, [getattr(fitting[-1], name) for name in part.order])
            users += fitting
        if len(rows) > len(fitting):
            return users, last
    return users, None


def _examine(
    pool: UserPool, found: grammar.Filter, chosen: Plan, position: _Position, limit: int
) -> tuple[list[AbstractCognitoUser], _Position | None]:
    """Return the next users where each must be looked at, and the position unless all were."""
    ids: list[int] = []
    budget = MAX_EXAMINED
    last: _Position | None = None
    for row_position, row in _candidates(pool, found, chosen, position):
        if _is_listed(found, chosen, row_position.index, row, pool):
            ids.append(row["pk"])
        budget -= 1
        if len(ids) == limit or not budget:
            last = row_position
            break
    by_id = get_user_model()._default_manager.annotate(has_identities=linked_identities.exist_for()).in_bulk(ids)
    return [by_id[pk] for pk in ids if pk in by_id], last


def _candidates(
    pool: UserPool, found: grammar.Filter, chosen: Plan, position: _Position
) -> Iterator[tuple[_Position, dict[str, Any]]]:
    """Yield the rows of the ranges from ``position`` on, read in growing batches."""
    size = _FIRST_BATCH
    for index, part, start in position.ranges(chosen):
        key = start
        columns = {"pk", "pool_id", *part.order, *fields.columns(found)}
        while True:
            rows = list(_rows(pool, part, key).values(*columns)[:size])
            for row in rows:
                key = [row[name] for name in part.order]
                yield _Position(index, key), row
            if len(rows) < size:
                break
            size = min(size * 4, MAX_EXAMINED)


def _is_listed(found: grammar.Filter, chosen: Plan, index: int, row: dict[str, Any], pool: UserPool) -> bool:
    """Tell whether a row of a range is found, and belongs to that range rather than an earlier one."""
    if row["pool_id"] != pool.pk:
        return False
    conditions = [part.condition for part in chosen.ranges[: index + 1] if part.condition is not None]
    if conditions and not fields.matches(conditions[-1], row, pool):
        return False
    if any(fields.matches(condition, row, pool) for condition in conditions[:-1]):
        return False
    return fields.matches(found, row, pool)
