"""Signing in a device without a browser: it shows a code, the person enters it elsewhere and says yes.

Source: RFC 8628.
"""

import datetime
import secrets
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from cognito_auth import crypto
from cognito_auth.choices import AttemptKind, DeviceAuthorizationStatus
from cognito_auth.exceptions import CognitoError, TriggerError
from cognito_auth.models import BrowserSession, DeviceAuthorization, UserPool, UserPoolClient
from cognito_auth.services import attempts
from cognito_auth.services.oauth import authorization_requests, errors
from cognito_auth.services.oauth.errors import OAuthError
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.tokens import issue
from cognito_auth.services.tokens.issue import Authorization, IssuedTokens
from cognito_auth.services.triggers import pre_token_generation
from cognito_auth.services.triggers.pre_token_generation import Issue

LIFE = datetime.timedelta(minutes=10)
INTERVAL_SECONDS = 5
# Consonants only: no words, and nothing that is taken for a digit (RFC 8628 6.1).
_ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"
_CODE_LENGTH = 8
_DEVICE_CODE_BYTES = 32
_MAX_DEVICE_CODE = 256
# A code that is guessed signs somebody else's device in to the guesser's account, or spoils their sign-in. Entering
# one takes a few requests.
GUESSES_PER_HOUR = 60
_TRIES = 5


@dataclass(frozen=True, slots=True, repr=False)
class Begun:
    """What a device gets: a code of its own, and one for its screen."""

    device_code: str
    user_code: str
    expires_in: int
    interval: int


def is_offered(pool: UserPool) -> bool:
    """Tell whether a client of the pool has device authorization."""
    return UserPoolClient.objects.filter(pool=pool, oauth_enabled=True, device_authorization=True).exists()


def begin(client: UserPoolClient, scope: str, *, now: datetime.datetime) -> Begun:
    """Return codes for a device of ``client``.

    Raises:
        OAuthError: the client may not, or not with these scopes.
    """
    if not client.oauth_enabled or not client.device_authorization:
        raise OAuthError(errors.UNAUTHORIZED_CLIENT, "The client has no device authorization.")
    granted = authorization_requests.granted_scope(client, scope)
    device_code = secrets.token_urlsafe(_DEVICE_CODE_BYTES)
    for _try in range(_TRIES):
        user_code = "".join(secrets.choice(_ALPHABET) for _position in range(_CODE_LENGTH))
        row = DeviceAuthorization(
            digest=crypto.digest(device_code),
            user_code=user_code,
            client=client,
            scope=granted,
            interval_seconds=INTERVAL_SECONDS,
            created_at=now,
            expires_at=now + LIFE,
        )
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            continue
        return Begun(device_code, shown_code(row), int(LIFE.total_seconds()), INTERVAL_SECONDS)
    raise OAuthError(errors.SERVER_ERROR, "No code is free.")


def find(pool: UserPool, user_code: str, *, guesser: str, now: datetime.datetime) -> DeviceAuthorization | None:
    """Return the device that waits with this code, its client loaded, or ``None``.

    ``guesser`` is who tries, a person or an address: so often an hour only (RFC 8628 5.1).

    Raises:
        TooManyGuesses: more than that.
    """
    guesses = attempts.increment(
        AttemptKind.RATE,
        pool_id=pool.pk,
        subject=f"device_code:{guesser}",
        window_seconds=attempts.HOUR,
        now=now,
    )
    if guesses > GUESSES_PER_HOUR:
        raise TooManyGuesses
    code = "".join(character for character in user_code.upper() if character in _ALPHABET)
    if len(code) != _CODE_LENGTH:
        return None
    rows = DeviceAuthorization.objects.filter(
        user_code=code, client__pool=pool, status=DeviceAuthorizationStatus.PENDING, expires_at__gt=now
    )
    device = rows.select_related("client").first()
    if device is not None:
        device.client.pool = pool
    return device


def shown_code(device: DeviceAuthorization) -> str:
    """Return the code as the device shows it."""
    half = len(device.user_code) // 2
    return f"{device.user_code[:half]}-{device.user_code[half:]}"


class TooManyGuesses(Exception):
    """A person has tried too many codes."""


def decide(device: DeviceAuthorization, session: BrowserSession, *, is_approved: bool, now: datetime.datetime) -> bool:
    """Note what the person said; the first word counts. Tell whether it was the first."""
    waiting = DeviceAuthorization.objects.filter(
        pk=device.pk, status=DeviceAuthorizationStatus.PENDING, expires_at__gt=now
    )
    if not is_approved:
        return bool(waiting.update(status=DeviceAuthorizationStatus.DENIED))
    return bool(
        waiting.update(
            status=DeviceAuthorizationStatus.APPROVED,
            user_id=session.user.pk,
            authenticated_at=session.authenticated_at,
            amr=session.amr,
            token_epoch=session.token_epoch,
        )
    )


def exchange(
    client: UserPoolClient, device_code: str, *, origin: RequestOrigin, now: datetime.datetime
) -> IssuedTokens:
    """Return the tokens for a device whose person has agreed. Of two at the same time one gets them.

    Raises:
        OAuthError: unknown, of another client, used; or, as RFC 8628 3.5 has it, not decided yet, asked
            too often, denied or expired.
        TriggerError: the pre token generation trigger refused, failed or answered nonsense.
    """
    row = None
    if len(device_code) <= _MAX_DEVICE_CODE:
        rows = DeviceAuthorization.objects.filter(digest=crypto.digest(device_code)).select_related("user")
        row = rows.first()
    if row is None or row.client_id != client.pk or row.status == DeviceAuthorizationStatus.USED:
        raise OAuthError(errors.INVALID_GRANT, "Unknown or used device code.", shown=False)
    if row.status == DeviceAuthorizationStatus.DENIED:
        raise OAuthError(errors.ACCESS_DENIED)
    if now >= row.expires_at:
        raise OAuthError("expired_token")
    if row.status == DeviceAuthorizationStatus.PENDING:
        raise _wait(row, now=now)
    return _issue(client, row, origin=origin, now=now)


def _wait(row: DeviceAuthorization, *, now: datetime.datetime) -> OAuthError:
    """Note that the device has asked; who asks too soon has to wait longer from then on."""
    interval, last = row.interval_seconds, row.last_polled_at
    is_too_soon = last is not None and (now - last).total_seconds() < interval
    if is_too_soon:
        interval = min(interval + INTERVAL_SECONDS, 60)
    DeviceAuthorization.objects.filter(pk=row.pk).update(last_polled_at=now, interval_seconds=interval)
    return OAuthError("slow_down" if is_too_soon else "authorization_pending")


def _issue(
    client: UserPoolClient, row: DeviceAuthorization, *, origin: RequestOrigin, now: datetime.datetime
) -> IssuedTokens:
    assert row.user is not None
    assert row.authenticated_at is not None
    row.user.pool = client.pool
    try:
        with transaction.atomic():
            approved = DeviceAuthorization.objects.filter(pk=row.pk, status=DeviceAuthorizationStatus.APPROVED)
            if not approved.update(status=DeviceAuthorizationStatus.USED):
                raise OAuthError(errors.INVALID_GRANT, "The device code was used before.", shown=False)
            return issue.issue(
                row.user,
                client,
                authenticated_at=row.authenticated_at,
                token_epoch=row.token_epoch,
                now=now,
                authorization=Authorization(row.scope),
                amr=row.amr,
                origin=origin,
                occasion=Issue(pre_token_generation.HOSTED_AUTH),
            )
    except TriggerError:
        raise
    except CognitoError as error:
        raise OAuthError(errors.INVALID_GRANT, error.message, shown=False) from None
