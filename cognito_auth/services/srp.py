"""SRP-6a as Cognito's clients compute it: group, padding, keys, signatures, timestamps. Arithmetic only.

``gmpy2`` does the powers where it is installed (the extra ``srp``), Python otherwise, with the same
results. Powers of ``g`` come from a table that is made once per process.

Source: RFC 5054 (group, k, A ≡ 0), RFC 3526 (the 3072-bit prime), RFC 5869 (HKDF). How numbers are
padded, what is hashed and signed: as amazon-cognito-identity-js and pycognito do it.
"""

import datetime
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from cognito_auth import reasons

N = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
    "15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C"
    "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    16,
)
G = 2
# "0" makes Python do all arithmetic, to compare.
HAS_GMPY2 = False
_number: Callable[[int], Any] = int
_power: Callable[[Any, Any, Any], Any] = pow
if os.environ.get("COGNITO_AUTH_GMPY2", "1") != "0":
    try:
        import gmpy2
    except ImportError:
        pass
    else:
        HAS_GMPY2, _number, _power = True, gmpy2.mpz, gmpy2.powmod

_INFO = b"Caldera Derived Key\x01"
_KEY_BYTES = 16
_SALT_BITS = 128
# Bits of the server's one-time exponent: twice the strength of the hash, RFC 5054 2.5.3.
_EXPONENT_BITS = 256
_WINDOW_BITS = 4
_LONGEST_HEX = 2 * 384 + 2
_HEX = re.compile(r"[0-9A-Fa-f]+", re.ASCII)
_TIMESTAMP = re.compile(r"\w+\.? (\w+)\.? {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d) UTC (\d{4})")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
    )
}
TOLERANCE = datetime.timedelta(minutes=5)


def pad(number: int) -> bytes:
    """Return the shortest big-endian bytes of a number whose top bit is clear, as the clients hash it.

    Never padded to the length of N, unlike RFC 5054.
    """
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def _hash_to_number(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest(), "big")


K = _hash_to_number(pad(N), pad(G))


@dataclass(frozen=True, slots=True, repr=False)
class Verifier:
    """Salt and verifier of one password: what the server keeps instead of it."""

    salt: int
    value: int

    def to_text(self) -> str:
        """Return both in hexadecimal, ``"<salt>:<verifier>"``."""
        return f"{self.salt:x}:{self.value:x}"

    @classmethod
    def from_text(cls, text: str) -> "Verifier":
        """Return what :meth:`to_text` wrote."""
        salt, _colon, value = text.partition(":")
        return cls(int(salt, 16), int(value, 16))


@dataclass(frozen=True, slots=True, repr=False)
class Exchange:
    """The numbers of one exchange: both public ones, and the server's one-time exponent."""

    client_public: int
    exponent: int
    server_public: int


def new_salt() -> int:
    """Return a random salt. A number, not bytes: clients read its hexadecimal as one."""
    return secrets.randbits(_SALT_BITS)


def private_number(*, group: str, identity: str, password: str, salt: int) -> int:
    """Return x, the number that stands for the password.

    ``group`` is the part of the pool's id after the underscore and ``identity`` the username as stored;
    for a device its group key and its key. All are hashed as they are, without Unicode normalisation.
    """
    inner = hashlib.sha256(f"{group}{identity}:{password}".encode("utf-8", "surrogatepass")).digest()
    return _hash_to_number(pad(salt), inner)


def make_verifier(*, group: str, identity: str, password: str, salt: int | None = None) -> Verifier:
    """Return salt and verifier for a password; see :func:`private_number`."""
    salt = new_salt() if salt is None else salt
    return Verifier(salt, power_of_g(private_number(group=group, identity=identity, password=password, salt=salt)))


def power_of_g(exponent: int) -> int:
    """Return g^exponent mod N for exponents of at most 256 bits, by a table of powers."""
    modulus = _number(N)
    product = _number(1)
    for powers, digit in zip(_powers_of_g(), _digits(exponent), strict=False):
        if digit:
            product = product * powers[digit] % modulus
    return int(product)


def _digits(exponent: int) -> Iterator[int]:
    for byte in exponent.to_bytes(_EXPONENT_BITS // 8, "little"):
        yield byte & 0xF
        yield byte >> _WINDOW_BITS


@cache
def _powers_of_g() -> list[list[Any]]:
    """Return for each hexadecimal digit of an exponent, the lowest first, what its 16 values contribute."""
    modulus, base, table = _number(N), _number(G), []
    for _position in range(_EXPONENT_BITS // _WINDOW_BITS):
        row = [_number(1)]
        for _digit in range(1, 1 << _WINDOW_BITS):
            row.append(row[-1] * base % modulus)
        table.append(row)
        base = row[-1] * base % modulus
    return table


def read_public(text: str) -> int:
    """Return the client's public number A from hexadecimal of any length and case.

    Raises:
        InvalidParameterException: not hexadecimal, too long, or a multiple of N.
    """
    if len(text) > _LONGEST_HEX or _HEX.fullmatch(text) is None:
        raise reasons.INVALID_SRP_A()
    number = int(text, 16)
    # RFC 5054 2.5.4: the server MUST abort if A % N is 0; anybody would know the key then.
    if number % N == 0:
        raise reasons.INVALID_SRP_A()
    return number


def answer(client_public: int, verifier: Verifier) -> Exchange:
    """Draw the server's one-time exponent and compute its public number B."""
    while True:
        exponent = secrets.randbits(_EXPONENT_BITS)
        exchange = exchange_of(client_public, verifier, exponent=exponent)
        # u is 0, or B is, about never; the key would depend on nothing then.
        if exchange.server_public and _scramble(exchange):
            return exchange


def exchange_of(client_public: int, verifier: Verifier, *, exponent: int) -> Exchange:
    """Return the exchange with this one-time exponent."""
    bits = exponent.bit_length()
    power = power_of_g(exponent) if bits <= _EXPONENT_BITS else int(_power(G, exponent, N))
    return Exchange(client_public, exponent, (K * verifier.value + power) % N)


def _scramble(exchange: Exchange) -> int:
    """Return u."""
    return _hash_to_number(pad(exchange.client_public), pad(exchange.server_public))


def server_secret(exchange: Exchange, verifier: Verifier) -> int:
    """Return S, the secret that only who knows the password arrives at too."""
    modulus = _number(N)
    base = exchange.client_public * _power(verifier.value, _scramble(exchange), modulus) % modulus
    return int(_power(base, exchange.exponent, modulus))


def key_of(secret: int, *, scramble: int) -> bytes:
    """Return the 16-byte key derived from S and u: HKDF with SHA-256 (RFC 5869), one block."""
    extracted = hmac.digest(pad(scramble), pad(secret), "sha256")
    return hmac.digest(extracted, _INFO, "sha256")[:_KEY_BYTES]


def server_key(exchange: Exchange, verifier: Verifier) -> bytes:
    """Return the key with which a client that knows the password signs.

    Raises:
        NotAuthorizedException: u is 0, so the key would not depend on the password.
    """
    scramble = _scramble(exchange)
    if scramble == 0:
        raise reasons.INCORRECT_USERNAME_OR_PASSWORD()
    return key_of(server_secret(exchange, verifier), scramble=scramble)


def signature(key: bytes, *, group: str, identity: str, block: bytes, timestamp: str) -> bytes:
    """Return what proves the password: a signature over who, the secret block and the time as sent."""
    message = b"".join(
        (
            f"{group}{identity}".encode("utf-8", "surrogatepass"),
            block,
            timestamp.encode("utf-8", "surrogatepass"),
        )
    )
    return hmac.digest(key, message, "sha256")


def is_fresh(timestamp: str, *, now: datetime.datetime) -> bool:
    """Tell whether a client's timestamp is within five minutes of ``now``.

    ``Tue Mar 3 09:05:07 UTC 2026``. Read leniently, for it has been signed by then: a day may have a
    leading zero, and names in another language (pycognito on devices) are taken for the current month.
    """
    found = _TIMESTAMP.fullmatch(timestamp)
    if found is None:
        return False
    month, *numbers = found.groups()
    day, hour, minute, second, year = (int(number) for number in numbers)
    possible = {_MONTHS[month]} if month in _MONTHS else {(now - TOLERANCE).month, (now + TOLERANCE).month}
    return any(_is_near((year, number, day, hour, minute, second), now=now) for number in possible)


def _is_near(fields: tuple[int, int, int, int, int, int], *, now: datetime.datetime) -> bool:
    try:
        moment = datetime.datetime(*fields, tzinfo=datetime.UTC)
    except ValueError:
        return False
    return abs(moment - now) <= TOLERANCE
