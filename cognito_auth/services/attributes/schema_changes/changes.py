"""What can be changed in a schema after its pool was made."""

from dataclasses import dataclass

from cognito_auth.services.attributes.attribute import Attribute


@dataclass(frozen=True, slots=True)
class AddAttribute:
    """Add a custom attribute."""

    attribute: Attribute


@dataclass(frozen=True, slots=True)
class ChangeAttribute:
    """Give the attribute of this name another definition: bounds, mutable, required, a custom one's type."""

    attribute: Attribute


@dataclass(frozen=True, slots=True)
class RenameAttribute:
    """Give a custom attribute another name; users keep their values.

    ``name`` is the wire name, ``new_name`` is without prefix.
    """

    name: str
    new_name: str


@dataclass(frozen=True, slots=True)
class RemoveAttribute:
    """Remove a custom attribute, by its wire name, and its values."""

    name: str


@dataclass(frozen=True, slots=True)
class ChangeSignInNames:
    """Change what people sign in with; ``None`` leaves a setting as it is."""

    username_attributes: tuple[str, ...] | None = None
    alias_attributes: tuple[str, ...] | None = None
    case_sensitive: bool | None = None


SchemaChange = AddAttribute | ChangeAttribute | RenameAttribute | RemoveAttribute | ChangeSignInNames
