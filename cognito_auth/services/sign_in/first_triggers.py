"""What the pool's own code does before anything is proved: taking over unknown people, and refusing.

In this order: UserMigration, then PreAuthentication. Both are called here for every flow, so that no
flow can forget them.
"""

from collections.abc import Mapping

from cognito_auth.choices import AuthFlow
from cognito_auth.services import migrated_users, user_names
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.triggers import pre_authentication, user_migration
from cognito_auth.services.triggers.event import Occasion

# In others a "PASSWORD" is no part of the flow.
_WITH_PASSWORD = frozenset(
    {
        AuthFlow.USER_PASSWORD_AUTH,
        AuthFlow.ADMIN_USER_PASSWORD_AUTH,
        AuthFlow.ADMIN_NO_SRP_AUTH,
        AuthFlow.USER_AUTH,
    }
)


def run(sign_in: SignIn, parameters: Mapping[str, str]) -> None:
    """Call the triggers that come first in a sign-in by ``USERNAME``; without handlers, do nothing.

    Raises:
        TriggerError: PreAuthentication refused or failed.
        UserNotFoundException, NotAuthorizedException: an unknown person could not be taken over.
    """
    pool, username = sign_in.pool, parameters.get("USERNAME")
    password = parameters.get("PASSWORD") if sign_in.flow in _WITH_PASSWORD else None
    migrates = bool(password) and user_migration.is_configured(pool)
    asks = pre_authentication.is_configured(pool)
    if not username or not (migrates or asks):
        return
    sign_in.username = username
    sign_in.user = user_names.find(pool, username)
    if migrates and password:
        take_over(sign_in, password)
    # Where users are not hidden, the flow tells that there is no such person.
    if asks and (sign_in.user is not None or sign_in.client.prevent_user_existence_errors):
        occasion = Occasion(pool, sign_in.client, sign_in.user, username)
        pre_authentication.run(occasion, validation_data=sign_in.validation_data)
    # Until here a refusal is recorded for the right account; from here the flow says whose sign-in it is.
    # Who was found with the client may have been changed by the handlers.
    sign_in.user, sign_in.token_epoch, sign_in.opening_user = None, 0, None


def take_over(sign_in: SignIn, password: str) -> None:
    """Let UserMigration take over somebody who is not known, given the plain password.

    Raises:
        UserNotFoundException, NotAuthorizedException: that was not possible.
        UserLambdaValidationException: the handler refused with words for the person.
    """
    if sign_in.user is not None:
        return
    sign_in.user = migrated_users.at_sign_in(
        sign_in.client,
        sign_in.username,
        password,
        validation_data=sign_in.validation_data,
        origin=sign_in.origin,
        now=sign_in.now,
    )
    if sign_in.user is not None:
        sign_in.token_epoch = sign_in.user.token_epoch
