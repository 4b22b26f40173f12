"""Changing one's own password.

Source: AWS API_ChangePassword.
"""

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from cognito_auth import reasons, signals
from cognito_auth.choices import AttemptKind, AuthEventResponse, AuthEventType, UserStatus
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import AbstractCognitoUser, BrowserSession, TokenFamily, UserPoolClient
from cognito_auth.services import attempts, auth_events, external_users, password_history, passwords, srp_verifiers
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.risk import new_passwords


def change(
    user: AbstractCognitoUser,
    previous: str | None,
    proposed: str,
    *,
    client: UserPoolClient | None,
    family_id: uuid.UUID | None,
    browser: BrowserSession | None = None,
    origin: RequestOrigin,
    now: datetime.datetime,
) -> None:
    """Replace the user's password; the session of ``family_id`` or of ``browser`` goes on, all others end.

    So does the browser's that the family came from; what came from the ``browser`` ends, since it may be anywhere.
    In strict pools the others go on too, as on AWS. ``previous`` may be left out only by people who have no
    password yet.

    Raises:
        LimitExceededException: too many changes.
        NotAuthorizedException: the previous password is wrong, guessing is locked, or the account signs
            in elsewhere.
        InvalidParameterException: the previous password is missing.
        InvalidPasswordException: the new one breaks the policy.
        PasswordHistoryPolicyViolationException: the new one was used before.
    """
    external_users.refuse(user)
    attempts.count(AttemptKind.CHANGE_PASSWORD, pool_id=user.pool_id, subject=attempts.subject_of(user.pk, ""), now=now)
    known: Mapping[str, Any] | None = None
    try:
        _check_previous(user, previous, now=now)
        passwords.check_policy(user.pool, proposed)
        known = new_passwords.check(user.pool, client, proposed, event="PASSWORD_CHANGE")
        password_history.check(user, proposed)
        _store(user, proposed, family_id=family_id, browser=browser, now=now)
    except CognitoError as error:
        auth_events.record_refusal(
            AuthEventType.PASSWORD_CHANGE,
            error,
            pool=user.pool,
            user=user,
            client=client,
            origin=origin,
            risk=known or new_passwords.found_by(error),
            now=now,
        )
        raise
    auth_events.record(
        AuthEventType.PASSWORD_CHANGE,
        AuthEventResponse.PASS,
        pool=user.pool,
        user=user,
        client=client,
        origin=origin,
        risk=known,
        now=now,
    )
    signals.password_changed.send_robust(
        sender=type(user), user=user, pool=user.pool, client_id=client.pk if client else ""
    )


def _check_previous(user: AbstractCognitoUser, previous: str | None, *, now: datetime.datetime) -> None:
    if not user.has_usable_password():
        return
    if not previous:
        raise reasons.MISSING_PARAMETER(name="PreviousPassword")
    guess = attempts.reserve(
        AttemptKind.PASSWORD, pool_id=user.pool_id, subject=attempts.subject_of(user.pk, ""), now=now
    )
    if not passwords.verify(user, previous):
        guess.failed(now=now)
        raise reasons.INCORRECT_USERNAME_OR_PASSWORD()
    guess.succeeded()


def _store(
    user: AbstractCognitoUser,
    proposed: str,
    *,
    family_id: uuid.UUID | None,
    browser: BrowserSession | None,
    now: datetime.datetime,
) -> None:
    proved_with = user.password
    passwords.set_password(user, proposed, now=now)
    with transaction.atomic():
        locked = type(user)._default_manager.select_for_update().filter(pk=user.pk).first()
        if locked is None:
            raise reasons.USER_NOT_FOUND()
        # Two changes at once: the second proved a password that is no longer the password.
        if locked.password != proved_with or locked.token_epoch != user.token_epoch:
            raise reasons.INCORRECT_USERNAME_OR_PASSWORD()
        password_history.remember(user, proposed, checked=proved_with, now=now)
        fields = ["password", "password_set_at", "last_modified_at", "status"]
        locked.password, locked.password_set_at = user.password, user.password_set_at
        locked.last_modified_at = now
        if locked.status == UserStatus.FORCE_CHANGE_PASSWORD:
            locked.status = UserStatus.CONFIRMED
        if not user.pool.strict and (family_id is not None or browser is not None):
            locked.token_epoch += 1
            fields.append("token_epoch")
            kept = BrowserSession.objects.filter(token_epoch=user.token_epoch)
            if family_id is not None:
                TokenFamily.objects.filter(pk=family_id).update(token_epoch=locked.token_epoch)
                kept.filter(token_families=family_id).update(token_epoch=locked.token_epoch)
            if browser is not None:
                kept.filter(pk=browser.pk).update(token_epoch=locked.token_epoch)
        locked.save(update_fields=fields)
        srp_verifiers.remember(user, proposed)
    user.token_epoch = locked.token_epoch
