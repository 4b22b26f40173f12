"""Signed tokens: compact JWS, RS256, with exactly ``kid`` and ``alg`` in the header. Source: RFC 7515."""

import base64
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from cognito_auth.services.tokens import keys

_PADDING = padding.PKCS1v15()
_HASH = hashes.SHA256()
_encode = json.JSONEncoder(separators=(",", ":")).encode


def sign(claims: Mapping[str, Any], kid: str) -> str:
    """Return ``claims`` as a token signed with the private key ``kid``."""
    signed = _header(kid) + b"." + _base64url(_encode(claims).encode())
    signature = keys.private_key(kid).sign(signed, _PADDING, _HASH)
    return (signed + b"." + _base64url(signature)).decode("ascii")


@lru_cache(maxsize=1024)
def _header(kid: str) -> bytes:
    return _base64url(_encode({"kid": kid, "alg": "RS256"}).encode())


def _base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")
