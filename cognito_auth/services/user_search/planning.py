"""From a filter to ranges of indexes.

A plan is a row of ranges, read one after the other; everybody that the filter finds is in at least
one. ``and`` needs the ranges of one part only, the most selective; ``or`` needs those of all parts;
a condition without an index needs the whole pool.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cognito_auth import names
from cognito_auth.models import UserPool
from cognito_auth.services.user_search import fields
from cognito_auth.services.user_search.grammar import Both, Condition, Either, Filter, Operator

_MAX_RANGES = 20
_FIRST_UUID = "00000000-0000-0000-0000-000000000000"
_LAST_UUID = "ffffffff-ffff-ffff-ffff-ffffffffffff"


@dataclass(frozen=True, slots=True)
class Range:
    """A stretch of one index, read in its order.

    One value is written as the range from itself to itself. Were it written as equal, PostgreSQL
    would know that its order is that of the ids alone, and take the primary key's index where it
    believes that most rows match: wrong by the whole table when they are all at its end.

    Attributes:
        condition: what put somebody into this range; ``None`` for the whole pool.
        where: filter arguments besides the pool.
        order: fields of its order, which the index has; the last one is unique.
        present: column that must not be empty; the index leaves empty ones out.
        is_exact: whether everybody in the range meets ``condition``.
        is_of_pool: whether the index starts with the pool; otherwise other pools' users are in it.
    """

    condition: Condition | None = None
    where: Mapping[str, Any] = field(default_factory=dict)
    order: tuple[str, ...] = ("pool_id", "id")
    present: str | None = None
    is_exact: bool = True
    is_of_pool: bool = True


@dataclass(frozen=True, slots=True)
class Plan:
    """What to read.

    Attributes:
        ranges: read in turn; who is in several is listed with the first.
        is_exact: whether the ranges hold nobody else, and nobody twice.
    """

    ranges: list[Range]
    is_exact: bool


def plan(found: Filter | None, pool: UserPool) -> Plan:
    """Return how to find whom ``found`` asks for; ``None`` asks for everybody."""
    if found is None:
        return Plan([Range()], is_exact=True)
    candidate = _ranges(found, pool)
    if candidate is None or len(candidate.ranges) > _MAX_RANGES:
        return Plan([Range()], is_exact=False)
    is_exact = isinstance(found, Condition) and all(part.is_exact and part.is_of_pool for part in candidate.ranges)
    return Plan(candidate.ranges, is_exact=is_exact)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Ranges, and how many rows they are likely to hold: 0 few … 9 most of the pool."""

    ranges: list[Range]
    size: float


def _ranges(found: Filter, pool: UserPool) -> _Candidate | None:
    """Return ranges that hold everybody who is found, or ``None`` where no index helps."""
    if isinstance(found, Condition):
        return _ranges_of_condition(found, pool)
    candidates = [_ranges(part, pool) for part in found.parts]
    known = [candidate for candidate in candidates if candidate is not None]
    if isinstance(found, Both):
        return min(known, key=lambda candidate: candidate.size, default=None)
    assert isinstance(found, Either)
    if len(known) < len(candidates):
        return None
    return _Candidate([part for candidate in known for part in candidate.ranges], max(item.size for item in known))


def _ranges_of_condition(condition: Condition, pool: UserPool) -> _Candidate | None:
    if condition.attribute == fields.STATUS:
        values = [status.value for status in fields.statuses(condition)]
        return _Candidate([_state(fields.STATUS, value, "status", value) for value in values], 8)
    if condition.attribute == fields.ENABLED:
        ranges = [
            _state(fields.ENABLED, fields.ENABLED_TEXT[state], "is_active", state)
            for state in fields.enabled_states(condition)
        ]
        return _Candidate(ranges, 9)
    if condition.operator == Operator.CONTAINS:
        return None
    if condition.attribute == "sub":
        return _subs(condition)
    column = fields.INDEXED_COLUMNS.get(condition.attribute)
    return None if column is None else _texts(condition, column, pool)


def _state(attribute: str, text: str, column: str, value: Any) -> Range:
    # Each state is a range of its own, with a condition that no other state's users meet.
    return Range(Condition(attribute, Operator.EQUALS, text), _just(column, value), order=(column, "id"))


def _just(column: str, value: Any) -> dict[str, Any]:
    return {f"{column}__gte": value, f"{column}__lte": value}


def _texts(condition: Condition, column: str, pool: UserPool) -> _Candidate:
    value = condition.value
    key = pool.key_of(value) if column in ("username_key", "email_key") else value
    is_username = column == "username_key"
    # A username's key is unique in its pool and needs no id behind it.
    order = (column,) if is_username else (column, "id")
    if condition.operator == Operator.EQUALS:
        where = {**_just(column, key), "username": value} if is_username else _just(column, key)
        is_rare = column in ("username_key", "email_key", "phone_number", "preferred_username")
        return _Candidate([Range(condition, where, order=order, present=column)] if key else [], 0 if is_rare else 1)
    where = {f"{column}__gte": key} if key else {}
    end = names.after_prefix(key)
    if end is not None:
        where[f"{column}__lt"] = end
    # The key of a username may hold it in another case than the condition's.
    is_exact = not is_username or pool.case_sensitive
    part = Range(condition, where, order=order, present=column, is_exact=is_exact)
    return _Candidate([part], 7 if not key else 2 + 1 / len(key))


def _subs(condition: Condition) -> _Candidate:
    value = condition.value
    if not value:
        return _Candidate([Range(condition)] if condition.operator == Operator.STARTS_WITH else [], 9)
    first, last = value + _FIRST_UUID[len(value) :], value + _LAST_UUID[len(value) :]
    try:
        start, end = uuid.UUID(first), uuid.UUID(last)
    except ValueError:
        return _Candidate([], 0)
    if str(start) != first or (condition.operator == Operator.EQUALS and first != value):
        return _Candidate([], 0)
    if start == end:
        return _Candidate([Range(condition, {"sub": start}, order=("sub",))], 0)
    part = Range(condition, {"sub__gte": start, "sub__lte": end}, order=("sub",), is_of_pool=False)
    return _Candidate([part], 2 + 1 / len(value))
