"""Public JSON documents: readable by browsers of every origin, with explicit caching.

Shared by the endpoints below ``/.well-known/``.
"""

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.csrf import csrf_exempt

from cognito_auth import crypto
from cognito_auth.exceptions import NotFoundError

logger = logging.getLogger(__name__)

Document = Callable[[str], Mapping[str, Any]]
View = Callable[..., HttpResponse]

_METHODS = ("GET", "HEAD", "OPTIONS")


def document_view(*, cache_control: str) -> Callable[[Document], View]:
    """Return a decorator that makes a view ``(request, user_pool_id)`` of a function of the pool's id."""

    def decorate(document: Document) -> View:
        # So that a program that posts reads 405 and not a page about forms.
        @csrf_exempt
        @wraps(document)
        def view(request: HttpRequest, user_pool_id: str) -> HttpResponse:
            if request.method == "OPTIONS":
                response = HttpResponse(status=204)
            elif request.method not in _METHODS:
                response = JsonResponse({"message": "Method not allowed."}, status=405)
            else:
                response = _answer(request, document, user_pool_id, cache_control)
            _allow_browsers(request, response)
            return response

        return view

    return decorate


def _answer(request: HttpRequest, document: Document, user_pool_id: str, cache_control: str) -> HttpResponse:
    try:
        # In the order of Cognito's, and the same on every database, as the ETag has to be.
        response = JsonResponse(document(user_pool_id), json_dumps_params={"sort_keys": True})
    except NotFoundError as error:
        return JsonResponse({"message": error.message}, status=404)
    except Exception:
        logger.exception("%s failed. User pool %s", document.__name__, user_pool_id)
        return JsonResponse({"message": "Something went wrong on our side."}, status=500)
    etag = quote_etag(crypto.digest(response.content.decode())[:32])
    response["ETag"] = etag
    response["Cache-Control"] = cache_control
    conditional = get_conditional_response(request, etag=etag, response=response)
    assert isinstance(conditional, HttpResponse)
    return conditional


def _allow_browsers(request: HttpRequest, response: HttpResponse) -> None:
    response["Access-Control-Allow-Origin"] = "*"
    response["Allow"] = ", ".join(_METHODS)
    if request.method == "OPTIONS":
        response["Access-Control-Allow-Methods"] = ", ".join(_METHODS)
        response["Access-Control-Allow-Headers"] = request.headers.get("Access-Control-Request-Headers", "*")
        response["Access-Control-Max-Age"] = "86400"
