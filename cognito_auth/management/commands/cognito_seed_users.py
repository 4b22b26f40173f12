"""Fill a pool with made-up people, to try it at the size it will have.

    manage.py cognito_seed_users --pool eu-west-1_AbC123xyZ --count 1000000 --password 'Passw0rd!'

They are called seeded-000000001 and so on, with verified addresses at example.com. ``--count`` is how
many there are to be in all: stopped, the command is simply run again. On PostgreSQL it makes more
than 5,000 a second.
"""

import argparse
import datetime
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cognito_auth.exceptions import CognitoError
from cognito_auth.services import planner_statistics, user_pools, user_seeding


class Command(BaseCommand):
    help = "Fill a pool with made-up people."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--pool", required=True, help="Id of the user pool.")
        parser.add_argument("--count", required=True, type=int, help="How many made-up people it is to have in all.")
        parser.add_argument("--password", help="Password of all of them. Default: none, nobody can sign in.")
        parser.add_argument("--batch", type=int, default=user_seeding.BATCH, help="People per transaction.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["batch"] < 1 or options["count"] < 0:
            raise CommandError("--batch must be 1 or more, --count 0 or more.")
        try:
            pool = user_pools.get(options["pool"])
        except CognitoError as error:
            raise CommandError(error.detail) from error
        count = options["count"]
        started, before = time.monotonic(), user_seeding.seeded(pool)
        done = before
        now = datetime.datetime.now(tz=datetime.UTC)
        try:
            for done in user_seeding.seed(pool, count, password=options["password"], batch=options["batch"], now=now):
                rate = (done - before) / max(time.monotonic() - started, 0.001)
                self.stdout.write(f"{done:,} of {count:,} ({rate:,.0f} a second)")
        except KeyboardInterrupt:
            raise CommandError(f"Stopped at {done:,}. Run the command again to go on.", returncode=130) from None
        planner_statistics.analyze()
        self.stdout.write(self.style.SUCCESS(f"The pool has {max(done, before):,} made-up people."))
