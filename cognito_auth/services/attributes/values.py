"""Between the wire's strings and a user's row: columns for standard attributes, JSON for custom ones."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Any

from cognito_auth.choices import AttributeType
from cognito_auth.models import AbstractCognitoUser
from cognito_auth.services.attributes import schema
from cognito_auth.services.attributes.attribute import Attribute
from cognito_auth.services.attributes.formats import number_text
from cognito_auth.services.attributes.standard import STANDARD, SUB, VERIFIED_FLAGS

_COLUMNS = tuple(name for name in STANDARD if name != SUB)
_columns_of = attrgetter(*_COLUMNS)
_FLAGS = frozenset(VERIFIED_FLAGS.values())


def to_wire(user: AbstractCognitoUser, names: Collection[str] | None = None) -> dict[str, str]:
    """Return the attributes that ``user`` has, as strings: ``sub`` first, then the schema's order.

    ``names`` limits them, e.g. to what a client may read. No query.
    """
    found = {SUB: str(user.sub)}
    for name, value in zip(_COLUMNS, _columns_of(user), strict=True):
        if value is None or value == "":
            continue
        found[name] = value if value.__class__ is str else text_of(value)
    for name, value in user.custom_attributes.items():
        found[name] = value if value.__class__ is str else text_of(value)
    if names is None:
        return found
    return {name: value for name, value in found.items() if name in names}


def to_claims(user: AbstractCognitoUser, names: Collection[str] | None = None) -> dict[str, str]:
    """Return the same as it is told to clients: an address comes with whether it is verified, also where nobody set it.

    Source: AWS "Understanding the identity (ID) token".
    """
    found = to_wire(user, names)
    for address, flag in VERIFIED_FLAGS.items():
        if address in found and flag not in found and (names is None or flag in names):
            found[flag] = "false"
    return found


def text_of(value: Any) -> str:
    """Return the wire's string for a stored value."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, float):
        return number_text(Decimal(repr(value)))
    return str(value)


def native_of(attribute: Attribute, text: str) -> str | int | float | bool:
    """Return the JSON-native value to store for a normalised string."""
    if attribute.type == AttributeType.BOOLEAN:
        return text == "true"
    if attribute.type == AttributeType.NUMBER:
        return float(text) if "." in text else int(text)
    return text


def assign(user: AbstractCognitoUser, values: Mapping[str, str]) -> set[str]:
    """Set normalised values on the instance and return the names of attributes that changed.

    An empty string clears. A changed e-mail address or phone number is unverified unless ``values``
    says otherwise; a cleared one loses its flag. The caller saves, and brings aliases in step.
    """
    complete = dict(values)
    for address, flag in VERIFIED_FLAGS.items():
        if address in values and flag not in values and values[address] != getattr(user, address):
            complete[flag] = "false" if values[address] else ""
    changed = {name for name, value in complete.items() if name in STANDARD and _assign_column(user, name, value)}
    custom = {name: value for name, value in complete.items() if name not in STANDARD}
    return changed | _assign_custom(user, custom)


def _assign_column(user: AbstractCognitoUser, name: str, text: str) -> bool:
    value: Any = text
    if name in _FLAGS:
        value = text == "true" if text else None
    elif name == "updated_at":
        value = int(text) if text else None
    if getattr(user, name) == value:
        return False
    setattr(user, name, value)
    return True


def _assign_custom(user: AbstractCognitoUser, values: Mapping[str, str]) -> set[str]:
    if not values:
        return set()
    pool_schema = schema.of(user.pool)
    stored: dict[str, Any] = dict(user.custom_attributes)
    changed = set()
    for name, text in values.items():
        attribute = pool_schema.get(name)
        before = stored.get(name)
        if not text or attribute is None:
            stored.pop(name, None)
        else:
            stored[name] = native_of(attribute, text)
        after = stored.get(name)
        # 1 and True are equal in Python but not in JSON.
        if before != after or before.__class__ is not after.__class__:
            changed.add(name)
    user.custom_attributes = stored
    return changed
