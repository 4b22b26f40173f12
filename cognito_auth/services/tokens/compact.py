"""The compact form of a signed token: three base64url segments, strictly read.

Source: RFC 7515 3.1, 4, 5.2; RFC 4648 3.5.
"""

import json
from binascii import Error as Base64Error
from binascii import a2b_base64
from typing import Any, NoReturn

from cognito_auth.services.tokens.errors import MalformedToken, WrongAlgorithm

MAX_TOKEN_LENGTH = 16 * 1024
ALGORITHM = "RS256"
_BASE64URL = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
# From base64url to base64, so that the strict decoder in C can be used: a per-character check in
# Python would cost more than the signature. What is no letter of base64url becomes "!", which is
# no letter of base64 either.
_TO_BASE64 = bytes(
    {ord("-"): ord("+"), ord("_"): ord("/"), ord("."): ord(".")}.get(code, code if code in _BASE64URL else ord("!"))
    for code in range(256)
)
# By the number of letters over a multiple of four: the padding to add, and the last letters whose
# unused bits are zero. Any other last letter is a second spelling of the same bytes.
_PADDING = (b"", b"", b"==", b"=")
_LAST_LETTERS = (frozenset[int](), frozenset[int](), frozenset(b"AQgw"), frozenset(b"AEIMQUYcgkosw048"))


def split(token: str) -> tuple[bytes, bytes, bytes, bytes]:
    """Return what was signed, and header, payload and signature as letters of standard base64.

    Raises:
        MalformedToken: too long, or not three segments.
    """
    if len(token) > MAX_TOKEN_LENGTH:
        raise MalformedToken("Too long.", expected=MAX_TOKEN_LENGTH, actual=len(token))
    try:
        data = token.encode("ascii")
        header, payload, signature = data.translate(_TO_BASE64).split(b".")
    except ValueError:
        raise MalformedToken("Not three segments of base64url.") from None
    return data[: -1 - len(signature)], header, payload, signature


def decode(segment: bytes) -> bytes:
    """Return the bytes of a segment that :func:`split` has given.

    Raises:
        MalformedToken: a letter that is not of base64url, padding, or a spelling that is not canonical.
    """
    excess = len(segment) & 3
    if excess:
        if segment[-1] not in _LAST_LETTERS[excess]:
            raise MalformedToken("Not canonical base64url.")
        segment += _PADDING[excess]
    try:
        return a2b_base64(segment, strict_mode=True)
    except Base64Error:
        raise MalformedToken("Not base64url.") from None


def decode_text(text: object) -> bytes:
    """Return the bytes of base64url text, as in the numbers of a JWK.

    Raises:
        MalformedToken: it is none.
    """
    if not isinstance(text, str) or not text.isascii() or "." in text:
        raise MalformedToken("Not base64url.")
    return decode(text.encode().translate(_TO_BASE64))


def kid_of(header: bytes) -> str:
    """Return the key id in a header segment, after checking the header.

    Raises:
        MalformedToken: no JSON object with a key id.
        WrongAlgorithm: another algorithm than RS256, or critical extensions.
    """
    members = read_object(header)
    # RFC 8725 3.1: the algorithm is ours to choose, not the token's.
    if members.get("alg") != ALGORITHM:
        raise WrongAlgorithm("Wrong algorithm.", expected=ALGORITHM, actual=members.get("alg"))
    # RFC 7515 4.1.11: extensions that are not understood make a token invalid; none are understood.
    if "crit" in members:
        raise WrongAlgorithm("Critical extension.", actual=members["crit"])
    kid = members.get("kid")
    if not isinstance(kid, str):
        raise MalformedToken("No key id.")
    return kid


def read_object(segment: bytes) -> dict[str, Any]:
    """Return the JSON object of a segment: UTF-8, each member once, numbers finite.

    Raises:
        MalformedToken: it is none.
    """
    try:
        text = decode(segment).decode()
        value, end = _scan(text, 0) if text[:1] == "{" else (None, 0)
        if end != len(text):
            # White space around the object, or something that is no JSON.
            value = _DECODER.decode(text)
    except (ValueError, RecursionError, StopIteration):
        raise MalformedToken("Not JSON.") from None
    if value.__class__ is not dict:
        raise MalformedToken("Not a JSON object.")
    members: dict[str, Any] = value
    return members


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    # RFC 7515 4, RFC 7519 4: names are unique; readers differ in which of two they would take.
    if len(members) != len(pairs):
        raise ValueError("A member occurs twice.")
    return members


def _finite(text: str) -> float:
    number = float(text)
    if number - number != 0:
        raise ValueError("A number is out of range.")
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON.")


_DECODER = json.JSONDecoder(object_pairs_hook=_members, parse_float=_finite, parse_constant=_refuse_constant)
_scan = _DECODER.scan_once  # type: ignore[attr-defined]  # what JSONDecoder.decode itself calls
