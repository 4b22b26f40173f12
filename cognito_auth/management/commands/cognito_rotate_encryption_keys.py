"""Encrypt stored secrets anew with the newest key of COGNITO_AUTH["ENCRYPTION_KEYS"].

    1. put a new key first in the list and restart the site
    2. manage.py cognito_rotate_encryption_keys
    3. take the old key out of the list and restart the site

Works in batches beside a running site; stopped, it is simply run again. Ends with an error while
there are secrets that no configured key can read.
"""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cognito_auth.services import reencryption


class Command(BaseCommand):
    help = "Encrypt stored secrets anew with the newest encryption key."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--batch", type=int, default=reencryption.BATCH, help="Rows between two reports.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["batch"] < 1:
            raise CommandError("--batch must be 1 or more.")
        try:
            unreadable = sum(self._reencrypt(column, options["batch"]) for column in reencryption.columns())
        except KeyboardInterrupt:
            raise CommandError("Stopped. Run the command again to go on.", returncode=130) from None
        if unreadable:
            raise CommandError(
                f"{unreadable:,} secrets cannot be read with any configured key and were left as they are."
                " Put the key they were encrypted with back into ENCRYPTION_KEYS and run the command again."
            )

    def _reencrypt(self, column: reencryption.Column, batch: int) -> int:
        seen = renewed = unreadable = 0
        for outcome in reencryption.reencrypt(column, batch=batch):
            seen += outcome.seen
            renewed += outcome.reencrypted
            unreadable += outcome.unreadable
            if outcome.seen == batch:
                self.stdout.write(f"{column}: {seen:,} so far")
        self.stdout.write(f"{column}: {seen:,} secrets, {renewed:,} encrypted anew, {unreadable:,} unreadable")
        return unreadable
