"""Limits on how often somebody may ask, in fixed windows of time.

===================== ============================================== ============
scope                 counted for                                    default
===================== ============================================== ============
ip                    address of the caller of a public operation    3000 / 60 s
user                  name, or token of a person, in it               600 / 60 s
client                app client                                     18000 / 60 s
pool                  user pool, signed calls too                    30000 / 60 s
user_authentication   pool: sign-ins, refreshed and derived tokens   7200 / 60 s
user_creation         pool: sign-ups and their confirmation          3000 / 60 s
account_recovery      pool: password changes and resets              1800 / 60 s
client_authentication pool: tokens of machines                       9000 / 60 s
===================== ============================================== ============

``COGNITO_AUTH["THROTTLE_RATES"]`` overrides a scope with ``"<count>/<seconds>"``, or ``None`` to
switch it off; ``COGNITO_AUTH["THROTTLING"] = False`` switches all off. Counters live in Django's cache
(``COGNITO_AUTH["CACHE"]``), which all workers should share; where it fails, they live in the database
instead, so that a limit is kept, if slower. Guesses at secrets are limited elsewhere
(``attempts.py``), and always.

Source: AWS "Quotas in Amazon Cognito", request rate categories; one pool here is what an account is there.
"""

import datetime
import logging
import time
from collections.abc import Iterable, Mapping

from django.core.cache import caches

from cognito_auth import crypto, reasons
from cognito_auth.choices import AttemptKind
from cognito_auth.conf import settings
from cognito_auth.services import attempts

DEFAULT_RATES: Mapping[str, str | None] = {
    "ip": "3000/60",
    "user": "600/60",
    "client": "18000/60",
    "pool": "30000/60",
    "user_authentication": "7200/60",
    "user_creation": "3000/60",
    "account_recovery": "1800/60",
    "client_authentication": "9000/60",
}
# A cache that failed is left alone for so long: waiting for it at each request would stop everything.
_CACHE_PAUSE_SECONDS = 5.0
_cache_paused_until = 0.0

logger = logging.getLogger("cognito_auth.throttling")


class _CacheFailed(Exception):
    """The cache neither counted nor said why."""


def check(counted: Iterable[tuple[str, str]], *, now: datetime.datetime) -> None:
    """Count one request for each (scope, subject) and refuse it where a limit is passed.

    Raises:
        TooManyRequestsException: "Rate exceeded"; its values hold ``retry_after_seconds``.
    """
    rates = settings.throttle_rates
    for scope, subject in counted:
        rate = rates.get(scope, DEFAULT_RATES[scope])
        if rate is None:
            continue
        allowed, seconds = map(int, rate.split("/"))
        window, elapsed = divmod(int(now.timestamp()), seconds)
        if _count(scope, subject, window=window, seconds=seconds, now=now) > allowed:
            raise reasons.RATE_EXCEEDED(retry_after_seconds=seconds - elapsed)


def _count(scope: str, subject: str, *, window: int, seconds: int, now: datetime.datetime) -> int:
    global _cache_paused_until  # noqa: PLW0603  (per process, on purpose)
    # Names and tokens do not belong into a cache.
    key = f"cognito_auth.rate.{scope}.{window}.{crypto.digest(subject)[:32]}"
    if time.monotonic() >= _cache_paused_until:
        try:
            return _count_in_cache(key, seconds)
        except Exception as error:  # noqa: BLE001  (each cache backend has its own exceptions)
            _cache_paused_until = time.monotonic() + _CACHE_PAUSE_SECONDS
            logger.warning("The cache cannot count requests, the database does: %s", type(error).__name__)
    return attempts.increment(
        AttemptKind.RATE, pool_id=scope, subject=f"{window}.{subject}", window_seconds=seconds, now=now
    )


def _count_in_cache(key: str, seconds: int) -> int:
    cache = caches[settings.cache]
    for _attempt in range(2):
        try:
            return int(cache.incr(key))
        except ValueError:
            # Not there yet; of several callers at once one adds it and the others count on.
            if cache.add(key, 1, timeout=seconds + 1):
                return 1
    raise _CacheFailed


def retry_the_cache() -> None:
    """Use the cache again at once; for tests and for whoever has just repaired it."""
    global _cache_paused_until  # noqa: PLW0603
    _cache_paused_until = 0.0
