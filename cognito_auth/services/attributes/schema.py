"""The attributes of one pool: standard ones, with the pool's own settings, and custom ones.

A schema is read from the database once per process and version. The version of a pool changes with
each edit and is random, never counted on: a number that a rolled-back edit used is not used again,
so what was cached under it is never mistaken for another schema.
"""

import secrets
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from cognito_auth.choices import AttributeType
from cognito_auth.models import SchemaAttribute, UserPool
from cognito_auth.services.attributes.attribute import Attribute
from cognito_auth.services.attributes.standard import STANDARD, SUB

__all__ = ["Attribute", "Schema", "load", "new_version", "of", "row_of"]

_MAX_CACHED = 2048
_MAX_VERSION = 2**31 - 1


class Schema:
    """The attributes of a pool; immutable.

    Attributes:
        attributes: all of them, standard ones first, in the order in which the API lists them.
        required: names of those that a person must give at sign-up; without ``sub``.
        custom: the custom ones.
    """

    __slots__ = ("_by_name", "attributes", "custom", "developer_only", "public_names", "required")

    def __init__(self, attributes: Iterable[Attribute]) -> None:
        self.attributes = tuple(attributes)
        self._by_name: Mapping[str, Attribute] = MappingProxyType({item.name: item for item in self.attributes})
        self.required = tuple(item.name for item in self.attributes if item.required and item.name != SUB)
        self.custom = tuple(item for item in self.attributes if not item.is_standard)
        self.developer_only = frozenset(item.name for item in self.custom if item.developer_only)
        self.public_names = frozenset(self._by_name) - self.developer_only

    def get(self, name: str) -> Attribute | None:
        """Return the attribute with this wire name, or ``None``."""
        return self._by_name.get(name)

    def __contains__(self, name: object) -> bool:
        return name in self._by_name


def of(pool: UserPool) -> Schema:
    """Return the schema of ``pool``, without a query unless it is the first time or was edited."""
    return _cached(pool.pk, pool.schema_version)


@lru_cache(maxsize=_MAX_CACHED)
def _cached(pool_id: str, _version: int) -> Schema:
    return load(pool_id)


def load(pool_id: str) -> Schema:
    """Return the schema of a pool as the database has it now."""
    rows = {row.name: _from_row(row) for row in SchemaAttribute.objects.filter(pool_id=pool_id)}
    standard = [rows.pop(name, default) for name, default in STANDARD.items()]
    return Schema([*standard, *rows.values()])


def new_version() -> int:
    """Return the number to name an edited schema with."""
    return 1 + secrets.randbelow(_MAX_VERSION)


def _from_row(row: SchemaAttribute) -> Attribute:
    return Attribute(
        name=row.name,
        type=AttributeType(row.type),
        mutable=row.mutable,
        required=row.required,
        developer_only=row.developer_only,
        min_length=row.min_length,
        max_length=row.max_length,
        min_value=None if row.min_value is None else row.min_value.normalize(),
        max_value=None if row.max_value is None else row.max_value.normalize(),
        is_standard=row.name in STANDARD,
        constraints_given=row.constraints_given,
    )


def row_of(pool: UserPool, attribute: Attribute, *, position: int) -> SchemaAttribute:
    """Return the unsaved row for ``attribute``; standard ones that are as the default need none."""
    return SchemaAttribute(
        pool=pool,
        name=attribute.name,
        position=position,
        type=attribute.type,
        mutable=attribute.mutable,
        required=attribute.required,
        developer_only=attribute.developer_only,
        min_length=attribute.min_length,
        max_length=attribute.max_length,
        min_value=attribute.min_value,
        max_value=attribute.max_value,
        constraints_given=attribute.constraints_given,
    )
