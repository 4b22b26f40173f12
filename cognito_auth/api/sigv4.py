"""AWS Signature Version 4 of incoming requests, really checked.

Owns: everything from the ``Authorization`` header to the principal. Does not own: whether the
principal may call the operation (``operations/authorization.py``).

An access key of ours has no session token, so a request with ``X-Amz-Security-Token`` is refused:
its caller mixes two sets of credentials. Any well-formed region is accepted.

Source: AWS "Create a signed API request"; AWS JSON error names.
"""

import datetime
import hashlib
import hmac
import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import quote

from django.http import HttpRequest

from cognito_auth import reasons
from cognito_auth.models import AccessKey
from cognito_auth.operations.call import Principal
from cognito_auth.services import access_keys

SERVICE = "cognito-idp"
_ALGORITHM = "AWS4-HMAC-SHA256"
_SKEW = datetime.timedelta(minutes=5)
_DATE_FORMAT = "%Y%m%dT%H%M%SZ"
# No longer than what fits into the id of a pool.
_REGION = re.compile(r"(?=.{2,32}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*", re.ASCII)
_PARAMETER = re.compile(r"(\w+)=([^,\s]+)", re.ASCII)
_HTTP_DATE_FORMAT = "%a, %d %b %Y %H:%M:%S GMT"
_MAX_CACHED_KEYS = 1024


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed a request, and the region they signed it for."""

    principal: Principal
    region: str


@dataclass(frozen=True, slots=True)
class _Signature:
    """The ``Authorization`` header, taken apart."""

    key_id: str
    date: str
    region: str
    service: str
    terminator: str
    signed_headers: tuple[str, ...]
    signature: str


def is_signed(request: HttpRequest) -> bool:
    """Tell whether the request bears a signature, right or wrong."""
    algorithm: str = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")[0]
    return algorithm == _ALGORITHM


def verify(request: HttpRequest, body: bytes, *, now: datetime.datetime) -> Signer:
    """Return who signed the request.

    Raises:
        MissingAuthenticationTokenException: there is no signature.
        IncompleteSignatureException: the header is malformed, or what must be signed is not.
        UnrecognizedClientException: no such access key, or it is switched off.
        InvalidSignatureException: wrong signature, scope or time.
    """
    signature = _parse(request)
    signed_at_text = _check_time(request, signature, now=now)
    _check_scope(signature, signed_at_text)
    body_hash = hashlib.sha256(body).hexdigest()
    declared_hash = request.META.get("HTTP_X_AMZ_CONTENT_SHA256")
    if declared_hash is not None and declared_hash != body_hash:
        raise reasons.WRONG_SIGNATURE()
    if "HTTP_X_AMZ_SECURITY_TOKEN" in request.META:
        raise reasons.SESSION_TOKEN_UNEXPECTED()
    key = access_keys.find_active(signature.key_id)
    if key is None:
        raise reasons.UNKNOWN_ACCESS_KEY()
    expected = _sign(request, signature, signed_at_text, body_hash, key)
    # As bytes: text is only compared if it is ASCII, and the caller's may be anything.
    if not hmac.compare_digest(expected.encode(), signature.signature.encode("utf-8", "replace")):
        raise reasons.WRONG_SIGNATURE()
    access_keys.record_use(key, now=now)
    principal = Principal(
        key.name or key.pk,
        tuple(key.allowed_actions),
        tuple(key.allowed_pools),
        key_id=key.pk,
        owner_id="" if key.owner_id is None else str(key.owner_id),
        owner_name=getattr(key, "owner_name", None) or "",
    )
    return Signer(principal, signature.region)


def _parse(request: HttpRequest) -> _Signature:
    header = request.META.get("HTTP_AUTHORIZATION", "").strip()
    if not header:
        raise reasons.MISSING_SIGNATURE()
    algorithm, _, rest = header.partition(" ")
    if algorithm != _ALGORITHM:
        _refuse_as_incomplete(f"The Authorization header must begin with '{_ALGORITHM}'.")
    found = _PARAMETER.findall(rest)
    parameters = dict(found)
    if len(parameters) != len(found):
        _refuse_as_incomplete("A parameter of the Authorization header occurs twice.")
    missing = [name for name in ("Credential", "Signature", "SignedHeaders") if name not in parameters]
    if missing:
        _refuse_as_incomplete(" ".join(f"Authorization header requires '{name}' parameter." for name in missing))
    credential = parameters["Credential"].rsplit("/", 4)
    if len(credential) != 5 or not all(credential):
        _refuse_as_incomplete(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term."
        )
    signed_headers = tuple(parameters["SignedHeaders"].split(";"))
    if list(signed_headers) != sorted(name.lower() for name in signed_headers):
        _refuse_as_incomplete("SignedHeaders must be lower-case and sorted.")
    if "x-amz-date" not in signed_headers and "date" not in signed_headers:
        _refuse_as_incomplete("'x-amz-date' or 'date' must be a 'SignedHeader' in the AWS Authorization.")
    for name in ("host", "x-amz-target"):
        # Unsigned, the signature could be moved to another server or operation.
        if name not in signed_headers:
            _refuse_as_incomplete(f"'{name}' must be a 'SignedHeader' in the AWS Authorization.")
    key_id, date, region, service, terminator = credential
    return _Signature(
        # A NUL cannot be looked up in every database, and no id has one.
        key_id=key_id.replace("\0", ""),
        date=date,
        region=region,
        service=service,
        terminator=terminator,
        signed_headers=signed_headers,
        signature=parameters["Signature"],
    )


def _refuse_as_incomplete(problem: str) -> NoReturn:
    raise reasons.INCOMPLETE_SIGNATURE(problem=problem)


def _check_time(request: HttpRequest, signature: _Signature, *, now: datetime.datetime) -> str:
    """Return the moment of signing as written in the signature."""
    is_amz_date = "x-amz-date" in signature.signed_headers
    text = request.META.get("HTTP_X_AMZ_DATE" if is_amz_date else "HTTP_DATE", "").strip()
    try:
        signed_at = datetime.datetime.strptime(text, _DATE_FORMAT if is_amz_date else _HTTP_DATE_FORMAT)  # noqa: DTZ007
    except ValueError:
        _refuse_as_incomplete(
            "Date must be in ISO-8601 'basic format' in the header 'X-Amz-Date', or an HTTP date in 'Date'."
        )
    signed_at = signed_at.replace(tzinfo=datetime.UTC)
    signed_at_text = signed_at.strftime(_DATE_FORMAT)
    server = now.strftime(_DATE_FORMAT)
    if signed_at < now - _SKEW:
        earliest = (now - _SKEW).strftime(_DATE_FORMAT)
        raise reasons.SIGNATURE_TIME(
            problem=f"Signature expired: {signed_at_text} is now earlier than {earliest} ({server} - 5 min.)"
        )
    if signed_at > now + _SKEW:
        latest = (now + _SKEW).strftime(_DATE_FORMAT)
        raise reasons.SIGNATURE_TIME(
            problem=f"Signature not yet current: {signed_at_text} is still later than {latest} ({server} + 5 min.)"
        )
    return signed_at_text


def _check_scope(signature: _Signature, signed_at_text: str) -> None:
    problem = None
    if signature.service != SERVICE:
        problem = f"Credential should be scoped to correct service: '{SERVICE}'. "
    elif signature.terminator != "aws4_request":
        problem = "Credential should be scoped with a valid terminator: 'aws4_request'. "
    elif not _REGION.fullmatch(signature.region):
        problem = "Credential should be scoped to a valid region. "
    elif signature.date != signed_at_text[:8]:
        problem = (
            f"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP:"
            f" '{signature.date}' != '{signed_at_text[:8]}', from '{signed_at_text}'."
        )
    if problem is not None:
        raise reasons.WRONG_SIGNATURE_SCOPE(problem=problem)


def _sign(request: HttpRequest, signature: _Signature, signed_at_text: str, body_hash: str, key: AccessKey) -> str:
    """Return the signature that the holder of ``key`` makes of this request."""
    # http.server and gunicorn give headers as Latin-1, which keeps the bytes that were signed.
    canonical = _canonical_request(request, signature.signed_headers, body_hash).encode("latin-1", "replace")
    scope = f"{signature.date}/{signature.region}/{signature.service}/{signature.terminator}"
    to_sign = f"{_ALGORITHM}\n{signed_at_text}\n{scope}\n{hashlib.sha256(canonical).hexdigest()}"
    signing_key = _signing_key(key.pk, key.secret, signature.date, signature.region)
    return hmac.digest(signing_key, to_sign.encode(), "sha256").hex()


def _canonical_request(request: HttpRequest, signed_headers: tuple[str, ...], body_hash: str) -> str:
    headers = "".join(f"{name}:{_header(request, name)}\n" for name in signed_headers)
    query = request.META.get("QUERY_STRING", "")
    return "\n".join(
        (
            request.method or "",
            _canonical_path(request.path),
            _canonical_query(query) if query else "",
            headers,
            ";".join(signed_headers),
            body_hash,
        )
    )


def _canonical_path(path: str) -> str:
    """Return the path as it is signed: what was sent on the wire, percent-encoded once more."""
    if path == "/":
        return path
    return quote(quote(path, safe="/~"), safe="/~")


def _canonical_query(query: str) -> str:
    """Return the query sorted, and encoded as it was sent."""
    return "&".join(f"{key}={value}" for key, _, value in sorted(pair.partition("=") for pair in query.split("&")))


def _header(request: HttpRequest, name: str) -> str:
    key = name.replace("-", "_").upper()
    if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        key = f"HTTP_{key}"
    return " ".join(request.META.get(key, "").split())


# Signing keys are derived by four HMACs from secret, day and region, so the last ones are kept. The
# digest of the secret is part of the key: a changed secret is seen at once.
_signing_keys: OrderedDict[tuple[str, str, str, bytes], bytes] = OrderedDict()


def _signing_key(key_id: str, secret: str, date: str, region: str) -> bytes:
    cache_key = (key_id, date, region, hashlib.sha256(secret.encode()).digest())
    found = _signing_keys.get(cache_key)
    if found is None:
        found = f"AWS4{secret}".encode()
        for part in (date, region, SERVICE, "aws4_request"):
            found = hmac.digest(found, part.encode(), "sha256")
        while len(_signing_keys) >= _MAX_CACHED_KEYS:
            _signing_keys.popitem(last=False)
        _signing_keys[cache_key] = found
    return found
