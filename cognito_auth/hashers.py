"""Password hashers: the one that this package recommends, and the one for hashes from elsewhere."""

import base64
import binascii
import hashlib
import importlib
import re
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher, BasePasswordHasher, mask_hash
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_noop as _

_BCRYPT_BYTES = 72


class Argon2idPasswordHasher(Argon2PasswordHasher):
    """Argon2id at the cost OWASP recommends: 19 MiB, 2 passes, 1 thread.

    Django's default (100 MiB on 8 threads) costs several times the CPU and memory per sign-in and
    invites exhaustion by a burst of sign-ins.
    Source: OWASP Password Storage Cheat Sheet.
    """

    algorithm = "argon2"
    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1


class ImportedPasswordHasher(BasePasswordHasher):
    """Hashes that an import of users brought along; each is replaced at the first sign-in.

    What is stored is ``imported`` and the hash in its customary form, since salts of other systems are
    bytes, for which Django's own encodings have no room::

        imported$2b$12$<22 characters of salt><31 characters of hash>
        imported$scrypt$ln=14,r=8,p=1$<salt>$<hash>
        imported$argon2id$v=19$m=65536,t=3,p=4$<salt>$<hash>
        imported$pbkdf2-sha256$i=600000$<salt>$<hash>

    It makes no hashes: list it in ``PASSWORD_HASHERS`` behind the one that does.
    Source: the PHC string format; salts and hashes are base64 without padding.
    """

    algorithm = "imported"

    def encode(self, password: str, salt: str) -> str:
        """Refuse: new hashes are made by the first hasher of the setting."""
        raise ValueError("Hashes of this kind are imported only. Put another hasher first in PASSWORD_HASHERS.")

    def verify(self, password: str, encoded: str) -> bool:
        """Tell whether ``password`` is the one that was hashed."""
        text = encoded.removeprefix(self.algorithm)
        kind = text.split("$")[1]
        if kind == "scrypt":
            return _verify_scrypt(password, text)
        if kind == "argon2id":
            return _verify_argon2id(password, text)
        if kind == "pbkdf2-sha256":
            return _verify_pbkdf2(password, text)
        return _verify_bcrypt(password, text)

    def decode(self, encoded: str) -> dict[str, Any]:
        """Return what Django asks of any hash: where it is from, and its parts."""
        _algorithm, kind, *rest = encoded.split("$")
        return {"algorithm": self.algorithm, "kind": kind, "salt": rest[-2], "hash": rest[-1]}

    def safe_summary(self, encoded: str) -> dict[Any, Any]:
        """Return what staff may see of the hash."""
        decoded = self.decode(encoded)
        return {_("algorithm"): f"{self.algorithm}, {decoded['kind']}", _("hash"): mask_hash(decoded["hash"])}

    def must_update(self, encoded: str) -> bool:
        """Tell that it is to be replaced, always."""
        return True

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Do nothing: each hash costs what it cost elsewhere."""


def _verify_bcrypt(password: str, text: str) -> bool:
    bcrypt = importlib.import_module("bcrypt")
    # bcrypt reads 72 bytes and no more; newer libraries refuse longer ones instead of cutting them.
    try:
        return bool(bcrypt.checkpw(password.encode()[:_BCRYPT_BYTES], text.encode()))
    except ValueError:  # some versions refuse a NUL
        return False


def _verify_argon2id(password: str, text: str) -> bool:
    argon2 = importlib.import_module("argon2")
    try:
        return bool(argon2.PasswordHasher().verify(text, password))
    except argon2.exceptions.VerificationError:
        return False


def _verify_scrypt(password: str, text: str) -> bool:
    _empty, _kind, settings, salt, hash_ = text.split("$")
    log_n, r, p = (int(number) for number in re.findall(r"=(\d+)", settings))
    expected = decode_base64(hash_)
    found = hashlib.scrypt(
        password.encode(),
        salt=decode_base64(salt),
        n=2**log_n,
        r=r,
        p=p,
        # What the algorithm needs, and a little for OpenSSL itself.
        maxmem=128 * r * (2**log_n + p + 2) + 1_000_000,
        dklen=len(expected),
    )
    return constant_time_compare(found, expected)


def _verify_pbkdf2(password: str, text: str) -> bool:
    _empty, _kind, settings, salt, hash_ = text.split("$")
    expected = decode_base64(hash_)
    found = hashlib.pbkdf2_hmac(
        "sha256", password.encode(), decode_base64(salt), int(settings.removeprefix("i=")), dklen=len(expected)
    )
    return constant_time_compare(found, expected)


def decode_base64(text: str) -> bytes:
    """Return the bytes of base64 with or without padding; ``.`` stands for ``+``, as in passlib's hashes.

    Raises:
        ValueError: it is none.
    """
    text = text.rstrip("=").replace(".", "+")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None


def encode_base64(data: bytes) -> str:
    """Return ``data`` as base64 without padding."""
    return base64.b64encode(data).rstrip(b"=").decode()
