"""What administrators do with users, and deleting an account.

========================  =======================  ==================================================
function                  from                     to
========================  =======================  ==================================================
``create_by_admin``       —                        FORCE_CHANGE_PASSWORD, or CONFIRMED without a password
``resend_invitation``     FORCE_CHANGE_PASSWORD    the same, with a new temporary password
``confirm_by_admin``      UNCONFIRMED              CONFIRMED
``set_password_by_admin`` any                      CONFIRMED, or FORCE_CHANGE_PASSWORD
``enable``, ``disable``   any                      the same: enabled is independent of the status
========================  =======================  ==================================================

Requiring a reset is in ``password_reset``, signing out in ``sign_out``, attributes in ``attributes``.
Source: AWS "Managing user accounts", API_AdminCreateUser, API_AdminSetUserPassword.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F, ProtectedError, RestrictedError

from cognito_auth import reasons, signals
from cognito_auth.choices import AliasName, AttemptKind, DeliveryMedium, UserStatus
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import AbstractCognitoUser, OneTimeCode, UserPool
from cognito_auth.models.statements import CompiledInsert
from cognito_auth.services import (
    attempts,
    external_users,
    first_factors,
    password_history,
    passwords,
    srp_verifiers,
    user_names,
)
from cognito_auth.services.attributes import validation, values
from cognito_auth.services.attributes.standard import VERIFIED_FLAGS
from cognito_auth.services.messages import delivery
from cognito_auth.services.messages.delivery import CodeDeliveryDetails
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.triggers import post_confirmation, pre_sign_up

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.dispatch import Signal

_INSERT_USER = CompiledInsert(get_user_model, sends_signals=True)
_ADDRESSES = {DeliveryMedium.SMS: "phone_number", DeliveryMedium.EMAIL: "email"}


@dataclass(frozen=True, slots=True)
class Invited:
    """A user that an administrator made, and where invitations went."""

    user: AbstractCognitoUser
    deliveries: list[CodeDeliveryDetails]


def create_by_admin(
    pool: UserPool,
    username: str,
    attributes: Mapping[str, str],
    *,
    temporary_password: str | None = None,
    delivery_mediums: Sequence[DeliveryMedium] = (),
    suppress_message: bool = False,
    force_alias_creation: bool = False,
    validation_data: Mapping[str, str] | None = None,
    origin: RequestOrigin | None,
    now: datetime.datetime,
) -> Invited:
    """Make a user with a temporary password and invite them.

    Without ``temporary_password`` one is made, unless the person can sign in by codes to an address:
    then the account has no password and is confirmed at once.

    Required attributes may be left out; they are asked for at the first sign-in. Without
    ``delivery_mediums`` the invitation goes by SMS or, where the pool is not strict and there is no
    phone number, by e-mail; with neither nobody is told. ``force_alias_creation`` takes a verified address
    over from the user who has it.

    Raises:
        InvalidParameterException: username or attributes cannot be accepted, or none of ``delivery_mediums``
            reaches the person.
        InvalidPasswordException: the password breaks the policy.
        UsernameExistsException: the username or a sign-in name is taken.
        CodeDeliveryFailureException: the user exists, but the invitation could not be sent.
        TriggerError: a trigger refused or failed; after CustomMessage the user exists.
    """
    user = _new_user(pool, username, attributes, now=now)
    mediums = [] if suppress_message else _mediums(user, delivery_mediums)
    if delivery_mediums and not (mediums or suppress_message):
        raise reasons.INVITATION_UNDELIVERABLE()
    password = _first_password(user, temporary_password, now=now)
    if pre_sign_up.is_configured(pool):
        if user_names.find(pool, username) is not None:
            raise _name_taken(pool, user_names.username_attribute(pool, username) or AliasName.USERNAME)
        pre_sign_up.run(
            pre_sign_up.ADMIN_CREATE_USER, user, client=None, origin=origin, validation_data=validation_data
        )
    with transaction.atomic():
        if not _INSERT_USER.execute(user, skip_conflict=True):
            raise reasons.USER_ACCOUNT_EXISTS()
        try:
            user_names.sync_aliases(user, is_new=True, take_over=force_alias_creation)
        except user_names.AliasTaken as taken:
            raise _name_taken(pool, taken.name) from None
        if password is not None:
            srp_verifiers.remember(user, password)
    return Invited(user, _invite(user, mediums, password, origin=origin, now=now))


def _new_user(
    pool: UserPool, username: str, attributes: Mapping[str, str], *, now: datetime.datetime
) -> AbstractCognitoUser:
    user_names.check_username(pool, username)
    given = dict(attributes)
    own_name = user_names.username_attribute(pool, username) if pool.has_username_attributes else None
    if own_name is not None:
        given[own_name] = username
    checked = validation.check(pool, given, creating=True, by_admin=True)
    user: AbstractCognitoUser = get_user_model()(
        pool=pool,
        username=username,
        status=UserStatus.FORCE_CHANGE_PASSWORD,
        created_at=now,
        last_modified_at=now,
    )
    user.has_identities = False  # type: ignore[attr-defined]
    if own_name is not None:
        user.username = str(user.sub)
    elif user_names.is_sub_of_another(user, username):
        raise reasons.USER_ACCOUNT_EXISTS()
    values.assign(user, checked)
    for flag in VERIFIED_FLAGS.values():
        if flag not in checked:
            # Observed: unlike after a sign-up, there is no flag until somebody sets it.
            setattr(user, flag, None)
    user.set_keys()
    return user


def _name_taken(pool: UserPool, name: str) -> CognitoError:
    if name in pool.username_attributes:
        return reasons.GIVEN_USERNAME_ATTRIBUTE_EXISTS(name=name)
    if name == AliasName.USERNAME:
        return reasons.USER_ACCOUNT_EXISTS()
    return reasons.ALIAS_TAKEN_AT_CREATION(name=name)


def _first_password(user: AbstractCognitoUser, given: str | None, *, now: datetime.datetime) -> str | None:
    """Put a temporary password on the new user and return it, or none where they need none."""
    if given is None and first_factors.may_lack_password(user):
        user.set_unusable_password()
        user.status = UserStatus.CONFIRMED
        return None
    password = _temporary_password(user.pool, given)
    passwords.set_password(user, password, now=now)
    return password


def _temporary_password(pool: UserPool, given: str | None) -> str:
    if given is None:
        return passwords.generate_temporary(pool)
    passwords.check_policy(pool, given, temporary=True)
    return given


def _mediums(user: AbstractCognitoUser, wanted: Sequence[DeliveryMedium]) -> list[DeliveryMedium]:
    """Return the media by which an invitation can go; without a wish, at most one."""
    reachable = [medium for medium, attribute in _ADDRESSES.items() if getattr(user, attribute)]
    if wanted:
        return [medium for medium in wanted if medium in reachable]
    if user.pool.strict:
        return [medium for medium in reachable if medium == DeliveryMedium.SMS]
    return reachable[:1]


def _invite(
    user: AbstractCognitoUser,
    mediums: Sequence[DeliveryMedium],
    password: str | None,
    *,
    origin: RequestOrigin | None,
    now: datetime.datetime,
) -> list[CodeDeliveryDetails]:
    if not mediums:
        return []
    return delivery.send_invitation(user, mediums=mediums, password=password, origin=origin, now=now)


def resend_invitation(
    user: AbstractCognitoUser,
    *,
    temporary_password: str | None = None,
    delivery_mediums: Sequence[DeliveryMedium] = (),
    origin: RequestOrigin | None,
    now: datetime.datetime,
) -> Invited:
    """Invite again, with a new temporary password whose validity starts now.

    Raises:
        UnsupportedUserStateException: the user has a password of their own by now.
        InvalidParameterException: the invitation has no address to go to.
        InvalidPasswordException: the password breaks the policy.
        CodeDeliveryFailureException: it could not be sent.
    """
    if user.status != UserStatus.FORCE_CHANGE_PASSWORD:
        raise reasons.INVITATION_NOT_WAITING(status=user.status)
    mediums = _mediums(user, delivery_mediums)
    if not mediums:
        raise reasons.INVITATION_UNDELIVERABLE()
    password = _temporary_password(user.pool, temporary_password)
    passwords.set_password(user, password, now=now)
    with transaction.atomic():
        password_history.remember(user, password, checked=None, now=now)
        changed = (
            _of(user)
            .filter(status=UserStatus.FORCE_CHANGE_PASSWORD)
            # A sign-in that the older password has begun ends with it.
            .update(
                password=user.password,
                password_set_at=now,
                last_modified_at=now,
                token_epoch=F("token_epoch") + 1,
            )
        )
        if not changed:
            raise reasons.INVITATION_NOT_WAITING(status=_status_now(user))
        srp_verifiers.remember(user, password)
    user.last_modified_at = now
    return Invited(user, _invite(user, mediums, password, origin=origin, now=now))


def _of(user: AbstractCognitoUser) -> "QuerySet[AbstractCognitoUser]":
    queryset: QuerySet[AbstractCognitoUser] = type(user)._default_manager.filter(pk=user.pk)
    return queryset


def _status_now(user: AbstractCognitoUser) -> str:
    """Return the status in the database.

    Raises:
        UserNotFoundException: deleted meanwhile.
    """
    status = _of(user).values_list("status", flat=True).first()
    if status is None:
        raise reasons.USER_NOT_FOUND()
    return status


def confirm_by_admin(user: AbstractCognitoUser, *, origin: RequestOrigin | None = None, now: datetime.datetime) -> None:
    """Confirm an account without a code; its addresses stay unverified.

    Raises:
        NotAuthorizedException: it is not waiting to be confirmed.
        TriggerError: the post confirmation trigger refused or failed; the account is confirmed.
    """
    with transaction.atomic():
        waiting = _of(user).filter(status=UserStatus.UNCONFIRMED)
        if not waiting.update(status=UserStatus.CONFIRMED, last_modified_at=now):
            raise reasons.CANNOT_CONFIRM(status=_status_now(user))
        user.status, user.last_modified_at = UserStatus.CONFIRMED, now
        post_confirmation.within(post_confirmation.CONFIRM_SIGN_UP, user, client=None, origin=origin)
        _notify(signals.user_confirmed, user)
    post_confirmation.after(post_confirmation.CONFIRM_SIGN_UP, user, client=None, origin=origin)


def set_password_by_admin(user: AbstractCognitoUser, password: str, *, permanent: bool, now: datetime.datetime) -> None:
    """Set a password that the person keeps, or one to be changed at the next sign-in.

    Older sessions and addresses that wait to be verified end with the old password, except that in
    strict pools sessions go on, as on AWS. A lock after wrong guesses ends too.

    Raises:
        InvalidPasswordException: it breaks the policy.
        PasswordHistoryPolicyViolationException: it was used before.
        InvalidParameterException: the account signed in elsewhere, and its sign-in names are taken here.
        UserNotFoundException: deleted meanwhile.
    """
    passwords.check_policy(user.pool, password)
    password_history.check(user, password)
    checked = user.password
    passwords.set_password(user, password, now=now)
    status = UserStatus.CONFIRMED if permanent else UserStatus.FORCE_CHANGE_PASSWORD
    ended = {} if user.pool.strict else {"token_epoch": F("token_epoch") + 1, "tokens_revoked_at": now}
    with transaction.atomic():
        password_history.remember(user, password, checked=checked, now=now)
        changed = _of(user).update(
            password=user.password, password_set_at=now, status=status, last_modified_at=now, **ended
        )
        if not changed:
            raise reasons.USER_NOT_FOUND()
        srp_verifiers.remember(user, password)
        OneTimeCode.objects.filter(user_id=user.pk, is_pending=True).delete()
        attempts.clear(AttemptKind.PASSWORD, pool_id=user.pool_id, subject=attempts.subject_of(user.pk, ""))
        was_external = external_users.is_external(user)
        user.status, user.last_modified_at = status, now
        if was_external:
            _claim_names(user)
        _notify(signals.password_changed, user)


def _claim_names(user: AbstractCognitoUser) -> None:
    """Give an account that signed in elsewhere the sign-in names that it has from now on."""
    try:
        user_names.sync_aliases(user)
    except user_names.AliasTaken as taken:
        raise reasons.INVALID_PARAMETER(problem=f"Another user signs in with this {taken.name}.") from None


def enable(user: AbstractCognitoUser, *, now: datetime.datetime) -> None:
    """Let a disabled user sign in again; who is enabled stays so."""
    if _of(user).filter(is_active=False).update(is_active=True, last_modified_at=now):
        user.last_modified_at = now
    user.is_active = True


def disable(user: AbstractCognitoUser, *, now: datetime.datetime) -> None:
    """Keep a user from signing in and end all sessions; who is disabled stays so."""
    changed = (
        _of(user)
        .filter(is_active=True)
        .update(is_active=False, last_modified_at=now, token_epoch=F("token_epoch") + 1, tokens_revoked_at=now)
    )
    if changed:
        user.last_modified_at, user.tokens_revoked_at = now, now
    user.is_active = False


def delete(user: AbstractCognitoUser, *, client_id: str = "") -> None:
    """Delete a user and everything that is theirs; their tokens are refused from now on.

    ``client_id`` is the app in which people delete their own account, for the signal.

    Raises:
        InvalidParameterException: rows of other apps do not allow it.
        UserNotFoundException: deleted meanwhile.
    """
    try:
        with transaction.atomic():
            # Who makes new rows of this user waits for the lock, and then finds no user.
            locked = _of(user).select_for_update().first()
            if locked is None:
                raise reasons.USER_NOT_FOUND()
            locked.delete()
            _notify(signals.user_deleted, user, client_id=client_id)
    except (ProtectedError, RestrictedError) as error:
        rows = error.protected_objects if isinstance(error, ProtectedError) else error.restricted_objects
        models = sorted({str(row._meta.verbose_name_plural) for row in rows})
        raise reasons.USER_PROTECTED(models=", ".join(models)) from None


def _notify(signal: "Signal", user: AbstractCognitoUser, *, client_id: str = "") -> None:
    """Send a signal when the transaction has committed; receivers cannot undo it."""

    def send() -> None:
        signal.send_robust(sender=type(user), user=user, pool=user.pool, client_id=client_id)

    transaction.on_commit(send, robust=True)
