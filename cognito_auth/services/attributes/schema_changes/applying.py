"""The switch to a changed schema, and users' values following it.

The switch is one short transaction: definitions, clients' lists of attributes and the schema's
version. Values that must move (renamed, removed, stored in another type) follow in batches, each a
transaction; what is left to do is kept on the pool, so that an interrupted change is finished by the
next call. Meanwhile new values are written under the new schema, and users not reached yet still
show the old name.

A change of sign-in names is one transaction as a whole, in which sign-ups wait: who may sign in must
never depend on how far a batch has come.
"""

import datetime
import logging
from collections.abc import Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from cognito_auth import reasons
from cognito_auth.models import SchemaAttribute, UserAlias, UserPool, UserPoolClient
from cognito_auth.services import user_names
from cognito_auth.services.attributes import schema
from cognito_auth.services.attributes.schema_changes.changes import SchemaChange
from cognito_auth.services.attributes.schema_changes.moving import finish
from cognito_auth.services.attributes.schema_changes.planning import Plan, plan
from cognito_auth.services.attributes.schema_changes.previewing import Preview, Progress, batches, examine
from cognito_auth.services.attributes.schema_changes.row_updates import update_rows
from cognito_auth.services.attributes.standard import STANDARD
from cognito_auth.services.user_import.active import refuse_while_importing

logger = logging.getLogger(__name__)

_BATCH = 500
_SAMPLES = 20
_COPIED = ("schema_version", "unfinished_schema_changes", "last_modified_at")
_SIGN_IN_FIELDS = ("username_attributes", "alias_attributes", "case_sensitive")


def apply(
    pool: UserPool,
    changes: Sequence[SchemaChange],
    *,
    now: datetime.datetime,
    progress: Progress | None = None,
    force: bool = False,
) -> Preview:
    """Change the schema of ``pool``, or refuse when users would not fit; return what was found.

    ``force`` applies it although users lack a required attribute or have a value out of bounds; they
    keep what they have. Users who would share a sign-in name are never forced. ``progress`` is called
    with how many users were done, and of how many, once for looking and once for moving values.

    Raises:
        InvalidParameterException: a change is impossible, users would fail, or the pool is strict.
        ConcurrentModificationException: the schema was edited while users were looked at.
        UserImportInProgressException: users are being imported.
    """
    refuse_while_importing(pool)
    finish(pool)
    pool.refresh_from_db()
    planned = plan(pool, changes)
    found = examine(planned, limit=_SAMPLES, progress=progress)
    if found.conflicting or (found.failing and not force):
        raise reasons.SCHEMA_CHANGE_WOULD_FAIL(failing=found.failing, total=found.total_users)
    last = None
    try:
        with transaction.atomic():
            planned = _switch(pool, planned, changes, now=now)
            if planned.sign_in_changed:
                last = _rebuild_sign_in_names(planned.pool)
    except IntegrityError:
        # Somebody took a name or attribute since users were looked at.
        raise reasons.CONCURRENT_CHANGE() from None
    for name in (*_COPIED, *_SIGN_IN_FIELDS):
        setattr(pool, name, getattr(planned.pool, name))
    if planned.sign_in_changed:
        _catch_up(planned.pool, after=last)
    finish(pool, progress=progress)
    return found


def _switch(pool: UserPool, planned: Plan, changes: Sequence[SchemaChange], *, now: datetime.datetime) -> Plan:
    """Write definitions, clients and pool under the pool's lock; return the plan that was carried out."""
    # Without "no key", whoever inserts a user of the pool waits for the end of this transaction.
    locked = UserPool.objects.select_for_update(no_key=not planned.sign_in_changed).get(pk=pool.pk)
    # Whoever starts an import locks this row too.
    refuse_while_importing(locked)
    if locked.schema_version != planned.version:
        if planned.looks_at_users:
            raise reasons.CONCURRENT_CHANGE()
        planned = plan(locked, changes)
    _write_definitions(planned)
    _write_clients(planned)
    target = planned.pool
    target.schema_version = schema.new_version()
    target.last_modified_at = now
    moves = {"renames": planned.renames, "removals": planned.removals, "retyped": planned.retyped}
    if any(moves.values()):
        target.unfinished_schema_changes = [*locked.unfinished_schema_changes, {**moves, "after": None}]
    target.save(update_fields=[*_COPIED, *_SIGN_IN_FIELDS])
    return planned


def _write_definitions(planned: Plan) -> None:
    rows = {row.name: row for row in SchemaAttribute.objects.filter(pool_id=planned.pool.pk)}
    position = max((row.position for row in rows.values()), default=0)
    for step in planned.steps:
        row = rows.get(step.before.name) if step.before else None
        if step.after is None or step.after == STANDARD.get(step.after.name):
            if row is not None:
                row.delete()
        elif row is None:
            position += 1
            schema.row_of(planned.pool, step.after, position=position).save(force_insert=True)
        else:
            fresh = schema.row_of(planned.pool, step.after, position=row.position)
            fresh.pk = row.pk
            fresh.save(force_update=True)


def _write_clients(planned: Plan) -> None:
    """Keep clients' lists in step, and let each that has a list write what is now required."""
    removed = set(planned.removals)
    for client in UserPoolClient.objects.filter(pool_id=planned.pool.pk):
        read = _in_step(client.read_attributes, planned.renames, removed)
        write = _in_step(client.write_attributes, planned.renames, removed)
        if write is not None:
            write += [name for name in planned.newly_required if name not in write]
        if (read, write) != (client.read_attributes, client.write_attributes):
            client.read_attributes, client.write_attributes = read, write
            client.save(update_fields=["read_attributes", "write_attributes"])


def _in_step(names: list[str] | None, renames: dict[str, str], removed: set[str]) -> list[str] | None:
    if names is None:
        return None
    return [renames.get(name, name) for name in names if name not in removed]


def _rebuild_sign_in_names(pool: UserPool) -> Any:
    """Compute every user's keys and aliases anew; return the last user's key.

    A name that two users have breaks a constraint.
    """
    UserAlias.objects.filter(pool_id=pool.pk).delete()
    last = None
    for batch in batches(pool.pk, size=_BATCH):
        aliases, changed = [], []
        for user in batch:
            before = (user.username_key, user.email_key)
            user.pool = pool
            user.set_keys()
            if before != (user.username_key, user.email_key):
                changed.append(user)
            aliases += [
                UserAlias(pool_id=pool.pk, user_id=user.pk, name=name, value_key=key)
                for name, key in user_names.aliases_of(user).items()
            ]
        update_rows(changed, ["username_key", "email_key"])
        UserAlias.objects.bulk_create(aliases)
        last = batch[-1].pk
    return last


def _catch_up(pool: UserPool, *, after: Any) -> None:
    """Compute the names of those who signed up, by the settings before, while others were rebuilt."""
    users = get_user_model()._default_manager.filter(pool_id=pool.pk).order_by("pk")
    for user in users if after is None else users.filter(pk__gt=after):
        user.pool = pool
        try:
            with transaction.atomic():
                user.save(update_fields=["username", "email"])
                user_names.sync_aliases(user)
        except (IntegrityError, user_names.AliasTaken):
            logger.warning("User %s of %s has a sign-in name that another has; it stays as it was.", user.pk, pool.pk)
