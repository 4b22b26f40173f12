"""The definition of one attribute of a pool's schema."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Self

from cognito_auth.choices import AttributeType

MAX_LENGTH = 2048
CUSTOM_PREFIX = "custom:"
DEVELOPER_PREFIX = "dev:custom:"


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


def name_to_add(name: str) -> str:
    """Return a wire name as it is said of an attribute that is to be added: without ``dev:``."""
    return name.replace(DEVELOPER_PREFIX, CUSTOM_PREFIX, 1)


def is_custom_name(name: str) -> bool:
    """Tell whether ``name`` is written like a custom attribute's."""
    return name.startswith((CUSTOM_PREFIX, DEVELOPER_PREFIX))
