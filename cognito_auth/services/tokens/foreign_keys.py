"""The published keys of pools elsewhere, kept per process.

A known key never waits. An unknown one causes a download, at most one every ten seconds and address,
however many ask; the keys of the last good download stay in use through every failure. Downloads run
in a thread of their own, so that no caller waits longer than it wants to.

Source: RFC 7517; AWS "Verifying JSON web tokens"; aws-jwt-verify.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from http.client import HTTPException
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from django.conf import settings as django_settings

from cognito_auth.services.tokens import compact
from cognito_auth.services.tokens.errors import KeysUnavailable, MalformedToken, UnknownKey

logger = logging.getLogger(__name__)

_FRESH_SECONDS = 3600.0
_PAUSE_SECONDS = 10.0
_DOWNLOAD_SECONDS = 3.0
# How long a request waits for a download: less when only its own key is missing.
_WAIT_WITHOUT_KEYS_SECONDS = 3.0
_WAIT_WITH_KEYS_SECONDS = 1.0
# A download that hangs longer (name resolution has no limit) no longer stands in the way of the next.
_ABANDONED_AFTER_SECONDS = 8.0
_MAX_BYTES = 64 * 1024
_MAX_KEYS = 50
_KEY_BITS = range(2048, 8192 + 1)
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class DownloadFailed(Exception):
    """A key set could not be had, or has no key that can be used."""


class StaticKeys:
    """Keys that stand in the settings."""

    def __init__(self, jwks: Mapping[str, Any]) -> None:
        self._keys = usable_keys(jwks)

    def find(self, kid: str, _now: datetime) -> RSAPublicKey:
        """Return the key ``kid``.

        Raises:
            UnknownKey: it is not among them.
        """
        key = self._keys.get(kid)
        if key is None:
            raise UnknownKey("The settings have no such key.", actual=kid)
        return key


class RemoteKeys:
    """Keys at an address."""

    def __init__(
        self,
        jwks_uri: str,
        *,
        download: "Callable[[str], dict[str, RSAPublicKey]] | None" = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.jwks_uri = jwks_uri
        self._download = download or download_keys
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: dict[str, RSAPublicKey] = {}
        self._is_failing = False
        self._downloaded_at = self._begun_at = float("-inf")
        self._finished = threading.Event()
        self._finished.set()

    def find(self, kid: str, _now: datetime) -> RSAPublicKey:
        """Return the key ``kid``, downloading the set if it is unknown and may be new.

        Raises:
            UnknownKey: it is not published.
            KeysUnavailable: nothing can be said, since the set cannot be had.
        """
        key = self._keys.get(kid)
        if key is not None:
            if self._clock() - self._downloaded_at > _FRESH_SECONDS:
                self._begin_download()
            return key
        self._begin_download()
        self._finished.wait(_WAIT_WITH_KEYS_SECONDS if self._keys else _WAIT_WITHOUT_KEYS_SECONDS)
        key = self._keys.get(kid)
        if key is not None:
            return key
        if self._is_failing or not self._keys:
            raise KeysUnavailable(f"The keys at {self.jwks_uri} cannot be had at the moment.")
        raise UnknownKey("Not published.", actual=kid)

    def _begin_download(self) -> None:
        """Start a download unless one is under way or the last is too recent."""
        with self._lock:
            age = self._clock() - self._begun_at
            if age < (_PAUSE_SECONDS if self._finished.is_set() else _ABANDONED_AFTER_SECONDS):
                return
            self._begun_at = self._clock()
            self._finished.clear()
        threading.Thread(target=self._run, name="cognito-auth-keys", daemon=True).start()

    def _run(self) -> None:
        try:
            self._keys = self._download(self.jwks_uri)
            self._downloaded_at = self._clock()
            self._is_failing = False
        except DownloadFailed as error:
            self._is_failing = True
            logger.warning("Keys at %s cannot be had: %s", self.jwks_uri, error)
        except Exception:
            self._is_failing = True
            logger.exception("Keys at %s cannot be had.", self.jwks_uri)
        finally:
            self._finished.set()


_remote: dict[str, RemoteKeys] = {}


def remote(jwks_uri: str) -> RemoteKeys:
    """Return the keys at an address, the same object for every caller of this process."""
    return _remote.setdefault(jwks_uri, RemoteKeys(jwks_uri))


def download_keys(jwks_uri: str) -> dict[str, RSAPublicKey]:
    """Return the usable keys of the set at ``jwks_uri`` by key id.

    Raises:
        DownloadFailed: not reached in time, another answer than 200, or no usable key in it.
    """
    address = urlsplit(jwks_uri)
    may_be_plain = django_settings.DEBUG or address.hostname in _LOOPBACK
    if address.scheme != "https" and not (address.scheme == "http" and may_be_plain):
        raise DownloadFailed("The address is not https.")
    try:
        document = json.loads(_read(jwks_uri))
    except (OSError, URLError, HTTPException, ValueError, RecursionError) as error:
        raise DownloadFailed(f"{type(error).__name__}: {error}") from error
    keys = usable_keys(document)
    if not keys:
        raise DownloadFailed("There is no RSA signing key in the answer.")
    return keys


class _NoRedirects(HTTPRedirectHandler):
    """Takes a redirect for a failure: keys come from the configured address alone."""

    def redirect_request(self, *args: Any) -> None:
        return None


def _read(jwks_uri: str) -> bytes:
    deadline = time.monotonic() + _DOWNLOAD_SECONDS
    request = Request(jwks_uri, headers={"Accept": "application/json"})  # noqa: S310  (scheme checked above)
    with build_opener(_NoRedirects).open(request, timeout=_DOWNLOAD_SECONDS) as response:
        if response.status != 200:
            raise DownloadFailed(f"The answer is {response.status}.")
        body = b""
        while chunk := response.read1(_MAX_BYTES):
            body += chunk
            if len(body) > _MAX_BYTES:
                raise DownloadFailed(f"The answer is larger than {_MAX_BYTES} bytes.")
            if time.monotonic() > deadline:
                raise DownloadFailed(f"The answer takes longer than {_DOWNLOAD_SECONDS} seconds.")
    return body


def usable_keys(document: Any) -> dict[str, RSAPublicKey]:
    """Return the RSA signing keys of a JWK set by key id; entries that cannot be used are left out."""
    entries = document.get("keys") if isinstance(document, Mapping) else None
    keys: dict[str, RSAPublicKey] = {}
    for entry in entries[:_MAX_KEYS] if isinstance(entries, list) else ():
        key = _usable_key(entry)
        if key is not None:
            keys.setdefault(entry["kid"], key)
    return keys


def _usable_key(entry: Any) -> RSAPublicKey | None:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("kid"), str) or entry.get("kty") != "RSA":
        return None
    if entry.get("use", "sig") != "sig" or entry.get("alg", compact.ALGORITHM) != compact.ALGORITHM:
        return None
    operations = entry.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        return None
    try:
        modulus, exponent = (int.from_bytes(compact.decode_text(entry[name]), "big") for name in ("n", "e"))
        if modulus.bit_length() not in _KEY_BITS or _is_of_the_roca_kind(modulus):
            return None
        return RSAPublicNumbers(exponent, modulus).public_key()
    except (KeyError, TypeError, ValueError, OverflowError, MalformedToken):
        return None


def _is_of_the_roca_kind(modulus: int) -> bool:
    """Tell whether a modulus comes from the generator whose keys can be factored (CVE-2017-15361)."""
    return all(modulus % prime in residues for prime, residues in _ROCA_RESIDUES.items())


def _powers(base: int, prime: int) -> frozenset[int]:
    return frozenset(pow(base, exponent, prime) for exponent in range(prime))


# Moduli of that generator are powers of 65537 modulo all small primes; of others, hardly ever of all these.
_ROCA_RESIDUES = {
    prime: _powers(65537, prime) for prime in (11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157)
}
