"""Endpoints that programs call, browsers' included: forms in, JSON out, readable from every origin.

Source: RFC 6749 3.2, 5; AWS "Token endpoint", CORS.
"""

import logging
import uuid
from collections.abc import Callable, Mapping
from functools import wraps
from urllib.parse import parse_qsl

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from cognito_auth.exceptions import LimitError, NotFoundError
from cognito_auth.services.oauth import errors
from cognito_auth.services.oauth.errors import OAuthError
from cognito_auth.web import bodies, rates

logger = logging.getLogger(__name__)

FORM = "application/x-www-form-urlencoded"
# With the charset, as in RFC 6749 5.1 and at Cognito.
JSON = "application/json;charset=UTF-8"
_MAX_BODY = 262_144
_MAX_FIELDS = 100
_REQUEST_ID = "x-amz-cognito-request-id"
# What a response that refuses is marked with, for the log.
_REFUSED = "cognito_refusal"

View = Callable[..., HttpResponse]
Handler = Callable[[HttpRequest, str], HttpResponse]


def machine_view(*methods: str) -> Callable[[Handler], View]:
    """Return a decorator that makes a view ``(request, user_pool_id)`` of a handler of these methods."""

    def decorate(handler: Handler) -> View:
        @csrf_exempt
        # What a refusal leaves behind (a code that is used up, a family that ends) must outlive it.
        @transaction.non_atomic_requests
        @sensitive_post_parameters()
        @wraps(handler)
        def view(request: HttpRequest, user_pool_id: str) -> HttpResponse:
            response = _answer(request, handler, user_pool_id, methods)
            if isinstance(response, JsonResponse):
                response["Content-Type"] = JSON
            _allow_browsers(request, response, methods)
            request_id = str(uuid.uuid4())
            response[_REQUEST_ID] = request_id
            refused = getattr(response, _REFUSED, None)
            if refused is not None:
                logger.info("Refused: %s. User pool %s, request %s", refused, user_pool_id, request_id)
            return response

        return view

    return decorate


def _answer(request: HttpRequest, handler: Handler, user_pool_id: str, methods: tuple[str, ...]) -> HttpResponse:
    if request.method == "OPTIONS":
        return HttpResponse(status=204)
    if request.method not in methods:
        return JsonResponse({"error": errors.INVALID_REQUEST}, status=405)
    try:
        return handler(request, user_pool_id)
    except NotFoundError:
        return JsonResponse({"error": errors.INVALID_REQUEST}, status=404)
    except OAuthError as error:
        return refusal(error)
    except LimitError as error:
        response = refusal(OAuthError(errors.INVALID_REQUEST, "Too many requests."), status=429)
        rates.tell_when(response, error)
        return response
    except Exception:
        # Programs, those in browsers of other origins too, read what failed in the form that they know.
        logger.exception("%s failed. User pool %s", handler.__name__, user_pool_id)
        return JsonResponse({"error": errors.SERVER_ERROR}, status=500)


def refusal(error: OAuthError, *, status: int = 400) -> HttpResponse:
    """Return a refusal in the form of RFC 6749 5.2; why goes to the log, and to the client where it is shown."""
    body = {"error": error.error}
    if error.description and error.shown:
        body["error_description"] = error.description
    response = JsonResponse(body, status=status)
    setattr(response, _REFUSED, error)
    return response


def form_of(request: HttpRequest) -> Mapping[str, str]:
    """Return the fields of a posted form; a field without a value is as if it were not there.

    Raises:
        OAuthError: no form, too large, not UTF-8, or a field that comes more than once (RFC 6749 3.2).
    """
    if request.content_type != FORM:
        raise OAuthError(errors.INVALID_REQUEST, f"The content type must be {FORM}.", shown=False)
    try:
        pieces = bodies.in_pieces(request, limit=_MAX_BODY)
        text = (request.read(_MAX_BODY + 1) if pieces is None else pieces).decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS)
    except (ValueError, UnreadablePostError):
        raise OAuthError(errors.INVALID_REQUEST, "The form cannot be read.", shown=False) from None
    fields = dict(pairs)
    if len(fields) != len(pairs) or len(text) > _MAX_BODY:
        raise OAuthError(errors.INVALID_REQUEST, "A field comes more than once, or too much.", shown=False)
    if any("\x00" in value for value in fields.values()):
        raise OAuthError(errors.INVALID_REQUEST, "A field has a NUL character.", shown=False)
    return {name: value for name, value in fields.items() if value}


def _allow_browsers(request: HttpRequest, response: HttpResponse, methods: tuple[str, ...]) -> None:
    allowed = ", ".join((*methods, "OPTIONS"))
    response["Access-Control-Allow-Origin"] = "*"
    response["Allow"] = allowed
    if request.method == "OPTIONS":
        response["Access-Control-Allow-Methods"] = allowed
        response["Access-Control-Allow-Headers"] = request.headers.get("Access-Control-Request-Headers", "*")
        response["Access-Control-Max-Age"] = "86400"
        return
    response["Access-Control-Expose-Headers"] = f"{_REQUEST_ID}, Retry-After"
    response["Cache-Control"] = "no-store"
    response["Pragma"] = "no-cache"
    response["X-Content-Type-Options"] = "nosniff"
