"""Edit the attributes of a pool that has users, or finish an edit that was interrupted.

    manage.py cognito_change_schema <pool id> --rename custom:team squad --require name --preview
    manage.py cognito_change_schema <pool id> --rename custom:team squad --require name
    manage.py cognito_change_schema <pool id>

All edits of one call are made together, or refused together when users would not fit. Interrupted
while users' values follow, it goes on when called again.
"""

import argparse
import datetime
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cognito_auth import reasons
from cognito_auth.choices import AttributeType
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import UserPool
from cognito_auth.services import user_pools
from cognito_auth.services.attributes import schema, schema_changes
from cognito_auth.services.attributes.attribute import Attribute, bare_name, custom_name
from cognito_auth.services.attributes.schema_changes import (
    AddAttribute,
    ChangeAttribute,
    Preview,
    RemoveAttribute,
    RenameAttribute,
    SchemaChange,
)


class Command(BaseCommand):
    help = "Edit the attributes of a pool that has users, or finish an interrupted edit."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("user_pool_id", help="The pool.")
        parser.add_argument(
            "--add", nargs=2, action="append", metavar=("NAME", "TYPE"), help="String, Number, DateTime or Boolean."
        )
        parser.add_argument("--rename", nargs=2, action="append", metavar=("NAME", "NEW"), help="A custom attribute.")
        parser.add_argument("--remove", action="append", metavar="NAME", help="A custom attribute and its values.")
        parser.add_argument("--require", action="append", metavar="NAME", help="Ask for it at sign-up.")
        parser.add_argument("--optional", action="append", metavar="NAME", help="Do not ask for it at sign-up.")
        parser.add_argument("--preview", action="store_true", help="Only tell what would happen.")
        parser.add_argument("--force", action="store_true", help="Even if users do not fit; they stay as they are.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            pool = user_pools.get(options["user_pool_id"])
            changes = list(_changes(pool, options))
            if options["preview"]:
                self._tell(schema_changes.preview(pool, changes, progress=self._progress))
            elif changes:
                now = datetime.datetime.now(tz=datetime.UTC)
                found = schema_changes.apply(pool, changes, now=now, progress=self._progress, force=options["force"])
                self._tell(found)
            else:
                was_begun = bool(pool.unfinished_schema_changes)
                schema_changes.finish(pool, progress=self._progress)
                self.stdout.write("What was begun is done." if was_begun else "No change is given, and none was begun.")
        except CognitoError as error:
            raise CommandError(error.detail or error.message) from error

    def _progress(self, done: int, total: int) -> None:
        self.stderr.write(f"{done:,} of {total:,} users")

    def _tell(self, found: Preview) -> None:
        self.stdout.write(f"{found.failing:,} of {found.total_users:,} users do not fit.")
        if found.values_lost:
            self.stdout.write(f"{found.values_lost:,} users lose a value.")
        for failure in found.samples:
            self.stdout.write(f"  {failure.username}: {failure.problem}")


def _changes(pool: UserPool, options: dict[str, Any]) -> Iterator[SchemaChange]:
    for name, kind in options["add"] or ():
        if kind not in AttributeType.values:
            raise CommandError(f"{kind} is not a type: use one of {', '.join(AttributeType.values)}.")
        yield AddAttribute(Attribute(custom_name(bare_name(name)), AttributeType(kind)))
    for name, new_name in options["rename"] or ():
        yield RenameAttribute(name, new_name)
    for name in options["remove"] or ():
        yield RemoveAttribute(name)
    for option, required in (("require", True), ("optional", False)):
        for name in options[option] or ():
            attribute = schema.of(pool).get(name)
            if attribute is None:
                raise reasons.ATTRIBUTE_NOT_IN_SCHEMA(name=name)
            yield ChangeAttribute(replace(attribute, required=required))
