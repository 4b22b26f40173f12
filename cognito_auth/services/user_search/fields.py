"""What users can be searched by: where a value is, which index holds it, how it compares.

=====================  ======================================  =======================
search attribute       compared                                index, after the pool
=====================  ======================================  =======================
``username``           as spelled                              ``username_key``
``email``              as the pool compares sign-in names      ``email_key``
``phone_number``, names, ``preferred_username``   as spelled   the column itself
``sub``                as spelled                              ``sub``, of all pools
``cognito:user_status``  ignoring case                         ``status``
``status``             as spelled: ``Enabled``, ``Disabled``   ``is_active``
=====================  ======================================  =======================

Pools that are not strict can be searched by every attribute of their schema; no index serves those.
"""

from collections.abc import Mapping
from typing import Any

from cognito_auth import reasons
from cognito_auth.choices import UserStatus
from cognito_auth.models import UserPool
from cognito_auth.services.attributes import schema
from cognito_auth.services.attributes.attribute import is_custom_name
from cognito_auth.services.attributes.values import text_of
from cognito_auth.services.user_search.grammar import Both, Condition, Either, Filter, Operator

STATUS = "cognito:user_status"
ENABLED = "status"
ENABLED_TEXT = {True: "Enabled", False: "Disabled"}
# Search attribute → column of its index.
INDEXED_COLUMNS = {
    "username": "username_key",
    "email": "email_key",
    "phone_number": "phone_number",
    "name": "name",
    "given_name": "given_name",
    "family_name": "family_name",
    "preferred_username": "preferred_username",
}
DOCUMENTED = frozenset({*INDEXED_COLUMNS, "sub", STATUS, ENABLED})


def check_searchable(found: Filter, pool: UserPool) -> None:
    """Refuse attributes that the pool's users cannot be searched by.

    Raises:
        InvalidParameterException: one of them cannot be searched.
    """
    if isinstance(found, Both | Either):
        for part in found.parts:
            check_searchable(part, pool)
    elif found.attribute not in DOCUMENTED and (pool.strict or found.attribute not in schema.of(pool)):
        raise reasons.FILTER_ATTRIBUTE(name=found.attribute)


def columns(found: Filter) -> set[str]:
    """Return the columns that :func:`matches` reads."""
    if isinstance(found, Condition):
        return {_column(found.attribute)}
    return {column for part in found.parts for column in columns(part)}


def _column(attribute: str) -> str:
    special = {STATUS: "status", ENABLED: "is_active", "email": "email_key"}
    return "custom_attributes" if is_custom_name(attribute) else special.get(attribute, attribute)


def matches(found: Filter, row: Mapping[str, Any], pool: UserPool) -> bool:
    """Tell whether a user is found; ``row`` has the values of at least :func:`columns`."""
    if isinstance(found, Both):
        return all(matches(part, row, pool) for part in found.parts)
    if isinstance(found, Either):
        return any(matches(part, row, pool) for part in found.parts)
    stored = _stored(found.attribute, row)
    # An absent attribute is found by nothing, not even by an empty value.
    return bool(stored) and _compare(stored, found.operator, comparable(found, pool))


def _stored(attribute: str, row: Mapping[str, Any]) -> str:
    value = row[_column(attribute)]
    if attribute == ENABLED:
        return ENABLED_TEXT[value]
    if is_custom_name(attribute):
        value = value.get(attribute)
    return "" if value is None else text_of(value)


def comparable(condition: Condition, pool: UserPool) -> str:
    """Return the condition's value in the form in which the stored one is kept."""
    if condition.attribute == "email":
        return pool.key_of(condition.value)
    if condition.attribute == STATUS:
        return condition.value.upper()
    return condition.value


def _compare(stored: str, operator: Operator, value: str) -> bool:
    if operator == Operator.EQUALS:
        return stored == value
    if operator == Operator.STARTS_WITH:
        return stored.startswith(value)
    return value.casefold() in stored.casefold()


def statuses(condition: Condition) -> list[UserStatus]:
    """Return the statuses that a condition on the status finds."""
    value = condition.value.upper()
    return [status for status in UserStatus if _compare(status.value, condition.operator, value)]


def enabled_states(condition: Condition) -> list[bool]:
    """Return what ``is_active`` is for those whom a condition on ``status`` finds."""
    return [state for state, text in ENABLED_TEXT.items() if _compare(text, condition.operator, condition.value)]
