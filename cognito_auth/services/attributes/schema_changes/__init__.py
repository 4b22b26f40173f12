"""Editing the attribute schema, and how people sign in, of a pool that has users.

A list of changes is planned against the pool as it is, previewed ("3 of 18,204 users would fail"),
then applied or refused as a whole::

    changes = [RenameAttribute("custom:team", "squad"), ChangeAttribute(replace(email, required=True))]
    found = schema_changes.preview(pool, changes)
    if found.is_applicable:
        schema_changes.apply(pool, changes, now=now)

==============  ============================================================================
``changes``     what can be changed
``planning``    the schema and pool that a list of changes leads to, or why it is impossible
``previewing``  which users do not fit
``conflicts``   which users would have the same sign-in name
``applying``    the switch to the new schema
``moving``      users' values following in batches, which can be interrupted and resumed
``row_updates`` writing many rows
==============  ============================================================================

Strict pools take new custom attributes only, as AWS does.
"""

from cognito_auth.services.attributes.schema_changes.applying import apply
from cognito_auth.services.attributes.schema_changes.changes import (
    AddAttribute,
    ChangeAttribute,
    ChangeSignInNames,
    RemoveAttribute,
    RenameAttribute,
    SchemaChange,
)
from cognito_auth.services.attributes.schema_changes.moving import finish
from cognito_auth.services.attributes.schema_changes.previewing import Failure, Preview, Progress, preview

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
