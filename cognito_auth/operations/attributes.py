"""AddCustomAttributes, and the schema between the API's shape and ours.

Attributes of users are written by the operations on users.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from cognito_auth import reasons
from cognito_auth.choices import AttributeType
from cognito_auth.operations import lookups
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import (
    AddCustomAttributesRequest,
    AddCustomAttributesResponse,
    SchemaAttributeType,
)
from cognito_auth.services.attributes import schema_changes
from cognito_auth.services.attributes.attribute import Attribute, custom_name
from cognito_auth.services.attributes.schema_changes import AddAttribute
from cognito_auth.services.attributes.standard import STANDARD

_LENGTH = re.compile(r"[0-9]{1,9}")
_BOUNDED = {"String": AttributeType.STRING, "Number": AttributeType.NUMBER}


@operation("AddCustomAttributes")
def add_custom_attributes(request: AddCustomAttributesRequest, call: Call) -> AddCustomAttributesResponse:
    """Add custom attributes to a pool's schema, all of them or none.

    Raises:
        ResourceNotFoundException: no such pool.
        InvalidParameterException: a definition is wrong or its name taken, or the pool is full.
        UserImportInProgressException: users are being imported.
    Source: AWS API_AddCustomAttributes.
    """
    pool = lookups.user_pool_of(request)
    additions = [AddAttribute(custom_attribute_of(definition)) for definition in request["CustomAttributes"]]
    schema_changes.apply(pool, additions, now=call.now)
    return {}


def schema_of(definitions: Sequence[SchemaAttributeType]) -> list[Attribute]:
    """Return the attributes of a ``Schema`` member: standard ones by their name, others are custom.

    Raises:
        InvalidParameterException: a definition is incomplete or contradicts itself.
    """
    return [
        standard_attribute_of(definition) if definition.get("Name") in STANDARD else custom_attribute_of(definition)
        for definition in definitions
    ]


def custom_attribute_of(definition: SchemaAttributeType) -> Attribute:
    """Return the custom attribute for the API's definition, whose name has no prefix.

    Raises:
        InvalidParameterException: name or type is missing, or bounds are no numbers.
    """
    name = definition.get("Name")
    if not name:
        raise reasons.MISSING_PARAMETER(name="Name")
    if "AttributeDataType" not in definition:
        raise reasons.INVALID_SCHEMA(
            problem="Invalid AttributeDataType input, consider using the provided AttributeDataType enum."
        )
    developer_only = definition.get("DeveloperOnlyAttribute", False)
    attribute = Attribute(
        name=custom_name(name, developer_only=developer_only),
        type=_type_of(definition["AttributeDataType"]),
        mutable=definition.get("Mutable", True),
        required=definition.get("Required", False),
        developer_only=developer_only,
    )
    return _with_bounds(attribute, definition)


def standard_attribute_of(definition: SchemaAttributeType) -> Attribute:
    """Return a standard attribute with what the definition changes of it.

    Bounds count only when the type is given with them.
    """
    default = STANDARD[definition["Name"]]
    attribute = replace(
        default,
        type=_type_of(definition.get("AttributeDataType", default.type)),
        mutable=definition.get("Mutable", default.mutable),
        required=definition.get("Required", default.required),
        developer_only=definition.get("DeveloperOnlyAttribute", False),
    )
    if attribute.type != default.type or "AttributeDataType" not in definition:
        return attribute
    return _with_bounds(attribute, definition)


def _type_of(given: str) -> AttributeType:
    try:
        return AttributeType(given)
    except ValueError:
        raise reasons.INVALID_SCHEMA(
            problem=f"Validation error detected: Value '{given}' failed to satisfy constraint: Member must satisfy"
            " enum value set: [Boolean, Number, String, DateTime]"
        ) from None


def _with_bounds(attribute: Attribute, definition: SchemaAttributeType) -> Attribute:
    """Return the attribute with the definition's bounds, which are strings on the wire.

    Tools fill in the bounds of both types. Those of the other type are passed over, unless they are
    all there is: then they are a mistake.
    """
    text, number = (_struct(attribute, definition, kind) for kind in _BOUNDED)
    bounds: dict[str, Any] = {}
    for field, given in (("min_length", text.get("MinLength")), ("max_length", text.get("MaxLength"))):
        if given is not None:
            bounds[field] = _length(attribute, given)
    for field, given in (("min_value", number.get("MinValue")), ("max_value", number.get("MaxValue"))):
        if given is not None:
            bounds[field] = _value(attribute, given)
    return replace(attribute, **bounds, constraints_given=True) if bounds else attribute


def _struct(attribute: Attribute, definition: SchemaAttributeType, kind: str) -> dict[str, str]:
    given: dict[str, dict[str, str] | None] = {
        other: definition.get(f"{other}AttributeConstraints")  # type: ignore[misc]
        for other in _BOUNDED
    }
    struct = given[kind]
    if struct is None or attribute.type == _BOUNDED[kind]:
        return struct or {}
    if attribute.type in _BOUNDED.values() and all(
        given[other] is None for other, of_type in _BOUNDED.items() if of_type == attribute.type
    ):
        raise _invalid(kind, attribute)
    return {}


def _length(attribute: Attribute, given: str) -> int:
    if not _LENGTH.fullmatch(given):
        raise _invalid("String", attribute)
    return int(given)


def _value(attribute: Attribute, given: str) -> Decimal:
    try:
        value = Decimal(given)
    except InvalidOperation:
        raise _invalid("Number", attribute) from None
    if not value.is_finite():
        raise _invalid("Number", attribute)
    return value


def _invalid(kind: str, attribute: Attribute) -> Exception:
    return reasons.INVALID_SCHEMA(
        problem=f"Invalid {kind}AttributeConstraints for schema attribute {attribute.bare_name}"
    )
