"""Why a token is refused, with what was expected and what came.

For logs and tests: a door tells the caller less. ``actual`` never holds the token or its signature.
"""

from typing import Any


class TokenRefused(Exception):
    """A token that is not accepted."""

    def __init__(self, message: str, *, expected: Any = None, actual: Any = None) -> None:
        super().__init__(message)
        self.expected = expected
        self.actual = actual


class MalformedToken(TokenRefused):
    """Not three base64url segments with JSON objects as the standards want them."""


class WrongAlgorithm(TokenRefused):
    """Another algorithm than RS256, or an extension of JWS that is not understood."""


class UnknownIssuer(TokenRefused):
    """Neither an own pool nor one of ``TRUSTED_POOLS``."""


class UnknownKey(TokenRefused):
    """The issuer has not published a key of that id."""


class BadSignature(TokenRefused):
    """The signature is not the key's."""


class InvalidClaim(TokenRefused):
    """A claim is missing or of the wrong type."""


class TokenExpired(TokenRefused):
    """The end of its life has passed."""


class TokenFromFuture(TokenRefused):
    """Issued, or valid from, later than now."""


class WrongTokenUse(TokenRefused):
    """An ID token where an access token is expected, or the other way round."""


class WrongClient(TokenRefused):
    """Issued to an app client that is not accepted."""


class WrongAudience(TokenRefused):
    """An access token that is not bound to the API that is asked."""


class UserGone(TokenRefused):
    """The user does not exist any more."""


class UserIsDisabled(TokenRefused):
    """The user is disabled."""


class SessionEnded(TokenRefused):
    """Revoked, or the user signed out everywhere."""


class KeysUnavailable(Exception):
    """No key of the issuer could be had: nothing can be said about the token."""
