"""A name and a password: the one place where they are compared, behind the lock.

Used by every flow that takes a plain password and by Django's own log-in, so that all ways in share
one counter per account.
Source: AWS API_InitiateAuth, "Lockout behavior for failed sign-in attempts".
"""

import datetime

from cognito_auth import reasons
from cognito_auth.choices import AttemptKind, UserStatus
from cognito_auth.models import AbstractCognitoUser, UserPool
from cognito_auth.services import attempts, passwords


def check(
    pool: UserPool,
    user: AbstractCognitoUser | None,
    username: str,
    password: str,
    *,
    hides_users: bool,
    now: datetime.datetime,
) -> AbstractCognitoUser:
    """Return the user if the password is theirs and the account may sign in.

    ``user`` is who was found under ``username``, if anybody; the same work is done for nobody. Unless
    users are hidden, an unconfirmed account is told apart before its password is looked at, as AWS
    does; hidden, only who knows the password learns the state of the account.

    Raises:
        NotAuthorizedException: wrong, locked, disabled, or the temporary password is too old.
        UserNotFoundException: unknown and not hidden.
        UserNotConfirmedException, PasswordResetRequiredException: what has to be done first.
    """
    if user is not None and not hides_users:
        _check_status(user)
    subject = attempts.subject_of(user and user.pk, pool.key_of(username))
    guess = attempts.reserve(AttemptKind.PASSWORD, pool_id=pool.pk, subject=subject, now=now)
    if not passwords.verify(user, password) or user is None:
        guess.failed(now=now)
        if user is None and not hides_users:
            raise reasons.USER_NOT_FOUND()
        raise reasons.INCORRECT_USERNAME_OR_PASSWORD()
    guess.succeeded()
    if not user.is_active:
        raise reasons.USER_DISABLED()
    _check_status(user)
    if user.status == UserStatus.FORCE_CHANGE_PASSWORD and passwords.is_temporary_expired(user, now=now):
        raise reasons.TEMPORARY_PASSWORD_EXPIRED()
    return user


def _check_status(user: AbstractCognitoUser) -> None:
    if user.status == UserStatus.UNCONFIRMED:
        raise reasons.USER_NOT_CONFIRMED()
    if user.status == UserStatus.RESET_REQUIRED:
        raise reasons.PASSWORD_RESET_REQUIRED()
