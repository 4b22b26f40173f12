"""Sign-up: making an account, confirming it, sending the code again.

Source: AWS API_SignUp, API_ConfirmSignUp, API_ResendConfirmationCode.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from cognito_auth import reasons, signals
from cognito_auth.choices import (
    AttemptKind,
    AuthEventResponse,
    AuthEventType,
    CodePurpose,
    MessageEvent,
    UserStatus,
)
from cognito_auth.exceptions import CognitoError, ExpiredCodeException
from cognito_auth.models import AbstractCognitoUser, OneTimeCode, UserPool, UserPoolClient
from cognito_auth.models.statements import CompiledInsert, OnlyIf, Statement, execute_together
from cognito_auth.services import (
    attempts,
    auth_events,
    codes,
    first_factors,
    passwords,
    srp_verifiers,
    user_names,
)
from cognito_auth.services.attributes import permissions, validation, values
from cognito_auth.services.federation import joining
from cognito_auth.services.messages import delivery
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.risk import new_passwords
from cognito_auth.services.sign_in import after_sign_up
from cognito_auth.services.triggers import post_confirmation, pre_sign_up

_INSERT_USER = CompiledInsert(get_user_model, sends_signals=True)


@dataclass(frozen=True, slots=True)
class SignedUp:
    """What a sign-up made: the user, and where a code was sent (``None``: nowhere).

    ``session`` goes on to ConfirmSignUp; ``None`` where people cannot choose how to sign in.
    """

    user: AbstractCognitoUser
    delivery: delivery.CodeDeliveryDetails | None
    session: str | None = field(default=None, repr=False)


def refuse_if_closed(pool: UserPool) -> None:
    """Refuse sign-ups where only administrators create users.

    Raises:
        NotAuthorizedException: sign-up is closed.
    """
    if pool.admin_create_user_only:
        raise reasons.SIGN_UP_NOT_PERMITTED()


def sign_up(
    client: UserPoolClient,
    username: str,
    password: str | None,
    attributes: Mapping[str, str],
    *,
    validation_data: Mapping[str, str] | None = None,
    origin: RequestOrigin,
    now: datetime.datetime,
) -> SignedUp:
    """Make an unconfirmed account and send the code that confirms it.

    ``password`` may be ``None`` where the pool lets the person sign in by codes to an address they gave.

    Raises:
        NotAuthorizedException: sign-up is closed, or the client may not write an attribute.
        InvalidParameterException: username or attributes cannot be accepted.
        InvalidPasswordException: the password breaks the policy.
        UsernameExistsException: the name is taken.
        CodeDeliveryFailureException: the code could not be sent; the account exists.
        TriggerError: a trigger refused or failed; after PostConfirmation and CustomMessage the account
            exists.
    """
    pool = client.pool
    refuse_if_closed(pool)
    user = _new_user(client, username, password, attributes, now=now)
    known: Mapping[str, Any] | None = None
    try:
        known = new_passwords.check(pool, client, password, event="SIGN_UP")
        _ask_trigger(client, username, user, validation_data=validation_data, origin=origin)
        code = _create(client, user, password, known, origin=origin, now=now)
    except CognitoError as error:
        auth_events.record_refusal(
            AuthEventType.SIGN_UP,
            error,
            pool=pool,
            client=client,
            origin=origin,
            risk=known or new_passwords.found_by(error),
            now=now,
        )
        raise
    signals.user_signed_up.send_robust(sender=type(user), user=user, pool=pool, client_id=client.pk)
    if user.status == UserStatus.CONFIRMED:
        signals.user_confirmed.send_robust(sender=type(user), user=user, pool=pool, client_id=client.pk)
        post_confirmation.after(post_confirmation.CONFIRM_SIGN_UP, user, client=client, origin=origin)
    details = _send(user, code, MessageEvent.SIGN_UP, client=client, origin=origin, now=now)
    session = after_sign_up.signed_up(client, user, username, origin=origin, now=now)
    return SignedUp(user=user, delivery=details, session=session)


def _new_user(
    client: UserPoolClient,
    username: str,
    password: str | None,
    attributes: Mapping[str, str],
    *,
    now: datetime.datetime,
) -> AbstractCognitoUser:
    pool = client.pool
    given = dict(attributes)
    user_names.check_username(pool, username)
    if "preferred_username" in given and "preferred_username" in pool.alias_attributes:
        raise reasons.INVALID_PARAMETER(
            problem="preferred_username cannot be set at sign-up, since it is an alias; set it after confirmation."
        )
    permissions.check_writable(client, given)
    own_name = user_names.username_attribute(pool, username) if pool.has_username_attributes else None
    if own_name is not None:
        given[own_name] = username
    checked = validation.check(pool, given, creating=True, by_admin=False, require=True)
    if password is not None:
        passwords.check_policy(pool, password)
    model = get_user_model()
    user: AbstractCognitoUser = model(
        pool=pool, username=username, status=UserStatus.UNCONFIRMED, created_at=now, last_modified_at=now
    )
    if own_name is not None:
        user.username = str(user.sub)
    elif user_names.is_sub_of_another(user, username):
        raise reasons.USERNAME_EXISTS()
    values.assign(user, checked)
    user.set_keys()
    if password is not None:
        passwords.set_password(user, password, now=now)
    elif first_factors.may_lack_password(user):
        user.set_unusable_password()
    else:
        raise reasons.MISSING_PARAMETER(name="Password")
    return user


def _ask_trigger(
    client: UserPoolClient,
    username: str,
    user: AbstractCognitoUser,
    *,
    validation_data: Mapping[str, str] | None,
    origin: RequestOrigin,
) -> None:
    """Let the trigger refuse the account, or confirm it and verify its addresses, on the instance.

    Raises:
        UsernameExistsException: taken; the trigger is asked about new people only.
        TriggerError: it refused or failed.
    """
    pool = client.pool
    if not pre_sign_up.is_configured(pool):
        return
    if user_names.find(pool, username) is not None:
        raise _taken(pool, user_names.username_attribute(pool, username) or "")
    decision = pre_sign_up.run(pre_sign_up.SIGN_UP, user, client=client, origin=origin, validation_data=validation_data)
    if decision.confirms:
        user.status = UserStatus.CONFIRMED
    if decision.verifies_email:
        user.email_verified = True
    if decision.verifies_phone_number:
        user.phone_number_verified = True


def _taken(pool: UserPool, name: str) -> CognitoError:
    if name in pool.username_attributes:
        return reasons.GIVEN_USERNAME_ATTRIBUTE_EXISTS(name=name)
    return reasons.USERNAME_EXISTS()


def _create(
    client: UserPoolClient,
    user: AbstractCognitoUser,
    password: str | None,
    risk: Mapping[str, Any] | None,
    *,
    origin: RequestOrigin,
    now: datetime.datetime,
) -> str | None:
    """Insert the user with their aliases, verifier, first code and event, all or nothing; return the code."""
    its_row = OnlyIf(type(user), {"sub": user.sub})
    deliveries: list[Callable[[], None]] = []
    code, statements = None, [_INSERT_USER.statement(user, skip_conflict=True)]
    if password is not None and srp_verifiers.is_offered(user.pool, client=client):
        statements += srp_verifiers.first_statements(user, password, only_if=its_row)
    target = verification_target(user)
    if target is not None:
        code, statement = codes.issue_first(
            user, CodePurpose.CONFIRM_SIGN_UP, attribute=target[0], destination=target[1], now=now, only_if=its_row
        )
        statements.append(statement)
    statements += auth_events.statements(
        AuthEventType.SIGN_UP,
        AuthEventResponse.PASS,
        pool=user.pool,
        user=user,
        client=client,
        origin=origin,
        risk=risk,
        now=now,
        only_if=its_row,
        deliveries=deliveries,
    )
    is_confirmed = user.status == UserStatus.CONFIRMED
    if not (user_names.aliases_of(user) or is_confirmed):
        _insert(user, statements)
        for deliver in deliveries:
            deliver()
        return code
    with transaction.atomic():
        _insert(user, statements)
        try:
            # Addresses of new people are verified by the trigger only, which vouches for them.
            user_names.sync_aliases(user, is_new=True, take_over=True)
        except user_names.AliasTaken as taken:
            raise _taken(user.pool, taken.name) from None
        if is_confirmed:
            post_confirmation.within(post_confirmation.CONFIRM_SIGN_UP, user, client=client, origin=origin)
    for deliver in deliveries:
        deliver()
    return code


def _insert(user: AbstractCognitoUser, statements: Sequence[Statement]) -> None:
    if not _INSERT_USER.settle(user, execute_together(statements)[0]):
        raise reasons.USERNAME_EXISTS()


def _send(
    user: AbstractCognitoUser,
    code: str | None,
    event: MessageEvent,
    *,
    client: UserPoolClient | None,
    origin: RequestOrigin,
    now: datetime.datetime,
) -> delivery.CodeDeliveryDetails | None:
    target = verification_target(user)
    if code is None or target is None:
        return None
    return delivery.send_code(
        user, event, attribute=target[0], destination=target[1], code=code, client=client, origin=origin, now=now
    )


def verification_target(user: AbstractCognitoUser) -> tuple[str, str] | None:
    """Return attribute and address to which a confirmation code goes: the phone before the e-mail.

    ``None`` also for somebody who needs no confirming.
    """
    if user.status != UserStatus.UNCONFIRMED:
        return None
    for name in ("phone_number", "email"):
        if name in user.pool.auto_verified_attributes and getattr(user, name):
            return name, getattr(user, name)
    return None


def confirm(
    client: UserPoolClient,
    username: str,
    code: str,
    *,
    force_alias_creation: bool = False,
    by_link: bool = False,
    origin: RequestOrigin,
    now: datetime.datetime,
) -> AbstractCognitoUser:
    """Confirm an account with the code that was sent to it, and mark that address as verified.

    The account returned may be an earlier one of the same person, see ``federation.joining``. Not ``by_link``:
    who follows a link has not said that the sign-up, and its password, was theirs.

    Raises:
        CodeMismatchException, ExpiredCodeException: the code is wrong, too old or used.
        NotAuthorizedException: the account is not waiting to be confirmed.
        AliasExistsException: another account confirmed the address first.
        LimitExceededException: too many guesses.
        UserNotFoundException: unknown, where the client does not hide that.
        TriggerError: the post confirmation trigger refused or failed; the account is confirmed.
    """
    pool = client.pool
    user = user_names.find(pool, username)
    try:
        if user is None:
            raise _unknown_user(client, username, AttemptKind.CONFIRM_SIGN_UP, now=now)
        user = _confirm(
            client, user, code, force_alias_creation=force_alias_creation, by_link=by_link, origin=origin, now=now
        )
    except CognitoError as error:
        auth_events.record_refusal(
            AuthEventType.CONFIRM_SIGN_UP, error, pool=pool, user=user, client=client, origin=origin, now=now
        )
        raise
    auth_events.record(
        AuthEventType.CONFIRM_SIGN_UP,
        AuthEventResponse.PASS,
        pool=pool,
        user=user,
        client=client,
        origin=origin,
        now=now,
    )
    signals.user_confirmed.send_robust(sender=type(user), user=user, pool=pool, client_id=client.pk)
    post_confirmation.after(post_confirmation.CONFIRM_SIGN_UP, user, client=client, origin=origin)
    return user


def _unknown_user(client: UserPoolClient, username: str, kind: AttemptKind, *, now: datetime.datetime) -> CognitoError:
    """Count the guess as for a real account and return the refusal."""
    subject = attempts.subject_of(None, client.pool.key_of(username))
    attempts.count(kind, pool_id=client.pool_id, subject=subject, now=now)
    if client.prevent_user_existence_errors:
        return reasons.CODE_MISMATCH()
    return reasons.USER_CLIENT_COMBINATION_NOT_FOUND()


def _confirm(
    client: UserPoolClient,
    user: AbstractCognitoUser,
    code: str,
    *,
    force_alias_creation: bool,
    by_link: bool,
    origin: RequestOrigin,
    now: datetime.datetime,
) -> AbstractCognitoUser:
    """Confirm and return whose account it is: that of an earlier sign-in with a provider, or a new one."""
    hides_users = client.prevent_user_existence_errors
    is_waiting = user.status == UserStatus.UNCONFIRMED
    # Where people are hidden, only who has the code learns that the account is there and confirmed.
    if not is_waiting and not hides_users:
        raise reasons.CANNOT_CONFIRM(status=user.status)
    try:
        row = codes.check(
            user,
            CodePurpose.CONFIRM_SIGN_UP,
            code,
            attempt_kind=AttemptKind.CONFIRM_SIGN_UP,
            now=now,
            hides_state=hides_users,
        )
    except ExpiredCodeException:
        if is_waiting:
            raise
        raise reasons.CANNOT_CONFIRM(status=user.status) from None
    if not is_waiting:
        raise reasons.CANNOT_CONFIRM(status=user.status)
    if not user.is_active:
        raise reasons.USER_DISABLED()
    with transaction.atomic():
        _confirm_locked(user, row, force_alias_creation=force_alias_creation, now=now)
        if not by_link:
            user = joining.join(user, now=now)
        post_confirmation.within(post_confirmation.CONFIRM_SIGN_UP, user, client=client, origin=origin)
    return user


def _confirm_locked(
    user: AbstractCognitoUser, row: OneTimeCode, *, force_alias_creation: bool, now: datetime.datetime
) -> None:
    locked = type(user)._default_manager.select_for_update().select_related("pool").filter(pk=user.pk).first()
    if locked is None:  # deleted meanwhile, and the code with it
        raise reasons.CODE_EXPIRED()
    codes.expire(row)
    if locked.status != UserStatus.UNCONFIRMED:
        raise reasons.CANNOT_CONFIRM(status=locked.status)
    # A code verifies the very address it was sent to, never one that took its place meanwhile.
    if getattr(locked, row.attribute) != row.destination:
        raise reasons.CODE_EXPIRED()
    locked.status = UserStatus.CONFIRMED
    setattr(locked, f"{row.attribute}_verified", True)
    locked.last_modified_at = now
    locked.save(update_fields=["status", f"{row.attribute}_verified", "last_modified_at"])
    try:
        user_names.sync_aliases(locked, take_over=force_alias_creation)
    except user_names.AliasTaken as taken:
        raise reasons.ALIAS_EXISTS(name=taken.name) from None
    user.status = locked.status
    setattr(user, f"{row.attribute}_verified", True)


def resend(
    client: UserPoolClient, username: str, *, origin: RequestOrigin, now: datetime.datetime
) -> delivery.CodeDeliveryDetails:
    """Send a fresh confirmation code to an account that waits to be confirmed.

    Raises:
        InvalidParameterException: confirmed already, or the pool sends no codes.
        LimitExceededException: asked for too often.
        UserNotFoundException: unknown, where the client does not hide that.
        CodeDeliveryFailureException: it could not be sent.
    """
    pool = client.pool
    user = user_names.find(pool, username)
    subject = attempts.subject_of(user.pk if user else None, pool.key_of(username))
    try:
        attempts.count(AttemptKind.RESEND_CODE, pool_id=pool.pk, subject=subject, now=now)
        refusal = _why_not_resend(user)
        if refusal is not None or user is None:
            refusal = refusal or reasons.USER_CLIENT_COMBINATION_NOT_FOUND()
            if client.prevent_user_existence_errors:
                return _pretend_to_resend(client, username, user, refusal, origin=origin, now=now)
            raise refusal
        return resend_to(user, client=client, origin=origin, now=now)
    except CognitoError as error:
        auth_events.record_refusal(
            AuthEventType.RESEND_CODE, error, pool=pool, user=user, client=client, origin=origin, now=now
        )
        raise


def _pretend_to_resend(
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
    details = delivery.pretend_code(pool, MessageEvent.RESEND_CODE, name=username, user=user, origin=origin, now=now)
    auth_events.record_refusal(
        AuthEventType.RESEND_CODE, refusal, pool=pool, user=user, client=client, origin=origin, now=now
    )
    return details


def _why_not_resend(user: AbstractCognitoUser | None) -> CognitoError | None:
    if user is None:
        return reasons.USER_CLIENT_COMBINATION_NOT_FOUND()
    if user.status != UserStatus.UNCONFIRMED:
        return reasons.ALREADY_CONFIRMED()
    if not user.is_active:
        return reasons.USER_DISABLED()
    if verification_target(user) is None:
        return reasons.AUTO_VERIFICATION_OFF()
    return None


def resend_to(
    user: AbstractCognitoUser,
    *,
    client: UserPoolClient | None = None,
    origin: RequestOrigin,
    now: datetime.datetime,
) -> delivery.CodeDeliveryDetails:
    """Send a fresh confirmation code to a user that is known to wait for one (staff's "resend").

    Raises:
        InvalidParameterException: confirmed already, or the pool sends no codes.
        CodeDeliveryFailureException: it could not be sent.
    """
    refusal = _why_not_resend(user)
    target = verification_target(user)
    if refusal is not None or target is None:
        raise refusal or reasons.AUTO_VERIFICATION_OFF()
    code = codes.issue(user, CodePurpose.CONFIRM_SIGN_UP, attribute=target[0], destination=target[1], now=now)
    details = delivery.send_code(
        user,
        MessageEvent.RESEND_CODE,
        attribute=target[0],
        destination=target[1],
        code=code,
        client=client,
        origin=origin,
        now=now,
    )
    auth_events.record(
        AuthEventType.RESEND_CODE,
        AuthEventResponse.PASS,
        pool=user.pool,
        user=user,
        client=client,
        origin=origin,
        now=now,
    )
    return details
