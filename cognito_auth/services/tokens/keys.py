"""The RSA-2048 keys of a pool: one for ID tokens, one for access tokens, rotated with overlap.

The pool's row points to the active key of each purpose, so every worker signs with the key of the
row it has just read. Old keys stay published until the last token they signed has ended.
Source: RFC 7517, RFC 7518 6.3.
"""

import base64
import datetime
import hashlib
from dataclasses import dataclass
from threading import Lock
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.db import transaction
from django.db.models import Q

from cognito_auth.choices import KeyPurpose
from cognito_auth.models import SigningKey, UserPool

_KEY_BITS = 2048
# The longest life a client may give its ID and access tokens.
_LONGEST_TOKEN_SECONDS = 86400
_CACHED_KEYS = 1024
_KID_LENGTH = 44
_private_keys: dict[str, rsa.RSAPrivateKey] = {}
_public_keys: "dict[str, PublicKey]" = {}
_lock = Lock()


def ensure(pool: UserPool, *, now: datetime.datetime) -> None:
    """Make the pool's keys if it has none; safe to call at the same time from anywhere."""
    if pool.id_signing_key_id and pool.access_signing_key_id:
        return
    fresh = {purpose: _generate(pool, purpose, now=now) for purpose in KeyPurpose}
    with transaction.atomic():
        locked = UserPool.objects.select_for_update().get(pk=pool.pk)
        for purpose, key in fresh.items():
            if getattr(locked, _pointer(purpose)) is None:
                key.save(force_insert=True)
                setattr(locked, _pointer(purpose), key.kid)
        locked.save(update_fields=["id_signing_key", "access_signing_key"])
    pool.id_signing_key_id, pool.access_signing_key_id = locked.id_signing_key_id, locked.access_signing_key_id


def rotate(pool: UserPool, *, now: datetime.datetime) -> None:
    """Switch the pool to new keys; the old ones stay published until their last token has ended."""
    fresh = {purpose: _generate(pool, purpose, now=now) for purpose in KeyPurpose}
    retires_at = now + datetime.timedelta(seconds=_LONGEST_TOKEN_SECONDS)
    with transaction.atomic():
        locked = UserPool.objects.select_for_update().get(pk=pool.pk)
        for purpose, key in fresh.items():
            key.save(force_insert=True)
            setattr(locked, _pointer(purpose), key.kid)
        locked.save(update_fields=["id_signing_key", "access_signing_key"])
        retiring = SigningKey.objects.filter(pool=pool, retires_at__isnull=True)
        retiring.exclude(kid__in=[key.kid for key in fresh.values()]).update(retires_at=retires_at)
    pool.id_signing_key_id, pool.access_signing_key_id = locked.id_signing_key_id, locked.access_signing_key_id


def _pointer(purpose: KeyPurpose) -> str:
    return "id_signing_key_id" if purpose == KeyPurpose.ID else "access_signing_key_id"


def _generate(pool: UserPool, purpose: KeyPurpose, *, now: datetime.datetime) -> SigningKey:
    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    # Padded standard base64 of 32 bytes: 44 characters, as Cognito's key ids look.
    kid = base64.b64encode(hashlib.sha256(der).digest()).decode()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return SigningKey(
        kid=kid, pool=pool, purpose=purpose, private_key_pem=pem, public_jwk=_jwk(kid, key.public_key()), created_at=now
    )


def _jwk(kid: str, key: rsa.RSAPublicKey) -> dict[str, str]:
    numbers = key.public_numbers()
    return {
        "alg": "RS256",
        "e": _base64url_uint(numbers.e),
        "kid": kid,
        "kty": "RSA",
        "n": _base64url_uint(numbers.n),
        "use": "sig",
    }


def _base64url_uint(number: int) -> str:
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def private_key(kid: str) -> rsa.RSAPrivateKey:
    """Return the prepared private key ``kid``; loading one costs as much as dozens of signatures."""
    key = _private_keys.get(kid)
    if key is None:
        pem = SigningKey.objects.values_list("private_key_pem", flat=True).get(kid=kid)
        # The key is our own and came back through authenticated encryption.
        loaded = serialization.load_pem_private_key(pem.encode(), password=None, unsafe_skip_rsa_key_validation=True)
        assert isinstance(loaded, rsa.RSAPrivateKey)
        key = loaded
        with _lock:
            if len(_private_keys) >= _CACHED_KEYS:
                _private_keys.clear()
            _private_keys[kid] = key
    return key


def jwks(pool_id: str, *, now: datetime.datetime) -> list[dict[str, Any]]:
    """Return the pool's published keys as JWKs: the active ones and those whose tokens still live."""
    published = SigningKey.objects.filter(Q(retires_at__isnull=True) | Q(retires_at__gt=now), pool_id=pool_id)
    return list(published.order_by("-created_at", "kid").values_list("public_jwk", flat=True))


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key with the pool and the kind of token (``token_use``) that it signs."""

    key: rsa.RSAPublicKey
    pool_id: str
    purpose: str


def public_key(kid: str) -> PublicKey | None:
    """Return the public key ``kid`` of one of our pools, or ``None``; no query after the first."""
    found = _public_keys.get(kid)
    if found is None and len(kid) <= _KID_LENGTH and "\x00" not in kid:
        row = SigningKey.objects.filter(kid=kid).values_list("public_jwk", "pool_id", "purpose").first()
        if row is None:
            return None
        jwk, pool_id, purpose = row
        numbers = rsa.RSAPublicNumbers(_uint(jwk["e"]), _uint(jwk["n"]))
        found = PublicKey(numbers.public_key(), pool_id, purpose)
        with _lock:
            if len(_public_keys) >= _CACHED_KEYS:
                _public_keys.clear()
            _public_keys[kid] = found
    return found


def _uint(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")
