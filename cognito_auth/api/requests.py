"""Reading a request of the API: operation, body, origin.

Whatever is sent, the outcome is a value or a refusal in the API's form; what the values mean is
checked against the service model afterwards.
"""

import json
import math
from typing import Any, NoReturn

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, UnreadablePostError
from django.utils import translation

from cognito_auth import reasons
from cognito_auth.conf import settings
from cognito_auth.services.request_origin import RequestOrigin, address_behind_proxies
from cognito_auth.web import bodies

# 1.0 differs from 1.1 in nothing that this API uses. Plain application/json is refused, as by AWS.
_CONTENT_TYPES = frozenset({"application/x-amz-json-1.1", "application/x-amz-json-1.0"})
_MAX_LENGTH_DIGITS = 15
_MAX_DISCARDED_BYTES = 50_000_000
# Requests that hold images, and how large they may be at least. Source: AWS API_CreateManagedLoginBranding.
_LARGE_OPERATIONS = frozenset({"CreateManagedLoginBranding", "UpdateManagedLoginBranding"})
_LARGE_BYTES = 2 * 1024 * 1024
_DISCARDED_AT_ONCE = 64 * 1024


def operation_name_of(request: HttpRequest) -> str:
    """Return what follows the last full stop of ``X-Amz-Target``; empty without that header."""
    target: str = request.META.get("HTTP_X_AMZ_TARGET", "")
    return target.rpartition(".")[2]


def origin_of(request: HttpRequest) -> RequestOrigin:
    """Return where the request comes from."""
    meta = request.META
    return RequestOrigin(
        ip_address=address_behind_proxies(meta.get("REMOTE_ADDR"), forwarded_for=meta.get("HTTP_X_FORWARDED_FOR", "")),
        user_agent=meta.get("HTTP_USER_AGENT", "").replace("\0", ""),
        language=_language_of(request),
    )


def _language_of(request: HttpRequest) -> str:
    """Return the best of the site's languages for ``Accept-Language``; empty without that header."""
    if "HTTP_ACCEPT_LANGUAGE" not in request.META:
        return ""
    return translation.get_language_from_request(request)


def body_of(request: HttpRequest) -> bytes:
    """Return the body, as it was signed.

    Raises:
        SerializationException: another content type, or the body could not be read.
        RequestEntityTooLargeException: larger than ``COGNITO_AUTH["MAX_BODY_BYTES"]``, and than 2 MB if
            the operation takes images.
    """
    kind, _, parameters = request.META.get("CONTENT_TYPE", "").lower().partition(";")
    if kind.strip() not in _CONTENT_TYPES or not _is_utf8(parameters):
        raise reasons.WRONG_CONTENT_TYPE()
    limit = settings.max_body_bytes
    if operation_name_of(request) in _LARGE_OPERATIONS:
        limit = max(limit, _LARGE_BYTES)
    # Looked at before anything is read.
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()):
        raise reasons.MALFORMED_BODY(problem="The Content-Length is not a number.")
    if len(length) > _MAX_LENGTH_DIGITS or int(length) > limit:
        _discard(request, length)
        raise reasons.BODY_TOO_LARGE(limit=limit)
    try:
        pieces = bodies.in_pieces(request, limit=limit)
        body = request.body if pieces is None else pieces
    except RequestDataTooBig:
        raise reasons.BODY_TOO_LARGE(limit=limit) from None
    except UnreadablePostError:
        raise reasons.MALFORMED_BODY(problem="The body ended too early.") from None
    if len(body) > limit:
        raise reasons.BODY_TOO_LARGE(limit=limit)
    return body


def _discard(request: HttpRequest, length: str) -> None:
    """Read and forget a body that is too large, unless it is beyond all measure.

    A server that answers and closes before it has read all resets the connection, and most callers
    then see that instead of the answer.
    """
    if len(length) > _MAX_LENGTH_DIGITS or int(length) > _MAX_DISCARDED_BYTES:
        return
    try:
        while request.read(_DISCARDED_AT_ONCE):
            pass
    except UnreadablePostError:
        pass


def _is_utf8(parameters: str) -> bool:
    charset = parameters.partition("charset=")[2].partition(";")[0].strip().strip('"')
    return charset in ("", "utf-8", "utf8")


def payload_of(body: bytes) -> Any:
    """Return the decoded JSON; an empty body is an empty object.

    Raises:
        SerializationException: not JSON, not UTF-8, nested too deeply, or a number beyond all bounds.
    """
    if not body:
        return {}
    try:
        return _DECODER.decode(body.decode())
    # ValueError: bad UTF-8, bad JSON, and integers of thousands of digits.
    except (ValueError, RecursionError):
        raise reasons.MALFORMED_BODY(problem="The body is not valid JSON.") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON.")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("The number is too large.")
    return number


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)
