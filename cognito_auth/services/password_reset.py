"""Forgotten passwords: asking for a code, setting a new password with it, requiring a reset.

Source: AWS API_ForgotPassword, API_ConfirmForgotPassword, API_AdminResetUserPassword.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F

from cognito_auth import reasons, signals
from cognito_auth.choices import (
    AttemptKind,
    AuthEventResponse,
    AuthEventType,
    CodePurpose,
    MessageEvent,
    UserStatus,
)
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import AbstractCognitoUser, OneTimeCode, UserPool, UserPoolClient
from cognito_auth.services import (
    attempts,
    auth_events,
    codes,
    migrated_users,
    password_history,
    passwords,
    srp_verifiers,
    user_names,
)
from cognito_auth.services.account_recovery import recovery_attributes
from cognito_auth.services.messages import delivery
from cognito_auth.services.mfa import decision
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.risk import new_passwords
from cognito_auth.services.triggers import post_confirmation
from cognito_auth.services.triggers.post_confirmation import CONFIRM_FORGOT_PASSWORD

_RESETTABLE = (UserStatus.CONFIRMED, UserStatus.RESET_REQUIRED)


def recovery_target(user: AbstractCognitoUser) -> tuple[str, str] | None:
    """Return attribute and verified address to which a reset code goes, or ``None``.

    Never the one to which the second factor is sent: who holds it would need nothing else.
    """
    taken = decision.attributes_used(user)
    for name in recovery_attributes(user.pool):
        if name not in taken and getattr(user, name) and getattr(user, f"{name}_verified"):
            return name, getattr(user, name)
    return None


def _why_not(pool: UserPool, user: AbstractCognitoUser | None) -> CognitoError | None:
    # Before anything about the person: where nobody can reset, the answer is the same for everybody.
    if not recovery_attributes(pool):
        return reasons.CONTACT_ADMINISTRATOR_TO_RESET()
    if user is None:
        return reasons.USER_CLIENT_COMBINATION_NOT_FOUND()
    if not user.is_active:
        return reasons.USER_DISABLED()
    if user.status in (UserStatus.FORCE_CHANGE_PASSWORD, UserStatus.EXTERNAL_PROVIDER):
        return reasons.CANNOT_RESET_PASSWORD_STATE()
    if recovery_target(user) is None:
        return reasons.CANNOT_RESET_PASSWORD_NO_MEDIUM()
    return None


def forgot(
    client: UserPoolClient, username: str, *, origin: RequestOrigin, now: datetime.datetime
) -> delivery.CodeDeliveryDetails:
    """Send a reset code to the person's verified address, or pretend to where nobody is found.

    Raises:
        LimitExceededException: asked for too often.
        NotAuthorizedException, InvalidParameterException, UserNotFoundException: it cannot be done,
            where the client does not hide that.
        CodeDeliveryFailureException: it could not be sent.
        TriggerError: a trigger refused or failed.
    """
    pool = client.pool
    user = user_names.find(pool, username)
    subject = attempts.subject_of(user.pk if user else None, pool.key_of(username))
    try:
        attempts.count(AttemptKind.RESET_PASSWORD, pool_id=pool.pk, subject=subject, now=now)
        if user is None:
            user = migrated_users.at_forgot_password(client, username, origin=origin, now=now)
        refusal = _why_not(pool, user)
        if refusal is not None or user is None:
            refusal = refusal or reasons.USER_CLIENT_COMBINATION_NOT_FOUND()
            if client.prevent_user_existence_errors and recovery_attributes(pool):
                return _pretend_to_send(client, username, user, refusal, origin=origin, now=now)
            raise refusal
        details = _send_code(user, client=client, origin=origin, now=now)
    except CognitoError as error:
        auth_events.record_refusal(
            AuthEventType.FORGOT_PASSWORD, error, pool=pool, user=user, client=client, origin=origin, now=now
        )
        raise
    auth_events.record(
        AuthEventType.FORGOT_PASSWORD,
        AuthEventResponse.IN_PROGRESS,
        pool=pool,
        user=user,
        client=client,
        origin=origin,
        now=now,
    )
    return details


def _pretend_to_send(
    client: UserPoolClient,
    username: str,
    user: AbstractCognitoUser | None,
    refusal: CognitoError,
    *,
    origin: RequestOrigin,
    now: datetime.datetime,
) -> delivery.CodeDeliveryDetails:
    """Do the same work as for a real account, write down why it was for nothing, and send nothing."""
    pool = client.pool
    codes.pretend_to_issue(pool.pk, pool.key_of(username), now=now)
    details = delivery.pretend_code(
        pool, MessageEvent.FORGOT_PASSWORD, name=username, user=user, origin=origin, now=now
    )
    auth_events.record_refusal(
        AuthEventType.FORGOT_PASSWORD, refusal, pool=pool, user=user, client=client, origin=origin, now=now
    )
    return details


def _send_code(
    user: AbstractCognitoUser,
    *,
    client: UserPoolClient | None,
    origin: RequestOrigin | None,
    now: datetime.datetime,
) -> delivery.CodeDeliveryDetails:
    target = recovery_target(user)
    if target is None:
        raise reasons.CANNOT_RESET_PASSWORD_NO_MEDIUM()
    code = codes.issue(user, CodePurpose.RESET_PASSWORD, attribute=target[0], destination=target[1], now=now)
    return delivery.send_code(
        user,
        MessageEvent.FORGOT_PASSWORD,
        attribute=target[0],
        destination=target[1],
        code=code,
        client=client,
        origin=origin,
        now=now,
    )


def confirm(
    client: UserPoolClient,
    username: str,
    code: str,
    password: str,
    *,
    origin: RequestOrigin,
    now: datetime.datetime,
) -> AbstractCognitoUser:
    """Set a new password with a reset code; older sessions and pending address changes end.

    Raises:
        InvalidPasswordException: the new password breaks the policy.
        PasswordHistoryPolicyViolationException: it was used before; the code stays good.
        CodeMismatchException, ExpiredCodeException: the code is wrong, too old or used.
        LimitExceededException: too many guesses.
        UserNotFoundException: unknown, where the client does not hide that.
        TriggerError: the post confirmation trigger refused or failed; the password is the new one.
    """
    pool = client.pool
    passwords.check_policy(pool, password)
    user = user_names.find(pool, username)
    known: Mapping[str, Any] | None = None
    try:
        known = new_passwords.check(pool, client, password, event="PASSWORD_CHANGE")
        if user is None or (not user.is_active and client.prevent_user_existence_errors):
            raise _unknown_user(client, username, user, now=now)
        _confirm(client, user, code, password, origin=origin, now=now)
    except CognitoError as error:
        auth_events.record_refusal(
            AuthEventType.PASSWORD_CHANGE,
            error,
            pool=pool,
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
        pool=pool,
        user=user,
        client=client,
        origin=origin,
        risk=known,
        now=now,
    )
    signals.password_changed.send_robust(sender=type(user), user=user, pool=pool, client_id=client.pk)
    post_confirmation.after(CONFIRM_FORGOT_PASSWORD, user, client=client, origin=origin)
    return user


def _unknown_user(
    client: UserPoolClient, username: str, user: AbstractCognitoUser | None, *, now: datetime.datetime
) -> CognitoError:
    subject = attempts.subject_of(user.pk if user else None, client.pool.key_of(username))
    attempts.count(AttemptKind.RESET_PASSWORD, pool_id=client.pool_id, subject=subject, now=now)
    if client.prevent_user_existence_errors:
        return reasons.CODE_MISMATCH()
    return reasons.USER_CLIENT_COMBINATION_NOT_FOUND()


def _confirm(
    client: UserPoolClient,
    user: AbstractCognitoUser,
    code: str,
    password: str,
    *,
    origin: RequestOrigin,
    now: datetime.datetime,
) -> None:
    row = codes.check(
        user,
        CodePurpose.RESET_PASSWORD,
        code,
        attempt_kind=AttemptKind.RESET_PASSWORD,
        now=now,
        hides_state=client.prevent_user_existence_errors,
    )
    if not user.is_active:
        raise reasons.USER_DISABLED()
    # Only now: who has no code learns nothing of the person's passwords.
    password_history.check(user, password)
    checked = user.password
    passwords.set_password(user, password, now=now)
    with transaction.atomic():
        locked = type(user)._default_manager.select_for_update().filter(pk=user.pk).first()
        codes.consume(row)
        if locked is None or getattr(locked, row.attribute) != row.destination:
            raise reasons.CODE_EXPIRED()
        password_history.remember(user, password, checked=checked, now=now)
        _store(user, status=UserStatus.CONFIRMED, now=now)
        srp_verifiers.remember(user, password)
        post_confirmation.within(CONFIRM_FORGOT_PASSWORD, user, client=client, origin=origin)
    subject = attempts.subject_of(user.pk, "")
    attempts.clear(AttemptKind.PASSWORD, pool_id=user.pool_id, subject=subject)
    attempts.clear(AttemptKind.RESET_PASSWORD, pool_id=user.pool_id, subject=subject)


def _store(user: AbstractCognitoUser, *, status: UserStatus, now: datetime.datetime) -> None:
    """Write the new password; who held a session or had changed an address before loses it."""
    type(user)._default_manager.filter(pk=user.pk).update(
        password=user.password,
        password_set_at=user.password_set_at,
        status=status,
        last_modified_at=now,
        token_epoch=F("token_epoch") + 1,
        tokens_revoked_at=now,
    )
    OneTimeCode.objects.filter(user_id=user.pk, is_pending=True).delete()
    user.status = status


def require_reset(user: AbstractCognitoUser, *, origin: RequestOrigin, now: datetime.datetime) -> None:
    """Make an administrator's reset: the password stops working and a code is sent.

    Raises:
        NotAuthorizedException: disabled, or in a state without a password of their own.
        InvalidParameterException: there is no verified address to send a code to.
        LimitExceededException: asked for too often.
    """
    if not user.is_active:
        raise reasons.RESET_OF_DISABLED_USER()
    if user.status not in _RESETTABLE:
        raise reasons.CANNOT_RESET_PASSWORD_STATE()
    refusal = _why_not(user.pool, user)
    if refusal is not None:
        raise refusal
    changed = (
        type(user)
        ._default_manager.filter(pk=user.pk)
        .update(
            status=UserStatus.RESET_REQUIRED,
            last_modified_at=now,
            token_epoch=F("token_epoch") + 1,
            tokens_revoked_at=now,
        )
    )
    if not changed:
        raise reasons.USER_NOT_FOUND()
    user.status = UserStatus.RESET_REQUIRED
    _send_code(user, client=None, origin=origin, now=now)
