"""Finding users by the beginning of one of their names, through indexes only."""

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from cognito_auth import names
from cognito_auth.models import UserPool

if TYPE_CHECKING:
    from django.db.models import QuerySet

# More matches than this per column are of no use to a person: they type on.
MATCHES_PER_COLUMN = 200
_KEY_COLUMNS = ("username_key", "email_key")
_NAME_COLUMNS = ("given_name", "family_name", "name")


def matching(queryset: "QuerySet[Any]", pools: Iterable[UserPool], term: str) -> "QuerySet[Any]":
    """Narrow ``queryset`` to users of ``pools`` whose username, e-mail, phone or names begin with ``term``.

    A whole ``sub`` finds its user. Each column is asked on its own, so that each question is one range
    of one index, and at most :data:`MATCHES_PER_COLUMN` of each are taken: the work does not depend on
    how many users there are.
    """
    sub = _sub(term)
    if sub is not None:
        return queryset.filter(sub=sub)
    found: set[Any] = set()
    by_case: dict[bool, list[UserPool]] = {}
    for pool in pools:
        by_case.setdefault(pool.case_sensitive, []).append(pool)
    for same_case in by_case.values():
        within = queryset.order_by().filter(pool_id__in=[pool.pk for pool in same_case])
        for condition in _conditions(same_case[0], term):
            found.update(within.filter(condition).values_list("pk", flat=True)[:MATCHES_PER_COLUMN])
    return queryset.filter(pk__in=found)


def _sub(term: str) -> uuid.UUID | None:
    if len(term) not in (32, 36):
        return None
    try:
        return uuid.UUID(term)
    except ValueError:
        return None


def _conditions(pool: UserPool, term: str) -> list[Q]:
    key = pool.key_of(term)
    if "@" in term:
        return [_begins(column, key) for column in _KEY_COLUMNS]
    if term.startswith("+"):
        return [_begins("phone_number", term), _begins("username_key", key)]
    conditions = [_begins(column, key) for column in _KEY_COLUMNS]
    # Names are indexed as they are written; most begin with a capital.
    spellings = {term, term[:1].upper() + term[1:]}
    for column in _NAME_COLUMNS:
        condition = Q()
        for spelling in sorted(spellings):
            condition |= _begins(column, spelling)
        conditions.append(condition)
    return conditions


def _begins(column: str, prefix: str) -> Q:
    """Return a prefix search as a range; the indexes leave out empty values, and SQLite wants that said."""
    condition = Q(**{f"{column}__gte": prefix})
    end = names.after_prefix(prefix)
    if end is not None:
        condition &= Q(**{f"{column}__lt": end})
    return condition if column == "username_key" else condition & ~Q(**{column: ""})
