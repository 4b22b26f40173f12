"""Recovery codes: for people whose authenticator app is gone. Our own addition; AWS has none.

A person gets ten at a time and sees them once; new ones replace the old. Each is accepted once, as the
answer to ``SOFTWARE_TOKEN_MFA``, so every client can send one without knowing of them. The API has no
operation to make them: people do at their account page, a project may offer :func:`generate` on a page of
its own, for ``request.user``, and staff have a button in the admin.
"""

import datetime
import secrets

from django.db import transaction

from cognito_auth import crypto, reasons
from cognito_auth.models import AbstractCognitoUser, RecoveryCode, SoftwareToken

NUMBER = 10
# Without letters that look like digits. 16 of 31 are 79 bits, so that a plain digest tells nothing.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP_LENGTH = 4, 4


def generate(user: AbstractCognitoUser, *, now: datetime.datetime) -> list[str]:
    """Make ten codes that replace the person's old ones, and return them to be shown this once.

    Raises:
        InvalidParameterException: the person has no authenticator app that the codes could stand in for.
        UserNotFoundException: deleted meanwhile.
    """
    codes = [_new_code() for _number in range(NUMBER)]
    rows = [RecoveryCode(user_id=user.pk, code_hash=_hash(user, code), created_at=now) for code in codes]
    with transaction.atomic():
        # The lock keeps two requests at once from leaving twenty.
        if type(user)._default_manager.select_for_update().filter(pk=user.pk).first() is None:
            raise reasons.USER_NOT_FOUND()
        if not SoftwareToken.objects.filter(user_id=user.pk, verified_at__isnull=False).exists():
            raise reasons.SOFTWARE_TOKEN_NOT_VERIFIED()
        RecoveryCode.objects.filter(user_id=user.pk).delete()
        RecoveryCode.objects.bulk_create(rows)
    return codes


def _new_code() -> str:
    return "-".join("".join(secrets.choice(_ALPHABET) for _letter in range(_GROUP_LENGTH)) for _group in range(_GROUPS))


def remaining(user: AbstractCognitoUser) -> int:
    """Return how many codes the person has left."""
    return RecoveryCode.objects.filter(user_id=user.pk, used_at__isnull=True).count()


def find(user: AbstractCognitoUser, code: str) -> RecoveryCode | None:
    """Return the unused code of the person that ``code`` spells, with or without hyphens, or ``None``."""
    return RecoveryCode.objects.filter(user_id=user.pk, code_hash=_hash(user, code), used_at__isnull=True).first()


def use(row: RecoveryCode, *, now: datetime.datetime) -> None:
    """Use up a code; call it inside the transaction that the code opens.

    Raises:
        CodeMismatchException: somebody used or replaced it in the meantime.
    """
    used = RecoveryCode.objects.filter(pk=row.pk, used_at__isnull=True).update(used_at=now)
    if not used:
        raise reasons.SOFTWARE_TOKEN_MISMATCH()


def _hash(user: AbstractCognitoUser, code: str) -> str:
    letters = "".join(letter for letter in code.lower() if letter.isalnum())
    return crypto.digest(f"{user.sub}:{letters}")
