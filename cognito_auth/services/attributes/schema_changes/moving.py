"""Users' values following a changed schema, in batches that can be interrupted and resumed.

What is left to do is kept on the pool (``unfinished_schema_changes``), each entry a mapping:
``renames`` (old wire name → new), ``removals`` and ``retyped`` (lists of wire names), and ``after``,
the key of the last user done.
"""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from cognito_auth.models import AbstractCognitoUser, UserPool
from cognito_auth.services.attributes import formats, schema
from cognito_auth.services.attributes.attribute import Attribute
from cognito_auth.services.attributes.schema_changes.previewing import Progress
from cognito_auth.services.attributes.schema_changes.row_updates import update_rows
from cognito_auth.services.attributes.values import native_of, text_of

_BATCH = 500


def finish(pool: UserPool, *, progress: Progress | None = None) -> None:
    """Move users' values that a change of the schema, maybe interrupted, has left where they were.

    May be called at any time, by several processes at once.
    """
    done = 0
    total = 0
    while batch_size := _finish_batch(pool):
        done += batch_size
        if progress is not None:
            total = total or get_user_model()._default_manager.filter(pool_id=pool.pk).count()
            progress(done, max(done, total))


def _finish_batch(pool: UserPool) -> int:
    """Move the values of one batch; return how many users it had, 0 when all is done."""
    with transaction.atomic():
        locked = UserPool.objects.select_for_update(no_key=True).get(pk=pool.pk)
        while locked.unfinished_schema_changes:
            moves: dict[str, Any] = locked.unfinished_schema_changes[0]
            users = get_user_model()._default_manager.filter(pool_id=pool.pk).order_by("pk")
            if moves["after"] is not None:
                users = users.filter(pk__gt=moves["after"])
            batch: list[AbstractCognitoUser] = list(users.select_for_update()[:_BATCH])
            if batch:
                _move(batch, moves, schema.of(locked))
                last = batch[-1].pk
                moves["after"] = last if isinstance(last, int) else str(last)
            else:
                locked.unfinished_schema_changes.pop(0)
            locked.save(update_fields=["unfinished_schema_changes"])
            pool.unfinished_schema_changes = locked.unfinished_schema_changes
            if batch:
                return len(batch)
    return 0


def _move(batch: list[AbstractCognitoUser], moves: dict[str, Any], pool_schema: schema.Schema) -> None:
    changed = []
    for user in batch:
        moved = _moved(user.custom_attributes, moves, pool_schema)
        if moved != user.custom_attributes or moves["retyped"]:
            user.custom_attributes = moved
            changed.append(user)
    update_rows(changed, ["custom_attributes"])


def _moved(values: dict[str, Any], moves: dict[str, Any], pool_schema: schema.Schema) -> dict[str, Any]:
    moved = dict(values)
    for old, new in moves["renames"].items():
        if old in moved:
            value = moved.pop(old)
            # What was written under the new name since the switch is newer.
            moved.setdefault(new, value)
    for name in moves["removals"]:
        moved.pop(name, None)
    for name in moves["retyped"]:
        attribute = pool_schema.get(name)
        if name in moved and attribute is not None:
            moved[name] = _converted(moved[name], attribute)
    return moved


def _converted(value: Any, attribute: Attribute) -> Any:
    """Return ``value`` in the attribute's type, or as it was where a forced change left it unfit."""
    try:
        # Strict refuses nothing more than it must: the value was accepted before.
        return native_of(attribute, formats.normalise(attribute, text_of(value), strict=True))
    except formats.BadValue:
        return value
