"""Refuses new passwords that are known to be out, where the pool says so."""

from cognito_auth import reasons
from cognito_auth.models import UserPool, UserPoolClient
from cognito_auth.services.risk import compromised_password, configuration


def check(pool: UserPool, client: UserPoolClient | None, password: str | None, *, event: str) -> None:
    """Refuse ``password`` if it is known and the pool blocks such at ``event`` (SIGN_UP, PASSWORD_CHANGE).

    Raises:
        InvalidPasswordException: it is.
    """
    if not password or client is None or configuration.mode_of(pool) != configuration.ENFORCED:
        return
    action = configuration.compromised_action(configuration.in_force(pool, client), event)
    if action == configuration.BLOCK and compromised_password.is_known(password):
        raise reasons.PASSWORD_COMPROMISED()
