"""What a client asks of a sign-in beyond the person's name: a level of assurance, a freshness.

``TARGET_ACR_VALUES`` (names of levels, separated by spaces, the first is wanted most) makes the second
factor asked for where the first does not reach the level. As in OpenID Connect it is a wish: the
tokens say which level was reached. ``MAX_AGE`` (seconds) is met by every sign-in through the API,
since nobody is signed in by it without proving who they are.
Source: AWS "Authentication context"; OpenID Connect Core 3.1.2.1 (``acr_values``, ``max_age``).
"""

from collections.abc import Mapping

from cognito_auth import reasons
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.tokens import assurance

_TARGET = "target_level"
_MAX_LENGTH = 2048


def note(sign_in: SignIn, parameters: Mapping[str, str]) -> None:
    """Keep what the client asks for.

    Raises:
        InvalidParameterException: not in its form.
    """
    max_age = parameters.get("MAX_AGE")
    if max_age is not None and not (max_age.isascii() and max_age.isdigit()):
        raise reasons.INVALID_PARAMETER(problem="MAX_AGE must be a number of seconds.")
    wanted = parameters.get("TARGET_ACR_VALUES", "")
    if len(wanted) > _MAX_LENGTH:
        raise reasons.INVALID_PARAMETER(problem="TARGET_ACR_VALUES is too long.")
    levels = [assurance.level_named(sign_in.pool, name) for name in wanted.split()]
    level = next((level for level in levels if level is not None), None)
    if level is not None and sign_in.pool.acr_enabled:
        sign_in.state[_TARGET] = level


def wants_more(sign_in: SignIn) -> bool:
    """Tell whether what was proved so far is less than the client asked for."""
    wanted: int = sign_in.state.get(_TARGET, 0)
    return wanted > assurance.level_of(assurance.methods_of(sign_in.passed))
