"""Hashes of passwords from elsewhere: which are taken, and in which spelling they are kept.

Each is checked when it is imported, so that none is kept that could never match, or that would take
minutes or gigabytes at a sign-in.
Source: AWS PasswordHashingAlgorithmType; the PHC string format; passlib's forms of the same.
"""

import importlib.util
import re

from django.contrib.auth.hashers import get_hashers

from cognito_auth import reasons
from cognito_auth.choices import PasswordHashingAlgorithm
from cognito_auth.hashers import ImportedPasswordHasher, decode_base64, encode_base64

_MAX_STORED = 128  # characters of the column ``password``
_MAX_SALT_BYTES = 64
_MIN_HASH_BYTES = 16
# The first block of both key derivations, which does not depend on how many bytes are asked for.
_BLOCK_BYTES = 32

MAX_BCRYPT_COST = 14
MAX_MEMORY_KIB = 128 * 1024
MAX_SCRYPT_WORK = 2**21  # N · r · p; OWASP's strongest setting is half of it
MAX_ARGON2_WORK_KIB = 1024 * 1024  # memory · passes
MAX_ARGON2_THREADS = 16
MAX_PBKDF2_ITERATIONS = 2_000_000

_BCRYPT = re.compile(r"\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}")
_SCRYPT = re.compile(r"\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([^$]*)\$([^$]+)")
_ARGON2ID = re.compile(r"\$argon2id\$v=19\$m=(\d{1,9}),t=(\d{1,6}),p=(\d{1,5})\$([^$]+)\$([^$]+)")
_PBKDF2 = re.compile(r"\$pbkdf2-sha256\$(?:i=)?(\d{1,9})(?:,l=\d{1,3})?\$([^$]*)\$([^$]+)")
# Django's own form; its salt is text.
_DJANGO_PBKDF2 = re.compile(r"pbkdf2_sha256\$(\d{1,9})\$([^$]+)\$([^$]+)")


class BadHash(ValueError):
    """Not a hash of the algorithm, or one that is not taken; says why."""


def check_available(algorithm: str) -> None:
    """Refuse an algorithm whose hashes nobody could sign in with in this project.

    Raises:
        InvalidParameterException: a library or a setting is missing.
    """
    if not any(isinstance(hasher, ImportedPasswordHasher) for hasher in get_hashers()):
        path = f"{ImportedPasswordHasher.__module__}.{ImportedPasswordHasher.__qualname__}"
        raise reasons.IMPORT_HASHES_UNREADABLE(algorithm=algorithm, why=f"{path} is not in PASSWORD_HASHERS.")
    if algorithm == PasswordHashingAlgorithm.BCRYPT and importlib.util.find_spec("bcrypt") is None:
        raise reasons.IMPORT_HASHES_UNREADABLE(algorithm=algorithm, why="the library bcrypt is not installed.")


def stored_form(algorithm: str, text: str) -> str:
    """Return what to keep as the password of a user whose hash is ``text``.

    Raises:
        BadHash: not of this algorithm, or too expensive.
    """
    stored = ImportedPasswordHasher.algorithm + _CHECKS[PasswordHashingAlgorithm(algorithm)](text)
    if len(stored) > _MAX_STORED:
        raise BadHash("it is too long")
    return stored


def _bcrypt(text: str) -> str:
    match = _BCRYPT.fullmatch(text)
    if match is None:
        raise BadHash("it is not of the form $2b$12$…")
    if not 4 <= int(match[1]) <= MAX_BCRYPT_COST:
        raise BadHash(f"its cost is not between 4 and {MAX_BCRYPT_COST}")
    # PHP's "y" is what others call "b".
    return text.replace("$2y$", "$2b$", 1)


def _scrypt(text: str) -> str:
    match = _SCRYPT.fullmatch(text)
    if match is None:
        raise BadHash("it is not of the form $scrypt$ln=14,r=8,p=1$<salt>$<hash>")
    log_n, r, p = int(match[1]), int(match[2]), int(match[3])
    if not (1 <= log_n <= 20 and r and p):
        raise BadHash("its parameters are out of range")
    if 2**log_n * r // 8 > MAX_MEMORY_KIB or 2**log_n * r * p > MAX_SCRYPT_WORK:
        raise BadHash("it is too expensive")
    salt, hash_ = _salt_and_hash(match[4], match[5])
    return f"$scrypt$ln={log_n},r={r},p={p}${salt}${encode_base64(hash_[:_BLOCK_BYTES])}"


def _argon2id(text: str) -> str:
    match = _ARGON2ID.fullmatch(text)
    if match is None:
        raise BadHash("it is not of the form $argon2id$v=19$m=65536,t=3,p=4$<salt>$<hash>")
    memory, passes, threads = int(match[1]), int(match[2]), int(match[3])
    if not (passes and 1 <= threads <= MAX_ARGON2_THREADS and memory >= 8 * threads):
        raise BadHash("its parameters are out of range")
    if memory > MAX_MEMORY_KIB or memory * passes > MAX_ARGON2_WORK_KIB:
        raise BadHash("it is too expensive")
    salt, hash_ = _salt_and_hash(match[4], match[5])
    if len(decode_base64(salt)) < 8:
        raise BadHash("its salt is too short")
    return f"$argon2id$v=19$m={memory},t={passes},p={threads}${salt}${encode_base64(hash_)}"


def _pbkdf2(text: str) -> str:
    match, of_django = _PBKDF2.fullmatch(text), _DJANGO_PBKDF2.fullmatch(text)
    found = match or of_django
    if found is None:
        raise BadHash("it is not of the form $pbkdf2-sha256$i=600000$<salt>$<hash>")
    if not 1 <= int(found[1]) <= MAX_PBKDF2_ITERATIONS:
        raise BadHash(f"its iterations are not between 1 and {MAX_PBKDF2_ITERATIONS}")
    salt_text = encode_base64(found[2].encode()) if of_django else found[2]
    salt, hash_ = _salt_and_hash(salt_text, found[3])
    return f"$pbkdf2-sha256$i={int(found[1])}${salt}${encode_base64(hash_[:_BLOCK_BYTES])}"


def _salt_and_hash(salt_text: str, hash_text: str) -> tuple[str, bytes]:
    try:
        salt, hash_ = decode_base64(salt_text), decode_base64(hash_text)
    except ValueError:
        raise BadHash("its salt or hash is not base64") from None
    if len(salt) > _MAX_SALT_BYTES or len(hash_) < _MIN_HASH_BYTES:
        raise BadHash("its salt or hash has a wrong length")
    return encode_base64(salt), hash_


_CHECKS = {
    PasswordHashingAlgorithm.BCRYPT: _bcrypt,
    PasswordHashingAlgorithm.SCRYPT: _scrypt,
    PasswordHashingAlgorithm.ARGON2ID: _argon2id,
    PasswordHashingAlgorithm.PBKDF2_SHA256: _pbkdf2,
}
