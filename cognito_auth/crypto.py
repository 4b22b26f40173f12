"""Encryption at rest and keyed digests.

Owns: turning ``COGNITO_AUTH["ENCRYPTION_KEYS"]`` into keys, encrypting secrets for the database,
and the digests under which codes, sessions and refresh tokens are stored. Does not own: password
hashing (Django's hashers) and token signatures (``services/tokens``).
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.utils.crypto import constant_time_compare

from cognito_auth.conf import settings


def _derive(key: str, purpose: str) -> bytes:
    return hmac.digest(key.encode(), f"cognito_auth.{purpose}".encode(), "sha256")


@lru_cache(maxsize=8)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derive(key, "encryption"))) for key in keys])


@lru_cache(maxsize=8)
def _digest_keys(keys: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(_derive(key, "digest") for key in keys)


class DecryptionError(Exception):
    """A stored secret was encrypted with a key that is no longer configured."""


def encrypt(text: str) -> str:
    """Return ``text`` as a Fernet token made with the first encryption key."""
    return _fernet(settings.encryption_keys).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Return the text of a Fernet token made with any of the encryption keys.

    Raises:
        DecryptionError: no configured key fits.
    """
    try:
        return _fernet(settings.encryption_keys).decrypt(token.encode()).decode()
    except InvalidToken:
        raise DecryptionError(
            "A stored secret cannot be decrypted: its key is missing from COGNITO_AUTH['ENCRYPTION_KEYS']."
        ) from None


def rotate(token: str) -> str:
    """Return the same secret encrypted with the first (newest) key."""
    try:
        return _fernet(settings.encryption_keys).rotate(token.encode()).decode()
    except InvalidToken:
        raise DecryptionError(
            "A stored secret cannot be decrypted: its key is missing from COGNITO_AUTH['ENCRYPTION_KEYS']."
        ) from None


def is_current(token: str) -> bool:
    """Tell whether ``token`` was encrypted with the first (newest) key."""
    try:
        _fernet(settings.encryption_keys[:1]).decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def digest(text: str) -> str:
    """Return the unkeyed SHA-256 of ``text``, 64 hexadecimal digits.

    For high-entropy secrets only (sessions, refresh tokens): nothing can be guessed from it.
    """
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def keyed_digest(*parts: str) -> str:
    """Return a digest of ``parts`` under the first server key, 64 hexadecimal digits.

    For what has few values (six-digit codes, user names): without the key a copy of the database
    tells nothing.
    """
    return _keyed(_digest_keys(settings.encryption_keys)[0], parts)


def matches_keyed_digest(stored: str, *parts: str) -> bool:
    """Tell in constant time whether ``stored`` is the digest of ``parts`` under any configured key."""
    keys = _digest_keys(settings.encryption_keys)
    # Every key is tried, so that the time does not tell which one fits.
    matches = [constant_time_compare(stored, _keyed(key, parts)) for key in keys]
    return any(matches)


def _keyed(key: bytes, parts: Sequence[str]) -> str:
    # A length before each part: ("ab", "c") and ("a", "bc") must not collide.
    message = b"".join(
        len(data).to_bytes(4, "big") + data for data in (p.encode("utf-8", "surrogatepass") for p in parts)
    )
    return hmac.digest(key, message, "sha256").hex()
