"""ID tokens of OpenID providers: signature, issuer, audience, life, nonce.

Source: OpenID Connect Core 3.1.3.7; RFC 8725.
"""

import hmac
from collections.abc import Mapping
from typing import Any

import jwt
import requests
from cryptography.exceptions import UnsupportedAlgorithm
from django.core.cache import caches

from cognito_auth import crypto
from cognito_auth.conf import settings

LEEWAY_SECONDS = 60
_KEYS_SECONDS = 3600
# An unknown key may be a new one; asked for no oftener than this.
_AGAIN_SECONDS = 10
_SIGNED = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
_SHARED = frozenset({"HS256", "HS384", "HS512"})


class BadIdToken(Exception):
    """An ID token that proves nothing; the text is for the log."""


def verified(
    token: str,
    *,
    session: requests.Session,
    jwks_uri: str,
    issuers: tuple[str, ...],
    client_id: str,
    client_secret: str,
    nonce: str,
) -> dict[str, Any]:
    """Return the claims of an ID token that was issued for this very sign-in.

    Raises:
        BadIdToken: it was not, or its keys cannot be had.
    """
    try:
        header = jwt.get_unverified_header(token)
        algorithm = str(header.get("alg"))
        if algorithm in _SHARED and client_secret:
            key: Any = client_secret
        elif algorithm in _SIGNED:
            key = _key(session, jwks_uri, header.get("kid"), algorithm)
        else:
            raise BadIdToken(f"Signed with {algorithm[:16]}.")
        claims: dict[str, Any] = jwt.decode(
            token,
            key=key,
            algorithms=[algorithm],
            audience=client_id,
            leeway=LEEWAY_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except jwt.PyJWTError as error:
        raise BadIdToken(f"{type(error).__name__}: {error}") from None
    except (ArithmeticError, AttributeError, RecursionError, TypeError, ValueError) as error:
        # Moments without an end, claims of other types, objects in objects: of a provider that knows its key.
        raise BadIdToken(f"Its claims are malformed: {type(error).__name__}") from None
    if claims["iss"] not in issuers:
        raise BadIdToken("Of another issuer.")
    audience = claims["aud"]
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != client_id:
        raise BadIdToken("For several clients, and another one asked for it.")
    # Compared at all events: without one it is a token of some other sign-in.
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(errors="replace"), nonce.encode()):
        raise BadIdToken("Of another sign-in.")
    return claims


def _key(session: requests.Session, jwks_uri: str, kid: object, algorithm: str) -> Any:
    found = _find(_keys(session, jwks_uri), kid, algorithm)
    if found is None:
        found = _find(_keys(session, jwks_uri, again=True), kid, algorithm)
    if found is None:
        raise BadIdToken("Signed with an unknown key.")
    return found


def _find(document: Mapping[str, Any], kid: object, algorithm: str) -> Any:
    """Return the key with this id; without one in the token, the only one that fits."""
    fitting = []
    for entry in document.get("keys", ()):
        if not isinstance(entry, Mapping) or entry.get("use", "sig") != "sig":
            continue
        if kid is not None and entry.get("kid") != kid:
            continue
        try:
            fitting.append(jwt.PyJWK(dict(entry), algorithm=entry.get("alg", algorithm)))
        except (jwt.PyJWTError, UnsupportedAlgorithm, AttributeError, TypeError, ValueError):
            # One that nobody can use keeps nobody from using the others.
            continue
    usable = [key for key in fitting if key.algorithm_name == algorithm]
    return usable[0].key if len(usable) == 1 or (usable and kid is not None) else None


def _keys(session: requests.Session, jwks_uri: str, *, again: bool = False) -> Mapping[str, Any]:
    cache, name = caches[settings.cache], f"cognito_auth:provider_keys:{crypto.digest(jwks_uri)}"
    document: Mapping[str, Any] | None = cache.get(name)
    if document is not None and (not again or not cache.add(f"{name}:again", True, _AGAIN_SECONDS)):
        return document
    try:
        response = session.get(jwks_uri)
        response.raise_for_status()
        document = response.json()
    except (requests.RequestException, ValueError, RecursionError) as error:
        raise BadIdToken(f"Its keys cannot be had: {type(error).__name__}.") from None
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        raise BadIdToken("Its keys are in no form that is known.")
    cache.set(name, document, _KEYS_SECONDS)
    return document
