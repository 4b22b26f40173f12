"""One-time codes: six digits sent to an address, bound to user, purpose and that very address.

A newer code replaces the older of its purpose. Codes are stored as keyed digests, guesses are
counted before they are compared, and the use of a code deletes it, which decides between two who
use it at the same time.
Source: AWS "Quotas: code security".
"""

import datetime
import secrets

from cognito_auth import crypto, reasons
from cognito_auth.choices import AttemptKind, CodePurpose
from cognito_auth.models import AbstractCognitoUser, OneTimeCode
from cognito_auth.models.statements import CompiledInsert, OnlyIf, Statement
from cognito_auth.services import attempts

DIGITS = 6
_INSERT = CompiledInsert(lambda: OneTimeCode)
LIFETIMES: dict[CodePurpose, datetime.timedelta] = {
    CodePurpose.CONFIRM_SIGN_UP: datetime.timedelta(hours=24),
    CodePurpose.RESET_PASSWORD: datetime.timedelta(hours=1),
    CodePurpose.VERIFY_EMAIL: datetime.timedelta(hours=24),
    CodePurpose.VERIFY_PHONE_NUMBER: datetime.timedelta(hours=24),
}


def issue(
    user: AbstractCognitoUser,
    purpose: CodePurpose,
    *,
    attribute: str,
    destination: str,
    now: datetime.datetime,
    is_pending: bool = False,
) -> str:
    """Make a code that replaces the outstanding one of the same purpose, and return it.

    ``attribute`` and ``destination`` say where it is sent (``"email"``, the address);
    ``is_pending`` that the address becomes the user's with the code.
    """
    code, row = _new(user, purpose, attribute, destination, is_pending, now)
    row.user_id = user.pk
    # One statement: two requests at the same time leave one code.
    OneTimeCode.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["user", "purpose"],
        update_fields=["attribute", "destination", "is_pending", "code_hash", "created_at", "expires_at"],
    )
    return code


def pretend_to_issue(pool_id: str, name_key: str, *, now: datetime.datetime) -> None:
    """Do the work of :func:`issue` for somebody who gets no code: a digest, and a row written for good.

    The clock would otherwise tell who has an account. The row is a counter that nothing reads.
    """
    crypto.keyed_digest(pool_id, name_key, f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}")
    attempts.increment(
        AttemptKind.RATE, pool_id=pool_id, subject=f"pretended:{name_key}", window_seconds=attempts.HOUR, now=now
    )


def issue_first(
    user: AbstractCognitoUser,
    purpose: CodePurpose,
    *,
    attribute: str,
    destination: str,
    now: datetime.datetime,
    only_if: OnlyIf,
) -> tuple[str, Statement]:
    """Make a code for a user who is just being inserted, and return it with what stores it.

    ``only_if`` is the user's row, which tells their id.
    """
    code, row = _new(user, purpose, attribute, destination, False, now)
    return code, _INSERT.statement(row, only_if=only_if, taken={"user_id": "id"})


def _new(
    user: AbstractCognitoUser,
    purpose: CodePurpose,
    attribute: str,
    destination: str,
    is_pending: bool,
    now: datetime.datetime,
) -> tuple[str, OneTimeCode]:
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    row = OneTimeCode(
        purpose=purpose,
        attribute=attribute,
        destination=destination,
        is_pending=is_pending,
        code_hash=_hash(user, purpose, destination, code),
        created_at=now,
        expires_at=now + LIFETIMES[purpose],
    )
    return code, row


def outstanding(user: AbstractCognitoUser, purpose: CodePurpose, *, now: datetime.datetime) -> OneTimeCode | None:
    """Return the code that waits to be used, or ``None``."""
    return OneTimeCode.objects.filter(user_id=user.pk, purpose=purpose, expires_at__gt=now).first()


def check(
    user: AbstractCognitoUser,
    purpose: CodePurpose,
    code: str,
    *,
    attempt_kind: AttemptKind,
    now: datetime.datetime,
    hides_state: bool = False,
) -> OneTimeCode:
    """Count the guess, compare the code and return its row; :func:`consume` makes it used.

    ``hides_state`` answers "wrong" also where no code was ever asked for, as for people who do not
    exist; only who has the right code learns that it is too old.

    Raises:
        LimitExceededException: too many guesses.
        CodeMismatchException: wrong.
        ExpiredCodeException: too old, used, or never asked for.
    """
    attempts.count(attempt_kind, pool_id=user.pool_id, subject=attempts.subject_of(user.pk, ""), now=now)
    row = OneTimeCode.objects.filter(user_id=user.pk, purpose=purpose).first()
    if row is None:
        raise reasons.CODE_MISMATCH() if hides_state else reasons.CODE_EXPIRED()
    is_right = crypto.matches_keyed_digest(row.code_hash, *_parts(user, purpose, row.destination, code))
    is_old = row.expires_at <= now
    if is_old and (is_right or not hides_state):
        raise reasons.CODE_EXPIRED()
    if not is_right:
        raise reasons.CODE_MISMATCH()
    return row


def consume(row: OneTimeCode) -> None:
    """Use up a code that was checked; call it inside the transaction that does what the code is for.

    Raises:
        ExpiredCodeException: somebody else used or replaced it in the meantime.
    """
    deleted, _rows = OneTimeCode.objects.filter(pk=row.pk, code_hash=row.code_hash).delete()
    if not deleted:
        raise reasons.CODE_EXPIRED()


def expire(row: OneTimeCode) -> None:
    """Use up a code as :func:`consume` does, and remember it as too old until it is cleared away.

    Who comes with it a second time can then be told so, and who only guesses cannot.

    Raises:
        ExpiredCodeException: somebody else used or replaced it in the meantime.
    """
    unused = OneTimeCode.objects.filter(pk=row.pk, code_hash=row.code_hash, expires_at=row.expires_at)
    # Not "now": another request may have arrived before this one and still be under way.
    if not unused.update(expires_at=row.created_at):
        raise reasons.CODE_EXPIRED()


def _hash(user: AbstractCognitoUser, purpose: CodePurpose, destination: str, code: str) -> str:
    return crypto.keyed_digest(*_parts(user, purpose, destination, code))


def _parts(user: AbstractCognitoUser, purpose: CodePurpose, destination: str, code: str) -> tuple[str, ...]:
    return (str(user.sub), purpose.value, destination, code)
