"""Reading compact JWS, strictly: base64url, JSON, header. Nothing here is trusted yet.

Source: RFC 7515, RFC 8259; RFC 8725 3 (what to refuse).
"""

import binascii
import json
from dataclasses import dataclass
from typing import Any

LONGEST_TOKEN = 16_384
_CACHED_HEADERS = 1024
# The URL-safe alphabet as the standard one; everything else becomes "*", which no alphabet has.
_TO_STANDARD = bytes(
    {ord("-"): ord("+"), ord("_"): ord("/")}.get(code, code if chr(code).isalnum() and code < 128 else ord("*"))
    for code in range(256)
)
_PADDING = (b"", None, b"==", b"=")
# Bits beyond the last byte must be zero, or one value would have several spellings.
_LAST_CHARACTERS = {2: frozenset(b"AQgw"), 3: frozenset(b"AEIMQUYcgkosw048")}
_kids: dict[bytes, str] = {}


class MalformedToken(Exception):
    """Not a compact JWS signed with RS256."""


@dataclass(frozen=True, slots=True)
class Jws:
    """The parts of a token: key id, the bytes that are signed, signature, encoded payload."""

    kid: str
    signed: bytes
    signature: bytes
    payload_segment: bytes


def parse(token: str) -> Jws:
    """Take a token apart.

    Raises:
        MalformedToken: too long, not three strict base64url parts, another algorithm, ``crit``, or no
            key id.
    """
    if len(token) > LONGEST_TOKEN:
        raise MalformedToken("longer than any token")
    try:
        signed, _dot, signature = token.encode("ascii").rpartition(b".")
        header, dot, payload = signed.partition(b".")
    except UnicodeEncodeError:
        raise MalformedToken("not ASCII") from None
    if not dot or b"." in payload:
        raise MalformedToken("not three parts")
    kid = _kids.get(header)
    if kid is None:
        kid = _read_header(header)
    return Jws(kid, signed, decode(signature), payload)


def decode(segment: bytes) -> bytes:
    """Decode base64url without padding, and nothing that merely resembles it.

    Raises:
        MalformedToken: anything else.
    """
    rest = len(segment) & 3
    padding = _PADDING[rest]
    if padding is None or not segment or (rest and segment[-1] not in _LAST_CHARACTERS[rest]):
        raise MalformedToken("not base64url")
    try:
        return binascii.a2b_base64(segment.translate(_TO_STANDARD) + padding, strict_mode=True)
    except binascii.Error:
        raise MalformedToken("not base64url") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise MalformedToken("a JSON member stands twice")
    return members


def _no_constant(name: str) -> None:
    raise MalformedToken(f"{name} is not JSON")


_decode_json = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_constant).decode


def read_object(data: bytes) -> dict[str, Any]:
    """Read a JSON object whose members stand once each.

    Raises:
        MalformedToken: anything else.
    """
    try:
        value = _decode_json(data.decode())
    except (ValueError, RecursionError):
        raise MalformedToken("not JSON") from None
    if value.__class__ is not dict:
        raise MalformedToken("not a JSON object")
    return value  # type: ignore[no-any-return]  # told by its class


def _read_header(segment: bytes) -> str:
    header = read_object(decode(segment))
    # RFC 8725 3.1: the algorithm is ours to choose, not the token's.
    if header.get("alg") != "RS256":
        raise MalformedToken("not RS256")
    # RFC 7515 4.1.11: an extension that is not understood MUST be refused, and none is.
    if "crit" in header:
        raise MalformedToken("a critical extension")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise MalformedToken("no key id")
    if len(_kids) >= _CACHED_HEADERS:
        _kids.clear()
    _kids[segment] = kid
    return kid
