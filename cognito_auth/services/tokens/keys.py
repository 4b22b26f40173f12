"""The RSA-2048 keys of a pool: one for ID tokens, one for access tokens, rotated with overlap.

The pool's row points to the active key of each purpose, so that every worker signs with the key of
the row it has just read. An old key stays published until the last token it signed has ended.
What is cached per process is immutable: a key id is the digest of its key.

Source: RFC 7517, RFC 7518 6.3.
"""

import base64
import datetime
import hashlib
import re
from functools import lru_cache
from typing import Any, NamedTuple

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.db import router, transaction
from django.db.models import Q

from cognito_auth.choices import KeyPurpose
from cognito_auth.models import SigningKey, UserPool

KEY_BITS = 2048
# A day is the longest life of an ID or access token; an hour more for requests that read the pool's
# row before the rotation, and for clocks that differ.
_PUBLISHED_AFTER_ROTATION = datetime.timedelta(hours=25)
_CACHED_KEYS = 1024
_KID = re.compile(r"[0-9A-Za-z+/]{43}=")
# A deleted key is noticed within this time; a key is never changed.
_RECHECK_SECONDS = 300.0
# Long enough to blunt a flood of one unknown id, short enough for a lagging replica to catch up.
_UNKNOWN_SECONDS = 2.0


class _Published(NamedTuple):
    """A public key as the table had it at ``checked_at``, both times in epoch seconds."""

    user_pool_id: str
    key: rsa.RSAPublicKey
    retires_at: float
    checked_at: float


_published: dict[str, _Published] = {}
# When each id was last found to be unknown; apart, so that a flood of them drops no key.
_unknown: dict[str, float] = {}


def ensure(pool: UserPool, *, now: datetime.datetime) -> None:
    """Make the keys that ``pool`` lacks and point to them; of two callers at once one makes them."""
    for purpose in KeyPurpose:
        pointer = _pointer(purpose)
        if getattr(pool, pointer) is not None:
            continue
        fresh = _generate(pool, purpose, now=now)
        with transaction.atomic(using=router.db_for_write(UserPool)):
            fresh.save(force_insert=True)
            if not UserPool.objects.filter(pk=pool.pk, **{pointer: None}).update(**{pointer: fresh.kid}):
                fresh.delete()
        found = UserPool.objects.values_list(pointer, flat=True).get(pk=pool.pk)
        setattr(pool, pointer, found)


def rotate(pool: UserPool, *, now: datetime.datetime) -> None:
    """Switch ``pool`` to new keys, published from the moment they sign.

    The old keys stay published until the last token that they signed has ended; those whose time
    is over are deleted.
    """
    fresh = [_generate(pool, purpose, now=now) for purpose in KeyPurpose]
    pointers = {_pointer(KeyPurpose(key.purpose)): key.kid for key in fresh}
    with transaction.atomic(using=router.db_for_write(UserPool)):
        # Two rotations at once follow each other, or the keys of one would never retire.
        UserPool.objects.select_for_update().get(pk=pool.pk)
        active = SigningKey.objects.filter(pool=pool, retires_at=None)
        active.update(retires_at=now + _PUBLISHED_AFTER_ROTATION)
        SigningKey.objects.filter(pool=pool, retires_at__lte=now).delete()
        for key in fresh:
            key.save(force_insert=True)
        UserPool.objects.filter(pk=pool.pk).update(**pointers)
    for pointer, kid in pointers.items():
        setattr(pool, pointer, kid)


def active_kids(pool: UserPool, *, now: datetime.datetime) -> tuple[str, str]:
    """Return the key ids that sign ID tokens and access tokens, as the row of ``pool`` names them."""
    if pool.id_signing_key_id is None or pool.access_signing_key_id is None:
        ensure(pool, now=now)
    assert pool.id_signing_key_id is not None
    assert pool.access_signing_key_id is not None
    return pool.id_signing_key_id, pool.access_signing_key_id


@lru_cache(maxsize=_CACHED_KEYS)
def private_key(kid: str) -> rsa.RSAPrivateKey:
    """Return a private key, prepared for signing and kept in the process.

    Raises:
        SigningKey.DoesNotExist: there is no such key.
    """
    pem = SigningKey.objects.values_list("private_key_pem", flat=True).get(pk=kid)
    # The check would cost as much as a hundred signatures, and the key is our own: nobody else can
    # write what decrypts.
    key = serialization.load_pem_private_key(pem.encode(), password=None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def public_key(kid: str, *, user_pool_id: str, now: datetime.datetime) -> rsa.RSAPublicKey | None:
    """Return the published key ``kid`` of that pool, or ``None``.

    A key that was made a moment ago is found at once; one query per key and process, and one again
    every five minutes.
    """
    seconds = now.timestamp()
    entry = _published.get(kid)
    if entry is None or abs(seconds - entry.checked_at) > _RECHECK_SECONDS:
        entry = _look_up(kid, seconds)
    if entry is None or entry.user_pool_id != user_pool_id or seconds >= entry.retires_at:
        return None
    return entry.key


def _look_up(kid: str, seconds: float) -> _Published | None:
    if not _KID.fullmatch(kid) or abs(seconds - _unknown.get(kid, 0.0)) < _UNKNOWN_SECONDS:
        return None
    row = SigningKey.objects.filter(pk=kid).values_list("pool_id", "public_jwk", "retires_at").first()
    if row is None:
        _published.pop(kid, None)
        _keep(_unknown, kid, seconds)
        return None
    user_pool_id, jwk, retires_at = row
    end = float("inf") if retires_at is None else retires_at.timestamp()
    entry = _Published(user_pool_id, _from_jwk(jwk), end, seconds)
    _keep(_published, kid, entry)
    return entry


def _keep(found: dict[str, Any], kid: str, value: object) -> None:
    if len(found) >= _CACHED_KEYS:
        found.clear()
    found[kid] = value


def jwks(user_pool_id: str, *, now: datetime.datetime) -> list[dict[str, str]]:
    """Return the pool's published keys as JWKs: the active ones, then those whose tokens still live."""
    published = SigningKey.objects.filter(Q(retires_at=None) | Q(retires_at__gt=now), pool_id=user_pool_id)
    return list(published.order_by("-created_at", "-purpose", "kid").values_list("public_jwk", flat=True))


def _pointer(purpose: KeyPurpose) -> str:
    return "id_signing_key_id" if purpose == KeyPurpose.ID else "access_signing_key_id"


def _generate(pool: UserPool, purpose: KeyPurpose, *, now: datetime.datetime) -> SigningKey:
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    public = key.public_key()
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    # Padded standard base64 of 32 bytes: 44 characters, the look of Cognito's key ids.
    kid = base64.b64encode(hashlib.sha256(der).digest()).decode()
    numbers = public.public_numbers()
    return SigningKey(
        kid=kid,
        pool=pool,
        purpose=purpose,
        private_key_pem=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        public_jwk={
            "alg": "RS256",
            "e": _encode_number(numbers.e),
            "kid": kid,
            "kty": "RSA",
            "n": _encode_number(numbers.n),
            "use": "sig",
        },
        created_at=now,
    )


def _encode_number(number: int) -> str:
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _from_jwk(jwk: dict[str, Any]) -> rsa.RSAPublicKey:
    return rsa.RSAPublicNumbers(e=_decode_number(jwk["e"]), n=_decode_number(jwk["n"])).public_key()


def _decode_number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")
