"""The full check of a token of our own pools: signature, issuer, times, kind.

Whether its session has ended is another question, answered by the query that loads the user.
Source: RFC 7519 4.1, RFC 8725, AWS "Verifying JSON web tokens".
"""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from cognito_auth.conf import settings
from cognito_auth.services.tokens import jws, keys
from cognito_auth.services.tokens.issuer import issuer_prefix

_PADDING = padding.PKCS1v15()
_HASH = hashes.SHA256()


class TokenRefused(Exception):
    """A token that is not good here.

    Attributes:
        expected, actual: what the check wanted and what it found; for logs, never for callers.
    """

    def __init__(self, expected: str, actual: object = None) -> None:
        super().__init__(f"expected {expected}, got {actual!r}")
        self.expected = expected
        self.actual = actual


class WrongSignature(TokenRefused):
    """The signature is not of the key that the token names."""


class ExpiredToken(TokenRefused):
    """The token has ended."""


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """A token whose signature, issuer and times are right."""

    pool_id: str
    claims: Mapping[str, Any]


def verify(token: str, *, now: float | None = None) -> VerifiedToken:
    """Check a token of one of our pools; ``now`` is epoch seconds.

    Raises:
        TokenRefused: and its kinds, whatever is wrong.
    """
    try:
        parts = jws.parse(token)
    except jws.MalformedToken as error:
        raise TokenRefused("a compact JWS", str(error)) from None
    key = keys.public_key(parts.kid)
    if key is None:
        raise TokenRefused("a key of ours", parts.kid)
    try:
        key.key.verify(parts.signature, parts.signed, _PADDING, _HASH)
    except InvalidSignature:
        raise WrongSignature("a signature of the key", parts.kid) from None
    try:
        claims = jws.read_object(jws.decode(parts.payload_segment))
    except jws.MalformedToken as error:
        raise TokenRefused("a JSON payload", str(error)) from None
    # A key belongs to one pool and one kind of token, and signs nothing else (RFC 8725 3.11).
    if claims.get("iss") != issuer_prefix() + key.pool_id:
        raise TokenRefused("the issuer of the key", claims.get("iss"))
    if claims.get("token_use") != key.purpose:
        raise TokenRefused(f"token_use {key.purpose}", claims.get("token_use"))
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject:
        raise TokenRefused("a subject", subject)
    check_times(claims, now=time.time() if now is None else now)
    return VerifiedToken(key.pool_id, claims)


def check_times(claims: Mapping[str, Any], *, now: float) -> None:
    """Check ``exp``, ``nbf`` and ``iat`` against ``now``, epoch seconds, with the leeway of the settings.

    Raises:
        ExpiredToken: ended.
        TokenRefused: no ``exp``, not begun, issued in the future, or not numbers.
    """
    leeway = settings.token_leeway_seconds
    if now >= _number(claims, "exp") + leeway:
        raise ExpiredToken("a token that has not ended", claims["exp"])
    for name in ("nbf", "iat"):
        if name in claims and _number(claims, name) > now + leeway:
            raise TokenRefused(f"{name} in the past", claims[name])


def _number(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if value.__class__ is int and -(2**53) < value < 2**53:
        return float(value)
    if value.__class__ is float and math.isfinite(value):
        return float(value)
    raise TokenRefused(f"{name} as a number", value)
