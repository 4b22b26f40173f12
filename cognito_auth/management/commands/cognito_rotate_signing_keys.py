"""Switch user pools to new signing keys, without refusing a token.

    manage.py cognito_rotate_signing_keys                       all pools
    manage.py cognito_rotate_signing_keys eu-west-1_AbC123xyZ   one or several
    manage.py cognito_rotate_signing_keys --before 2026-03-03T09:00:00+00:00

A new key is published from the moment it signs; the old one stays published until its last token has
ended. Interrupted, the command prints the line that goes on with the pools that are left.
"""

import argparse
import datetime
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q, QuerySet

from cognito_auth.models import UserPool
from cognito_auth.services.tokens import keys


class Command(BaseCommand):
    help = "Switch user pools to new signing keys; the old ones stay published until their last token has ended."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("pools", nargs="*", metavar="user_pool_id", help="Pools to rotate. Default: all.")
        parser.add_argument(
            "--before",
            type=_moment,
            help="Only pools whose keys were made before this moment (ISO 8601). Default: now.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        before = options["before"] or datetime.datetime.now(tz=datetime.UTC)
        pool_ids = _due(options["pools"], before)
        done = 0
        try:
            for pool_id in pool_ids:
                pool = UserPool.objects.filter(pk=pool_id).first()
                if pool is not None:  # else it was deleted meanwhile
                    keys.rotate(pool, now=datetime.datetime.now(tz=datetime.UTC))
                done += 1
                self.stdout.write(f"{done:,} of {len(pool_ids):,}: {pool_id}")
        except KeyboardInterrupt:
            again = " ".join(["manage.py cognito_rotate_signing_keys", *options["pools"], "--before"])
            raise CommandError(
                f"Stopped after {done:,} of {len(pool_ids):,} pools. Go on with: {again} {before.isoformat()}",
                returncode=130,
            ) from None
        self.stdout.write(self.style.SUCCESS(f"{done:,} pools have new signing keys."))


def _moment(text: str) -> datetime.datetime:
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no moment in ISO 8601, such as 2026-03-03T09:00:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def _due(asked_for: Sequence[str], before: datetime.datetime) -> list[str]:
    """Return the ids of the pools to rotate, in order.

    Raises:
        CommandError: there is no such pool.
    """
    pools: QuerySet[UserPool] = UserPool.objects.order_by("pk")
    if asked_for:
        pools = pools.filter(pk__in=asked_for)
        if missing := sorted(set(asked_for) - set(pools.values_list("pk", flat=True))):
            raise CommandError(f"There is no user pool {', '.join(missing)}.")
    is_old = Q(id_signing_key__created_at__lt=before) | Q(access_signing_key__created_at__lt=before)
    has_none = Q(id_signing_key=None) | Q(access_signing_key=None)
    return list(pools.filter(is_old | has_none).values_list("pk", flat=True))
