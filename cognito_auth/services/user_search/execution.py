"""Reading the ranges of a plan, page by page."""

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from cognito_auth import reasons
from cognito_auth.models import AbstractCognitoUser, UserPool
from cognito_auth.services import paging
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


def _of_pool(part: Range, pool: UserPool) -> dict[str, Any]:
    if part.order[0] == "pool_id":
        return {"pool_id__gte": pool.pk, "pool_id__lte": pool.pk}
    return {"pool_id": pool.pk}


def _rows(pool: UserPool, part: Range, key: Sequence[Any]) -> "QuerySet[AbstractCognitoUser]":
    queryset: QuerySet[AbstractCognitoUser] = get_user_model()._default_manager.filter(**part.where)
    if part.is_of_pool:
        queryset = queryset.filter(**_of_pool(part, pool))
    if part.present is not None:
        # Said in the words of the partial index, so that the planner takes it.
        queryset = queryset.exclude(**{part.present: ""})
    if key:
        queryset = paging.after(queryset, part.order, key)
    return queryset.order_by(*part.order)


def _read(
    pool: UserPool, chosen: Plan, position: _Position, limit: int
) -> tuple[list[AbstractCognitoUser], _Position | None]:
    """Return the next users where everybody in the ranges is found, and the position if there are more."""
    users: list[AbstractCognitoUser] = []
    last: _Position | None = None
    for index, part, key in position.ranges(chosen):
        rows = list(_rows(pool, part, key)[: limit - len(users) + 1])
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
    by_id = get_user_model()._default_manager.in_bulk(ids)
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
