"""Counting guesses at secrets, so that nobody can try them all.

Two kinds of allowance:

* a **window** (:func:`count`): so many attempts an hour, for codes and for requests that send one;
* a **lock** (:func:`reserve`): five wrong passwords are free, after the n-th the account is locked for
  2^(n-5) seconds. A guess is reserved *before* the secret is compared and settled afterwards, so that
  a burst of parallel requests gets no more guesses than a patient caller.

One statement does each step, on the database that all workers share; a lost cache forgets nothing.
Source: AWS "Lockout behavior for failed sign-in attempts", "Quotas: code security".
"""

import datetime
import time
from dataclasses import dataclass
from functools import lru_cache

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper

from cognito_auth import crypto, reasons
from cognito_auth.choices import AttemptKind
from cognito_auth.models import AttemptCounter
from cognito_auth.models.adaptation import adaptation_of
from cognito_auth.models.statements import Statement, execute_together

HOUR = 3600
# kind → (attempts, seconds): what the API's documentation allows.
WINDOWS: dict[AttemptKind, tuple[int, int]] = {
    AttemptKind.CONFIRM_SIGN_UP: (15, HOUR),
    AttemptKind.VERIFY_ATTRIBUTE: (15, HOUR),
    AttemptKind.RESET_PASSWORD: (15, HOUR),
    AttemptKind.RESEND_CODE: (5, HOUR),
    AttemptKind.REQUEST_ATTRIBUTE_CODE: (5, HOUR),
    AttemptKind.CHANGE_PASSWORD: (5, HOUR),
}
FREE_FAILURES = 5
LONGEST_LOCK_SECONDS = 900
QUIET_SECONDS = 900
# A reservation older than this belongs to a process that died.
_STALE_RESERVATION_SECONDS = 30
_LONGEST_WAIT_SECONDS = 5.0
_WAIT_STEP_SECONDS = 0.03
_LAST_AT = AttemptCounter._meta.get_field("last_at")


def key_of(kind: AttemptKind, pool_id: str, subject: str) -> str:
    """Return the counter's key; a keyed digest, so that names are not stored."""
    return crypto.keyed_digest(kind, pool_id, subject)


def subject_of(user_id: int | None, name_key: str) -> str:
    """Return whom a guess is counted for: the user, or the name where there is no such user."""
    return f"name:{name_key}" if user_id is None else f"user:{user_id}"


def _connection() -> BaseDatabaseWrapper:
    return connections[router.db_for_write(AttemptCounter)]


def _table(connection: BaseDatabaseWrapper) -> str:
    return connection.ops.quote_name(AttemptCounter._meta.db_table)


def increment(kind: AttemptKind, *, pool_id: str, subject: str, window_seconds: int, now: datetime.datetime) -> int:
    """Count one attempt and return how many there were in the current window, this one included."""
    connection = _connection()
    adapt = connection.ops.adapt_datetimefield_value
    cutoff = adapt(now - datetime.timedelta(seconds=window_seconds))
    moment = adapt(now)
    table = _table(connection)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS c (key, kind, reserved, failed, window_started_at, last_at)"  # noqa: S608
            " VALUES (%s, %s, 1, 0, %s, %s) ON CONFLICT (key) DO UPDATE SET"
            " reserved = CASE WHEN c.window_started_at <= %s THEN 1 ELSE c.reserved + 1 END,"
            " window_started_at = CASE WHEN c.window_started_at <= %s THEN %s ELSE c.window_started_at END,"
            " last_at = %s RETURNING reserved",
            [key_of(kind, pool_id, subject), kind.value, moment, moment, cutoff, cutoff, moment, moment],
        )
        return int(cursor.fetchone()[0])


def count(
    kind: AttemptKind,
    *,
    pool_id: str,
    subject: str,
    now: datetime.datetime,
    limit: int | None = None,
    window_seconds: int | None = None,
) -> None:
    """Count one attempt in the window of ``kind``; call it before the secret is compared.

    Raises:
        LimitExceededException: too many attempts in the window.
    """
    allowed, seconds = WINDOWS.get(kind, (limit or 0, window_seconds or HOUR))
    used = increment(kind, pool_id=pool_id, subject=subject, window_seconds=window_seconds or seconds, now=now)
    if used > (limit or allowed):
        raise reasons.ATTEMPTS_EXCEEDED()


def clear(kind: AttemptKind, *, pool_id: str, subject: str) -> None:
    """Forget the attempts, after a success that proves the person."""
    AttemptCounter.objects.filter(key=key_of(kind, pool_id, subject)).delete()


@dataclass(frozen=True, slots=True)
class Guess:
    """A reserved guess; settle it with :meth:`succeeded`, :meth:`failed` or :attr:`release`."""

    key: str
    kind: AttemptKind

    def succeeded(self) -> None:
        """Forget earlier failures: the secret was right."""
        execute_together([self.success])

    @property
    def success(self) -> Statement:
        """What :meth:`succeeded` does, to be done together with what the secret opens."""
        return Statement(f"DELETE FROM {_table(_connection())} WHERE key = %s", [self.key])  # noqa: S608

    @property
    def release(self) -> Statement:
        """Give the guess back, neither right nor wrong: for a secret that was right and is used up already."""
        sql = f"UPDATE {_table(_connection())} SET reserved = reserved - 1 WHERE key = %s AND reserved > 0"  # noqa: S608
        return Statement(sql, [self.key])

    def failed(self, *, now: datetime.datetime) -> None:
        """Count the failure, and lock from the fifth on: the secret was wrong."""
        connection = _connection()
        adapt = connection.ops.adapt_datetimefield_value
        table = _table(connection)
        locks = [
            adapt(now + datetime.timedelta(seconds=lock_seconds(failures)))
            for failures in range(FREE_FAILURES, FREE_FAILURES + 11)
        ]
        cases = " ".join(f"WHEN {FREE_FAILURES + step} THEN %s" for step in range(10))
        until = f"CASE WHEN c.failed + 1 < {FREE_FAILURES} THEN NULL ELSE CASE c.failed + 1 {cases} ELSE %s END END"
        if connection.vendor == "postgresql":
            until = until.replace("%s", "%s::timestamptz")
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} AS c (key, kind, reserved, failed, window_started_at, last_at)"  # noqa: S608
                " VALUES (%s, %s, 0, 1, %s, %s) ON CONFLICT (key) DO UPDATE SET"
                " reserved = CASE WHEN c.reserved > 0 THEN c.reserved - 1 ELSE 0 END,"
                f" failed = c.failed + 1, last_at = %s, locked_until = {until}",
                [self.key, self.kind.value, adapt(now), adapt(now), adapt(now), *locks],
            )


def lock_seconds(failures: int) -> int:
    """Return how long an account is locked after so many failures, in seconds."""
    if failures < FREE_FAILURES:
        return 0
    return min(1 << (failures - FREE_FAILURES), LONGEST_LOCK_SECONDS)


def reserve(kind: AttemptKind, *, pool_id: str, subject: str, now: datetime.datetime) -> Guess:
    """Reserve a guess at a secret, waiting for parallel guesses where they use up the allowance.

    Raises:
        NotAuthorizedException: locked ("Password attempts exceeded"); not counted.
    """
    guess = Guess(key_of(kind, pool_id, subject), kind)
    started = time.monotonic()
    while True:
        waited = time.monotonic() - started
        moment = now + datetime.timedelta(seconds=waited)
        if _try_reserve(guess, now=moment):
            return guess
        locked_until = AttemptCounter.objects.filter(key=guess.key).values_list("locked_until", flat=True).first()
        if locked_until is not None and locked_until > moment:
            seconds = max(1, int((locked_until - moment).total_seconds() + 0.999))
            raise reasons.PASSWORD_ATTEMPTS_EXCEEDED(retry_after_seconds=seconds)
        if waited > _LONGEST_WAIT_SECONDS:
            raise reasons.PASSWORD_ATTEMPTS_EXCEEDED(retry_after_seconds=1)
        time.sleep(_WAIT_STEP_SECONDS)


def _try_reserve(guess: Guess, *, now: datetime.datetime) -> bool:
    connection = _connection()
    adapt = adaptation_of(_LAST_AT, connection) or (lambda moment: moment)
    moment = adapt(now)
    quiet = adapt(now - datetime.timedelta(seconds=QUIET_SECONDS))
    stale = adapt(now - datetime.timedelta(seconds=_STALE_RESERVATION_SECONDS))
    # All workers see it at once; that it survives a crash of the database is not worth waiting for the disk.
    is_unhurried = connection.vendor == "postgresql" and not connection.in_atomic_block
    reservation = Statement(
        _reserve_sql(_table(connection), is_unhurried),
        [guess.key, guess.kind.value, moment, moment, quiet, stale, quiet, quiet, stale],
        returns=True,
    )
    return execute_together([reservation])[0].row is not None


@lru_cache(maxsize=8)
def _reserve_sql(table: str, is_unhurried: bool) -> str:
    # "excluded" is the row that would have been inserted: its last_at is now.
    is_unlocked = "(c.locked_until IS NULL OR c.locked_until <= excluded.last_at)"
    is_quiet = f"(c.last_at <= %s AND {is_unlocked})"
    in_flight = "CASE WHEN c.last_at <= %s THEN 0 ELSE c.reserved END"
    allowance = f"CASE WHEN c.failed < {FREE_FAILURES} THEN {FREE_FAILURES} - c.failed ELSE 1 END"
    # As SET LOCAL would, but without a statement of its own.
    setting = ", set_config('synchronous_commit', 'off', true)" if is_unhurried else ""
    return (
        f"INSERT INTO {table} AS c (key, kind, reserved, failed, window_started_at, last_at)"  # noqa: S608
        " VALUES (%s, %s, 1, 0, %s, %s) ON CONFLICT (key) DO UPDATE SET"
        f" failed = CASE WHEN {is_quiet} THEN 0 ELSE c.failed END,"
        f" reserved = {in_flight} + 1,"
        f" locked_until = CASE WHEN {is_quiet} THEN NULL ELSE c.locked_until END,"
        " last_at = excluded.last_at"
        f" WHERE {is_quiet} OR ({is_unlocked} AND {in_flight} < {allowance})"
        f" RETURNING reserved{setting}"
    )
