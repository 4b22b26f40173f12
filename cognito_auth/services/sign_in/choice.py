"""The choice of a first factor: which challenge a choice-based sign-in waits for.

Kept in the sign-in's state until the factor is proved, and then removed: as long as a choice is open,
its challenge comes before all others, so that nobody goes on unproved.
"""

from collections.abc import Sequence

from cognito_auth.services.passkeys import configuration
from cognito_auth.services.sign_in.attempt import SignIn

SELECT = "SELECT_CHALLENGE"
_AWAITED, _AVAILABLE = "first_factor", "available"
_USER_VERIFIED = "passkey_user_verified"


def offer(sign_in: SignIn, challenges: Sequence[str]) -> None:
    """Let the person choose among ``challenges``."""
    sign_in.state[_AVAILABLE] = list(challenges)
    sign_in.state[_AWAITED] = SELECT


def available(sign_in: SignIn) -> Sequence[str]:
    """Return what was offered."""
    challenges: list[str] = sign_in.state.get(_AVAILABLE, [])
    return challenges


def choose(sign_in: SignIn, challenge: str) -> None:
    """Wait for the answer to ``challenge``, one of those offered."""
    sign_in.state[_AWAITED] = challenge


def reopen(sign_in: SignIn) -> bool:
    """Let the person choose again among what was offered; tell whether a first factor is still open."""
    if _AWAITED not in sign_in.state:
        return False
    sign_in.state[_AWAITED] = SELECT
    return True


def awaits(sign_in: SignIn, challenge: str) -> bool:
    """Tell whether the sign-in waits for the answer to ``challenge`` as its first factor."""
    return sign_in.state.get(_AWAITED) == challenge


def settle(sign_in: SignIn) -> None:
    """Note that the first factor is proved."""
    sign_in.state.pop(_AWAITED, None)
    sign_in.state.pop(_AVAILABLE, None)


def settle_by_passkey(sign_in: SignIn, *, is_user_verified: bool) -> None:
    """Note that a passkey proved the first factor, and whether its authenticator checked the person."""
    sign_in.state[_USER_VERIFIED] = is_user_verified
    settle(sign_in)


def is_multi_factor(sign_in: SignIn) -> bool:
    """Tell whether the first factor was two at once: a passkey and what unlocked it."""
    return bool(sign_in.state.get(_USER_VERIFIED)) and configuration.is_multi_factor(sign_in.pool)
