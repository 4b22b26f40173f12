"""Tokens made by hand: valid ones of a pool elsewhere, and every kind of invalid one."""

import base64
import functools
import json
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

ISSUER = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Elsewhere"
POOL_ID = "eu-west-1_Elsewhere"
CLIENT_ID = "elsewhereclient"
KID = "k1+/="


@functools.cache
def private_key(name: str) -> rsa.RSAPrivateKey:
    """Return the key called ``name``, the same for the whole run; ``short`` has 1024 bits."""
    return rsa.generate_private_key(public_exponent=65537, key_size=1024 if name == "short" else 2048)


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def jwk(kid: str = KID, *, name: str = "first", **members: Any) -> dict[str, Any]:
    """Return a public key as a JWK; a member that is ``None`` is left out."""
    numbers = private_key(name).public_key().public_numbers()
    found = {
        "kid": kid,
        "kty": "RSA",
        "alg": "RS256",
        "use": "sig",
        "n": base64url(numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")),
        "e": base64url(numbers.e.to_bytes(3, "big")),
        **members,
    }
    return {member: value for member, value in found.items() if value is not None}


def claims(now: float, **changes: Any) -> dict[str, Any]:
    """Return the claims of an access token issued at ``now``; a claim that is ``None`` is left out."""
    found = {
        "sub": "11111111-2222-4333-8444-555555555555",
        "iss": ISSUER,
        "client_id": CLIENT_ID,
        "token_use": "access",
        "username": "jane",
        "scope": "aws.cognito.signin.user.admin openid",
        "auth_time": int(now),
        "iat": int(now),
        "exp": int(now) + 3600,
        **changes,
    }
    return {claim: value for claim, value in found.items() if value is not None}


def sign(payload: Any, *, header: Any = None, name: str = "first") -> str:
    """Return ``payload`` (an object, or text as it is) signed with RS256, whatever the header says."""
    segments = [header if header is not None else {"kid": KID, "alg": "RS256"}, payload]
    texts = [segment if isinstance(segment, str) else json.dumps(segment) for segment in segments]
    signed = ".".join(base64url(text.encode("utf-8", "surrogatepass")) for text in texts)
    return f"{signed}.{base64url(signature_of(signed, name=name))}"


def signature_of(signed: str, *, name: str = "first") -> bytes:
    return private_key(name).sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())


def trusted_pool(**changes: Any) -> dict[str, Any]:
    """Return an entry of ``TRUSTED_POOLS`` whose keys stand in the settings."""
    return {"user_pool_id": POOL_ID, "client_ids": [CLIENT_ID], "jwks": {"keys": [jwk()]}, **changes}
