"""The definition of one attribute of a pool's schema, and what a definition may say."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Self

import regex

from cognito_auth import reasons
from cognito_auth.choices import AttributeType

MAX_LENGTH = 2048
MAX_NAME_LENGTH = 20
CUSTOM_PREFIX = "custom:"
DEVELOPER_PREFIX = "dev:custom:"
# Decimal columns hold 30 digits before the point and 10 after it.
MAX_NUMBER = Decimal(10) ** 30
# The API's pattern of CustomAttributeNameType.
_NAME = regex.compile(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+")


@dataclass(frozen=True, slots=True)
class Attribute:
    """What a pool's schema says about one attribute. Source: AWS SchemaAttributeType.

    Attributes:
        name: as on the wire, with its prefix: ``email``, ``custom:team``, ``dev:custom:team``.
        mutable: whether it can be written after the user was created.
        required: whether a person must give it at sign-up.
        developer_only: whether only signed calls see and write it (``dev:custom:…``).
        min_length, max_length: of text, in characters.
        min_value, max_value: of numbers.
        constraints_given: whether the bounds were given by somebody, rather than defaults.
    """

    name: str
    type: AttributeType = AttributeType.STRING
    mutable: bool = True
    required: bool = False
    developer_only: bool = False
    min_length: int | None = None
    max_length: int | None = None
    min_value: Decimal | None = None
    max_value: Decimal | None = None
    is_standard: bool = False
    constraints_given: bool = False

    @property
    def bare_name(self) -> str:
        """The name without its prefix, as AddCustomAttributes takes it."""
        return bare_name(self.name)

    def renamed(self, bare: str) -> Self:
        """Return the same custom attribute under another name, given without prefix."""
        return replace(self, name=custom_name(bare, developer_only=self.developer_only))


def bare_name(name: str) -> str:
    """Return a wire name without ``custom:`` or ``dev:custom:``."""
    return name.removeprefix(DEVELOPER_PREFIX).removeprefix(CUSTOM_PREFIX)


def custom_name(bare: str, *, developer_only: bool = False) -> str:
    """Return the wire name of a custom attribute."""
    return (DEVELOPER_PREFIX if developer_only else CUSTOM_PREFIX) + bare


def is_custom_name(name: str) -> bool:
    """Tell whether ``name`` is written like a custom attribute's."""
    return name.startswith((CUSTOM_PREFIX, DEVELOPER_PREFIX))


def check_definition(attribute: Attribute) -> None:
    """Refuse a definition that contradicts itself or the API's rules.

    Raises:
        InvalidParameterException: a bad name, bounds of the wrong type, too large or crossed, or a
            custom attribute that would be required.
    Source: AWS SchemaAttributeType, StringAttributeConstraintsType, NumberAttributeConstraintsType.
    """
    if not attribute.is_standard:
        _check_custom(attribute)
    if attribute.type != AttributeType.STRING and (attribute.min_length, attribute.max_length) != (None, None):
        raise _wrong_constraints("String", attribute)
    if attribute.type != AttributeType.NUMBER and (attribute.min_value, attribute.max_value) != (None, None):
        raise _wrong_constraints("Number", attribute)
    _check_lengths(attribute)
    _check_bounds(attribute)


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


def _wrong_constraints(kind: str, attribute: Attribute) -> Exception:
    return reasons.INVALID_SCHEMA(
        problem=f"Invalid {kind}AttributeConstraints for schema attribute {attribute.bare_name}"
    )
