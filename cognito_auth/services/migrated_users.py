"""People who are taken over from where users were kept before, by the UserMigration trigger.

Several requests for the same person at the same time make one user: the database decides, and the
others go on with that one.
Source: AWS "Importing users with a user migration Lambda trigger".
"""

import datetime
import logging
from collections.abc import Mapping

from django.contrib.auth import get_user_model
from django.db import transaction

from cognito_auth import reasons, signals
from cognito_auth.choices import AttemptKind
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import AbstractCognitoUser, UserPoolClient
from cognito_auth.models.statements import CompiledInsert
from cognito_auth.services import attempts, passwords, user_names
from cognito_auth.services.attributes import validation, values
from cognito_auth.services.messages import delivery
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.triggers import user_migration
from cognito_auth.services.triggers.event import Occasion
from cognito_auth.services.triggers.user_migration import Migrated

logger = logging.getLogger(__name__)

_INSERT_USER = CompiledInsert(get_user_model, sends_signals=True)


def at_sign_in(
    client: UserPoolClient,
    username: str,
    password: str,
    *,
    validation_data: Mapping[str, str],
    origin: RequestOrigin,
    now: datetime.datetime,
) -> AbstractCognitoUser | None:
    """Take over a person whom the pool does not know, or return ``None`` without a handler.

    What the handler refuses counts as a wrong password.

    Raises:
        UserNotFoundException: the handler knows no such person or failed.
        NotAuthorizedException: the same, where the client hides users; or guessing is locked.
        UserLambdaValidationException: the handler refused with words for the person.
    """
    pool = client.pool
    if not user_migration.is_configured(pool):
        return None
    subject = attempts.subject_of(None, pool.key_of(username))
    guess = attempts.reserve(AttemptKind.PASSWORD, pool_id=pool.pk, subject=subject, now=now)
    occasion = Occasion(pool, client, None, username, origin.metadata)
    try:
        migrated = user_migration.run(
            user_migration.AUTHENTICATION, occasion, password=password, validation_data=validation_data
        )
        user = _take_over(client, username, password, migrated, origin=origin, now=now)
    except CognitoError as error:
        guess.failed(now=now)
        # The same work as for a wrong password of somebody who is here.
        passwords.verify(None, password)
        raise _refusal(client, error) or reasons.INCORRECT_USERNAME_OR_PASSWORD() from None
    guess.succeeded()
    return user


def at_forgot_password(
    client: UserPoolClient, username: str, *, origin: RequestOrigin, now: datetime.datetime
) -> AbstractCognitoUser | None:
    """Take over a person who has forgotten their password; ``None`` without a handler, or if users are hidden.

    Raises:
        UserNotFoundException: the handler knows no such person or failed.
        UserLambdaValidationException: the handler refused with words for the person.
    """
    pool = client.pool
    if not user_migration.is_configured(pool):
        return None
    occasion = Occasion(pool, client, None, username, origin.metadata)
    try:
        migrated = user_migration.run(user_migration.FORGOT_PASSWORD, occasion, password=None)
        return _take_over(client, username, None, migrated, origin=origin, now=now)
    except CognitoError as error:
        refusal = _refusal(client, error)
        if refusal is None:
            return None
        raise refusal from None


def _refusal(client: UserPoolClient, error: CognitoError) -> CognitoError | None:
    """Return the refusal of a failed migration, or ``None`` where nobody may learn who exists."""
    if error.reason is reasons.TRIGGER_REFUSED_PUBLICLY:
        return error
    logger.info("Nobody was migrated: %s", error.code)
    return None if client.prevent_user_existence_errors else reasons.MIGRATION_FAILED(client_id=client.pk)


def _take_over(
    client: UserPoolClient,
    username: str,
    password: str | None,
    migrated: Migrated,
    *,
    origin: RequestOrigin,
    now: datetime.datetime,
) -> AbstractCognitoUser:
    user = _new_user(client, username, migrated, now=now)
    if password is None:
        user.set_unusable_password()
    else:
        # As it was there: the policy is for new passwords.
        passwords.set_password(user, password, now=now)
    if not _insert(user, migrated):
        winner = user_names.find(client.pool, username)
        if winner is None:
            raise reasons.USERNAME_EXISTS()
        return winner
    signals.user_signed_up.send_robust(sender=type(user), user=user, pool=client.pool, client_id=client.pk)
    if migrated.mediums:
        try:
            delivery.send_invitation(
                user, mediums=migrated.mediums, password=None, client=client, origin=origin, now=now
            )
        except CognitoError as error:
            logger.warning("The welcome of a migrated user was not sent: %s", error.code)
    return user


def _new_user(
    client: UserPoolClient, username: str, migrated: Migrated, *, now: datetime.datetime
) -> AbstractCognitoUser:
    pool = client.pool
    given = dict(migrated.attributes)
    own_name = user_names.username_attribute(pool, username) if pool.has_username_attributes else None
    # With an alias at hand, the handler says which username the person gets.
    name = given.pop("username", username)
    if own_name is not None:
        given.setdefault(own_name, username)
        name = username
    user_names.check_username(pool, name)
    checked = validation.check(pool, given, creating=True, by_admin=True)
    user: AbstractCognitoUser = get_user_model()(
        pool=pool,
        username=name,
        status=migrated.status,
        sms_mfa_enabled=migrated.enables_sms_mfa,
        created_at=now,
        last_modified_at=now,
    )
    if own_name is not None:
        user.username = str(user.sub)
    values.assign(user, checked)
    user.set_keys()
    return user


def _insert(user: AbstractCognitoUser, migrated: Migrated) -> bool:
    """Insert the user with their sign-in names and tell whether that was possible: all or nothing."""
    try:
        with transaction.atomic():
            if not _INSERT_USER.execute(user, skip_conflict=True):
                return False
            user_names.sync_aliases(user, is_new=True, take_over=migrated.takes_over_aliases)
    except user_names.AliasTaken:
        return False
    return True
