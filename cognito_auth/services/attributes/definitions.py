"""What the definition of an attribute may say.

Source: AWS SchemaAttributeType, StringAttributeConstraintsType, NumberAttributeConstraintsType.
"""

from decimal import Decimal

import regex

from cognito_auth import reasons
from cognito_auth.choices import AttributeType
from cognito_auth.exceptions import CognitoError
from cognito_auth.services.attributes.attribute import MAX_LENGTH, Attribute, custom_name
from cognito_auth.services.attributes.standard import STANDARD, SUB, VERIFIED_FLAGS

MAX_NAME_LENGTH = 20
# Decimal columns hold 30 digits before the point and 10 after it.
MAX_NUMBER = Decimal(10) ** 30
# The API's pattern of CustomAttributeNameType.
_NAME = regex.compile(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+")


def check_definition(attribute: Attribute) -> None:
    """Refuse a definition that contradicts itself or the API's rules.

    Raises:
        InvalidParameterException: a bad name, another type for a standard attribute, bounds of the
            wrong type, too large or crossed, or required where nobody could give it.
    """
    if attribute.is_standard:
        _check_standard(attribute)
    else:
        _check_custom(attribute)
    if attribute.type != AttributeType.STRING and (attribute.min_length, attribute.max_length) != (None, None):
        raise _wrong_constraints("String", attribute)
    if attribute.type != AttributeType.NUMBER and (attribute.min_value, attribute.max_value) != (None, None):
        raise _wrong_constraints("Number", attribute)
    _check_lengths(attribute)
    _check_bounds(attribute)


def _check_standard(attribute: Attribute) -> None:
    default = STANDARD[attribute.name]
    if attribute.type != default.type or attribute.developer_only:
        raise reasons.INVALID_SCHEMA(
            problem="You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute"
            f" {attribute.name}"
        )
    if attribute.name == SUB and attribute != default:
        raise reasons.INVALID_SCHEMA(problem=f"user.{SUB}: The attribute cannot be changed.")
    if attribute.required and attribute.name in VERIFIED_FLAGS.values():
        # Nobody but administrators may write it, so nobody could sign up.
        raise reasons.INVALID_SCHEMA(problem=f"user.{attribute.name}: The attribute cannot be required.")


def _check_custom(attribute: Attribute) -> None:
    if attribute.name != custom_name(attribute.bare_name, developer_only=attribute.developer_only):
        raise reasons.INVALID_SCHEMA(problem=f"{attribute.name}: The name has the wrong prefix.")
    if not _NAME.fullmatch(attribute.bare_name) or len(attribute.bare_name) > MAX_NAME_LENGTH:
        raise reasons.INVALID_SCHEMA(
            problem=f"{attribute.name}: The name needs 1 to {MAX_NAME_LENGTH} characters, without spaces."
        )
    if attribute.required:
        raise reasons.INVALID_SCHEMA(problem="Required custom attributes are not supported currently.")


def _check_lengths(attribute: Attribute) -> None:
    lengths = [length for length in (attribute.min_length, attribute.max_length) if length is not None]
    if any(length < 0 for length in lengths):
        raise _wrong_constraints("String", attribute)
    if any(length > MAX_LENGTH for length in lengths):
        raise reasons.INVALID_SCHEMA(
            problem=f"user.{attribute.name}: String attributes cannot have a length of more than {MAX_LENGTH}"
        )
    if len(lengths) == 2 and lengths[0] > lengths[1]:
        raise reasons.INVALID_SCHEMA(problem=f"user.{attribute.name}: Max length cannot be less than min length.")


def _check_bounds(attribute: Attribute) -> None:
    values = [value for value in (attribute.min_value, attribute.max_value) if value is not None]
    if any(not value.is_finite() or abs(value) > MAX_NUMBER for value in values):
        raise _wrong_constraints("Number", attribute)
    if len(values) == 2 and values[0] > values[1]:
        raise reasons.INVALID_SCHEMA(problem=f"user.{attribute.name}: Max value cannot be less than min value.")


def _wrong_constraints(kind: str, attribute: Attribute) -> CognitoError:
    return reasons.INVALID_SCHEMA(
        problem=f"Invalid {kind}AttributeConstraints for schema attribute {attribute.bare_name}"
    )
