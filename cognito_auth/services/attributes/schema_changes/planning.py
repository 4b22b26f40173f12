"""Where a list of changes leads: the schema and pool as they will be, and what to look at on the way.

No query but the schema's own; nothing is written.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cognito_auth import reasons
from cognito_auth.models import UserPool
from cognito_auth.services import user_pool_settings
from cognito_auth.services.attributes import definitions, schema
from cognito_auth.services.attributes.attribute import Attribute, bare_name, custom_name, name_to_add
from cognito_auth.services.attributes.schema_changes.changes import (
    AddAttribute,
    ChangeAttribute,
    ChangeSignInNames,
    RemoveAttribute,
    RenameAttribute,
    SchemaChange,
)

_SIGN_IN_MEMBERS = {
    "username_attributes": "UsernameAttributes",
    "alias_attributes": "AliasAttributes",
    "case_sensitive": "UsernameConfiguration",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One attribute before and after: ``None`` before for a new one, ``None`` after for a removed one."""

    before: Attribute | None
    after: Attribute | None

    @property
    def narrows(self) -> bool:
        """Whether values that were good may not be so any more."""
        if self.before is None or self.after is None:
            return False
        return _form(self.before) != _form(self.after)


def _form(attribute: Attribute) -> tuple[object, ...]:
    return (
        attribute.type,
        attribute.min_length,
        attribute.max_length,
        attribute.min_value,
        attribute.max_value,
    )


@dataclass(frozen=True, slots=True)
class Plan:
    """The outcome of a list of changes.

    Attributes:
        pool: a copy with the settings it will have; not saved.
        version: of the schema that the plan was made for.
        steps: attributes that change.
        sign_in_changed: whether usernames or aliases must be computed anew.
    """

    pool: UserPool
    version: int
    steps: tuple[Step, ...]
    sign_in_changed: bool

    @property
    def renames(self) -> dict[str, str]:
        """Old wire name → new one."""
        return {
            step.before.name: step.after.name
            for step in self.steps
            if step.before and step.after and step.before.name != step.after.name
        }

    @property
    def removals(self) -> list[str]:
        """Wire names of attributes that go."""
        return [step.before.name for step in self.steps if step.before and step.after is None]

    @property
    def narrowed(self) -> list[tuple[str, Attribute]]:
        """Name before, and definition after, of attributes whose values must be looked at."""
        return [(step.before.name, step.after) for step in self.steps if step.narrows and step.before and step.after]

    @property
    def retyped(self) -> list[str]:
        """New wire names of attributes whose values are stored in another type."""
        return [
            step.after.name for step in self.steps if step.before and step.after and step.before.type != step.after.type
        ]

    @property
    def newly_required(self) -> list[str]:
        """Names that a person must give at sign-up from now on."""
        return [
            step.after.name
            for step in self.steps
            if step.before and step.after and step.after.required and not step.before.required
        ]

    @property
    def looks_at_users(self) -> bool:
        """Whether users could stand in the way, or lose a value."""
        return bool(self.narrowed or self.newly_required or self.removals or self.sign_in_changed)


def plan(pool: UserPool, changes: Sequence[SchemaChange]) -> Plan:
    """Return where ``changes``, one after the other, lead.

    Raises:
        InvalidParameterException: one of them is impossible, or the pool is strict.
    """
    draft = _Draft(pool)
    for change in changes:
        draft.make(change)
    user_pool_settings.check(draft.pool)
    user_pool_settings.check_attribute_count(pool, sum(not item.is_standard for item in draft.current.values()))
    return Plan(
        pool=draft.pool,
        version=pool.schema_version,
        steps=draft.steps(),
        sign_in_changed=any(getattr(draft.pool, name) != getattr(pool, name) for name in _SIGN_IN_MEMBERS),
    )


class _Draft:
    """The schema while changes are made to it, with where each attribute came from."""

    def __init__(self, pool: UserPool) -> None:
        self.pool = copy.copy(pool)
        self.before = {item.name: item for item in schema.of(pool).attributes}
        self.current = dict(self.before)
        self.origins = {name: name for name in self.before}

    def make(self, change: SchemaChange) -> None:
        """Make one change."""
        if self.pool.strict:
            _refuse_in_strict_pools(change)
        match change:
            case AddAttribute(attribute):
                self._add(attribute)
            case ChangeAttribute(attribute):
                self._change(attribute)
            case RenameAttribute(name, new_name):
                self._rename(name, new_name)
            case RemoveAttribute(name):
                del self.current[self._custom(name).name]
                self.origins.pop(name, None)
            case ChangeSignInNames():
                self._change_sign_in_names(change)

    def steps(self) -> tuple[Step, ...]:
        """Return what differs from before."""
        kept = {origin: self.current[name] for name, origin in self.origins.items()}
        steps = [Step(before, kept.get(name)) for name, before in self.before.items()]
        steps += [Step(None, item) for name, item in self.current.items() if name not in self.origins]
        return tuple(step for step in steps if step.before != step.after)

    def _add(self, attribute: Attribute) -> None:
        definitions.check_definition(attribute)
        if attribute.is_standard:
            raise reasons.ATTRIBUTE_EXISTS(name=attribute.name, existing=attribute.name)
        self._refuse_taken(attribute.name)
        self.current[attribute.name] = attribute

    def _change(self, attribute: Attribute) -> None:
        known = self._known(attribute.name)
        changed = replace(attribute, is_standard=known.is_standard)
        definitions.check_definition(changed)
        self.current[attribute.name] = changed

    def _rename(self, name: str, new_name: str) -> None:
        renamed = self._custom(name).renamed(bare_name(new_name))
        if renamed.name == name:
            return
        definitions.check_definition(renamed)
        self._refuse_taken(renamed.name)
        # The order of attributes stays, since people see them in it.
        self.current = {(renamed.name if key == name else key): item for key, item in self.current.items()}
        self.current[renamed.name] = renamed
        if name in self.origins:
            self.origins[renamed.name] = self.origins.pop(name)

    def _refuse_taken(self, name: str) -> None:
        """Refuse a name that is in use, or was until this list of changes.

        While values are moved in batches, a name must mean one attribute only.
        """
        bare = bare_name(name)
        spellings = [custom_name(bare), custom_name(bare, developer_only=True)]
        for spelling in spellings:
            if spelling in self.current or spelling in self.before:
                raise reasons.ATTRIBUTE_EXISTS(name=name_to_add(name), existing=spelling)

    def _known(self, name: str) -> Attribute:
        attribute = self.current.get(name)
        if attribute is None:
            raise reasons.ATTRIBUTE_NOT_IN_SCHEMA(name=name)
        return attribute

    def _custom(self, name: str) -> Attribute:
        attribute = self._known(name)
        if attribute.is_standard:
            raise reasons.INVALID_SCHEMA(problem=f"{name}: A standard attribute cannot be renamed or removed.")
        return attribute

    def _change_sign_in_names(self, change: ChangeSignInNames) -> None:
        if change.username_attributes is not None:
            self.pool.username_attributes = list(change.username_attributes)
        if change.alias_attributes is not None:
            self.pool.alias_attributes = list(change.alias_attributes)
        if change.case_sensitive is not None:
            self.pool.case_sensitive = change.case_sensitive


def _refuse_in_strict_pools(change: SchemaChange) -> None:
    """Refuse what AWS refuses: everything but a new custom attribute."""
    if isinstance(change, ChangeSignInNames):
        given = [member for name, member in _SIGN_IN_MEMBERS.items() if getattr(change, name) is not None]
        raise reasons.SIGN_IN_NAMES_ARE_FIXED(member=", ".join(given))
    if not isinstance(change, AddAttribute):
        raise reasons.SCHEMA_IS_FIXED()
