"""Remove what has expired: sign-in attempts, codes, sessions and their tokens, counters.

    manage.py cognito_clear_expired
    manage.py cognito_clear_expired --days 365

With ``--days``, authentication events older than that go too; audit events go after
``COGNITO_AUTH["AUDIT_RETENTION_DAYS"]``. To be run daily; it works in small
batches beside a busy site, and can be stopped at any moment.
"""

import argparse
import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cognito_auth.services import expiry


class Command(BaseCommand):
    help = "Remove expired sign-ins, codes, sessions and counters, and old events."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--days", type=int, help="Remove authentication events older than so many days. Default: keep all."
        )
        parser.add_argument("--batch", type=int, default=expiry.BATCH, help="Rows per transaction.")

    def handle(self, *args: Any, **options: Any) -> None:
        days, batch = options["days"], options["batch"]
        now = datetime.datetime.now(tz=datetime.UTC)
        # No date is before the year 1.
        most = now.toordinal() - 1
        if batch < 1 or (days is not None and not 0 <= days <= most):
            raise CommandError(f"--batch must be 1 or more, --days 0 to {most:,}.")
        try:
            for name, querysets in expiry.over(now, event_days=days).items():
                self._remove(str(name), querysets, batch)
        except KeyboardInterrupt:
            raise CommandError("Stopped. Run the command again to go on.", returncode=130) from None

    def _remove(self, name: str, querysets: list[Any], batch: int) -> None:
        removed = 0
        for queryset in querysets:
            for number in expiry.remove(queryset, batch=batch):
                removed += number
                if number == batch:
                    self.stdout.write(f"{name}: {removed:,} so far")
        self.stdout.write(f"{name}: {removed:,} removed")
