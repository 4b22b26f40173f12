"""Ways to start a sign-in, one file each."""

from collections.abc import Mapping
from typing import Protocol

from cognito_auth import reasons
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.tokens.issue import IssuedTokens


class Flow(Protocol):
    """One way to start. Parameters are keyed as in the API (``USERNAME``, ``PASSWORD``)."""

    def begin(self, sign_in: SignIn, parameters: Mapping[str, str]) -> IssuedTokens | None:
        """Prove the first factor and identify the user, or return tokens at once."""


def required(parameters: Mapping[str, str], name: str) -> str:
    """Return a parameter of the flow.

    Raises:
        InvalidParameterException: missing or empty.
    """
    value = parameters.get(name)
    if not value:
        raise reasons.MISSING_PARAMETER(name=name)
    return value
