"""Editing the attribute schema, and how people sign in, of a pool that has users.

A list of changes is planned against the pool as it is, previewed ("3 of 18,204 users would fail"),
then applied or refused as a whole::

    changes = [RenameAttribute("custom:team", "squad"), ChangeAttribute(replace(email, required=True))]
    found = schema_changes.preview(pool, changes)
    if found.is_applicable:
        schema_changes.apply(pool, changes, now=now)

============  ==============================================================================
``changes``   what can be changed
``plan``      the schema and pool that a list of changes leads to, or why it is impossible
``preview``   which users do not fit
``conflicts`` which users would have the same sign-in name
``apply``     the switch to the new schema; values follow in batches and can be resumed
============  ==============================================================================

Strict pools take new custom attributes only, as AWS does.
"""

from cognito_auth.services.attributes.schema_changes.apply import apply, finish
from cognito_auth.services.attributes.schema_changes.changes import (
    AddAttribute,
    ChangeAttribute,
    ChangeSignInNames,
    RemoveAttribute,
    RenameAttribute,
    SchemaChange,
)
from cognito_auth.services.attributes.schema_changes.preview import Failure, Preview, Progress, preview

__all__ = [
    "AddAttribute",
    "ChangeAttribute",
    "ChangeSignInNames",
    "Failure",
    "Preview",
    "Progress",
    "RemoveAttribute",
    "RenameAttribute",
    "SchemaChange",
    "apply",
    "finish",
    "preview",
]
