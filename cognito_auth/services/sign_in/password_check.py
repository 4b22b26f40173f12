"""A name and a password: the one place where they are compared, behind the lock.

Used by every flow that takes a plain password and by Django's own log-in, so that all ways in share
one counter per account.
Source: AWS API_InitiateAuth, "Lockout behavior for failed sign-in attempts".
"""

import datetime

from cognito_auth import reasons
from cognito_auth.choices import AttemptKind, UserStatus
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import AbstractCognitoUser, UserPool, UserPoolClient
from cognito_auth.models.statements import Statement, execute_together
from cognito_auth.services import attempts, external_users, passwords, srp_verifiers


def check(
    pool: UserPool,
    user: AbstractCognitoUser | None,
    username: str,
    password: str,
    *,
    hides_users: bool,
    now: datetime.datetime,
    later: list[Statement] | None = None,
    client: UserPoolClient | None = None,
) -> AbstractCognitoUser:
    """Return the user if the password is theirs and the account may sign in.

    ``user`` is who was found under ``username``, if anybody; the same work is done for nobody. Unless
    users are hidden, an unconfirmed account is told apart before its password is looked at, as AWS
    does; hidden, only who knows the password learns the state of the account. What is left to write
    after a success is added to ``later``, to be written with what follows; without it, it is done.

    Raises:
        NotAuthorizedException: wrong, locked, disabled, or the temporary password is too old.
        UserNotFoundException: unknown and not hidden.
        UserNotConfirmedException, PasswordResetRequiredException: what has to be done first.
    """
    refusal = None if user is None or hides_users else _why_not_by_status(user)
    if refusal is not None:
        raise refusal
    subject = attempts.subject_of(user.pk if user else None, pool.key_of(username))
    guess = attempts.reserve(AttemptKind.PASSWORD, pool_id=pool.pk, subject=subject, now=now)
    if not passwords.verify(user, password) or user is None:
        guess.failed(now=now)
        if user is None and not hides_users:
            raise reasons.USER_NOT_FOUND()
        raise reasons.INCORRECT_USERNAME_OR_PASSWORD()
    refusal = why_not(user, now=now)
    due = [guess.success]
    if refusal is None and srp_verifiers.is_offered(pool, client=client) and srp_verifiers.is_missing(user):
        due += srp_verifiers.statements(user, password)
    if refusal is not None or later is None:
        execute_together(due)
    else:
        later += due
    if refusal is not None:
        raise refusal
    return user


def why_not(user: AbstractCognitoUser, *, now: datetime.datetime) -> CognitoError | None:
    """Return what keeps somebody who knows the password from signing in, or ``None``."""
    if not user.is_active:
        return reasons.USER_DISABLED()
    if user.status == UserStatus.FORCE_CHANGE_PASSWORD and passwords.is_temporary_expired(user, now=now):
        return reasons.TEMPORARY_PASSWORD_EXPIRED()
    return _why_not_by_status(user)


def _why_not_by_status(user: AbstractCognitoUser) -> CognitoError | None:
    if user.status == UserStatus.UNCONFIRMED:
        return reasons.USER_NOT_CONFIRMED()
    if user.status == UserStatus.RESET_REQUIRED:
        return reasons.PASSWORD_RESET_REQUIRED()
    if external_users.is_external(user):
        return reasons.EXTERNAL_USER()
    return None
