"""Notes new passwords that are known to be out, and refuses them where the pool says so."""

from collections.abc import Mapping
from typing import Any, Final

from cognito_auth import reasons
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import UserPool, UserPoolClient
from cognito_auth.services.risk import compromised_password, configuration

# As columns of an event.
_KNOWN: Final[Mapping[str, Any]] = {"is_compromised": True}


def check(
    pool: UserPool, client: UserPoolClient | None, password: str | None, *, event: str
) -> Mapping[str, Any] | None:
    """Return what the event has to say of ``password`` (``None``: nothing), at SIGN_UP or PASSWORD_CHANGE.

    In AUDIT mode a known password is only noted.

    Raises:
        InvalidPasswordException: it is known and the pool blocks such.
    """
    if not password or client is None:
        return None
    mode = configuration.mode_of(pool)
    if mode == configuration.OFF:
        return None
    action = configuration.compromised_action(configuration.in_force(pool, client), event)
    if action is None or not compromised_password.is_known(password):
        return None
    if mode == configuration.ENFORCED and action == configuration.BLOCK:
        raise reasons.PASSWORD_COMPROMISED()
    return _KNOWN


def found_by(error: CognitoError) -> Mapping[str, Any] | None:
    """Return what the event of a refusal has to say: whether it was for a known password."""
    return _KNOWN if error.reason is reasons.PASSWORD_COMPROMISED else None
