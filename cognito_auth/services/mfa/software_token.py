"""Authenticator apps (RFC 6238: SHA-1, six digits, 30 seconds).

A secret waits until a code proves that the app has it; until then an older one goes on working. Of a
verified secret each code works once: the time step of the last one is kept, and moving it forward
decides between two who use a code at the same time.
Source: AWS API_AssociateSoftwareToken, API_VerifySoftwareToken; RFC 6238 section 5.2.
"""

import base64
import datetime
import secrets

import pyotp
from django.db import IntegrityError, transaction

from cognito_auth import reasons
from cognito_auth.models import AbstractCognitoUser, RecoveryCode, SoftwareToken
from cognito_auth.services import external_users, mfa

# 256 bits, 52 characters of base32, as at AWS; RFC 4226 asks for 128 at least.
_SECRET_BYTES = 32
_STEP_SECONDS = 30
# One step either way, for clocks that differ and people who type slowly.
_OFFSETS = (0, -1, 1)


def verified_of(user: AbstractCognitoUser) -> SoftwareToken | None:
    """Return the app that the person has enrolled, or ``None``; read once per instance of the user."""
    token: SoftwareToken | None = getattr(user, "software_token", None)
    return token if token is not None and token.verified_at is not None else None


def associate(user: AbstractCognitoUser) -> str:
    """Make a secret that waits to be verified and return it in base32; it replaces one that waits.

    Raises:
        SoftwareTokenMFANotFoundException: the pool has no authenticator apps.
        NotAuthorizedException: the account signs in elsewhere, or was deleted meanwhile.
    """
    external_users.refuse(user)
    if not user.pool.software_token_mfa_enabled:
        raise reasons.SOFTWARE_TOKEN_NOT_ENABLED()
    secret = base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode().rstrip("=")
    try:
        # Databases look whether the user is there when the transaction ends.
        with transaction.atomic():
            SoftwareToken.objects.bulk_create(
                [SoftwareToken(user_id=user.pk, pending_secret=secret)],
                update_conflicts=True,
                unique_fields=["user"],
                update_fields=["pending_secret"],
            )
    except IntegrityError:
        raise reasons.SESSION_INVALID() from None
    return secret


def waiting_for(user: AbstractCognitoUser) -> str:
    """Return the secret that waits to be verified, in base32; empty without one."""
    token = SoftwareToken.objects.filter(user_id=user.pk).first()
    return "" if token is None else str(token.pending_secret)


def verify(
    user: AbstractCognitoUser,
    code: str,
    *,
    friendly_name: str,
    now: datetime.datetime,
    only_first: bool = False,
) -> None:
    """Put the waiting secret in place of an older one, if ``code`` is its app's.

    With ``only_first`` an enrolled app is never replaced: for people who are not signed in yet.

    Raises:
        SoftwareTokenMFANotFoundException: the pool has no authenticator apps, or no secret waits.
        EnableSoftwareTokenMFAException: the code is not the app's.
        NotAuthorizedException: an app was enrolled meanwhile (``only_first``).
    """
    if not user.pool.software_token_mfa_enabled:
        raise reasons.SOFTWARE_TOKEN_NOT_ENABLED()
    with transaction.atomic():
        token = SoftwareToken.objects.select_for_update().filter(user_id=user.pk).first()
        if only_first and token is not None and token.verified_at is not None:
            raise reasons.SESSION_INVALID()
        if token is None or not token.pending_secret:
            raise reasons.SOFTWARE_TOKEN_NOT_ASSOCIATED()
        step = step_of(token.pending_secret, code, now=now)
        if step is None:
            raise reasons.SOFTWARE_TOKEN_SETUP_MISMATCH()
        token.secret, token.pending_secret = token.pending_secret, ""
        token.friendly_name, token.verified_at, token.last_step = friendly_name, now, step
        token.save()


def step_of(secret: str, code: str, *, now: datetime.datetime) -> int | None:
    """Return the time step whose code this is, the present one or a neighbour, or ``None``."""
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // _STEP_SECONDS
    given = code.encode("utf-8", "surrogatepass")
    # All are compared, so that the time does not tell which one fits.
    matching = [
        current + offset
        for offset in _OFFSETS
        if secrets.compare_digest(totp.generate_otp(current + offset).encode(), given)
    ]
    return matching[0] if matching else None


def use(token: SoftwareToken, step: int) -> None:
    """Use up the code of a step; call it inside the transaction that the code opens.

    Raises:
        ExpiredCodeException: this code or a later one was used, or the app was replaced meanwhile.
    """
    moved = SoftwareToken.objects.filter(pk=token.pk, verified_at=token.verified_at, last_step__lt=step).update(
        last_step=step
    )
    if not moved:
        raise reasons.SOFTWARE_TOKEN_USED()


def delete(user: AbstractCognitoUser, *, now: datetime.datetime) -> None:
    """Remove the app that a person has lost, and their recovery codes, which stand in for it.

    Raises:
        UserNotFoundException: deleted meanwhile.
    """
    manager = type(user)._default_manager
    with transaction.atomic():
        locked = manager.select_for_update().filter(pk=user.pk).first()
        if locked is None:
            raise reasons.USER_NOT_FOUND()
        SoftwareToken.objects.filter(user_id=user.pk).delete()
        RecoveryCode.objects.filter(user_id=user.pk).delete()
        kept = "" if locked.preferred_mfa == mfa.SOFTWARE_TOKEN else locked.preferred_mfa
        manager.filter(pk=user.pk).update(software_token_mfa_enabled=False, preferred_mfa=kept, last_modified_at=now)
    user.software_token_mfa_enabled, user.preferred_mfa, user.last_modified_at = False, kept, now
