"""The one endpoint of the API: ``POST`` with ``X-Amz-Target``.

A project that wants a page at the same address puts it beside the API::

    urlpatterns = [path("", api_beside(welcome)), path("", include("cognito_auth.urls"))]
"""

import datetime
import logging
import uuid
from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from cognito_auth import reasons
from cognito_auth.api import cors, requests, responses, sigv4
from cognito_auth.conf import settings
from cognito_auth.exceptions import CognitoError
from cognito_auth.operations import dispatch, registry
from cognito_auth.operations.call import Call
from cognito_auth.services.request_origin import RequestOrigin

logger = logging.getLogger("cognito_auth.api")


# Callers prove themselves by what is in the request, never by a cookie.
@csrf_exempt
# What services record about a refusal must outlive it, so no transaction spans the request.
@transaction.non_atomic_requests
def api(request: HttpRequest) -> HttpResponse:
    """Answer one request to the API."""
    if request.method == "OPTIONS":
        return cors.preflight()
    request_id = str(uuid.uuid4())
    origin = requests.origin_of(request)
    if request.method != "POST":
        return responses.method_not_allowed(request_id=request_id, language=origin.language)
    try:
        return _carry_out(request, origin, request_id)
    except CognitoError as error:
        return responses.refusal(error, request_id=request_id, language=origin.language)
    except Exception:
        # Neither the body nor its members: they hold passwords and codes.
        logger.exception("%s failed, request %s", requests.operation_name_of(request)[:64], request_id)
        return responses.refusal(reasons.INTERNAL_ERROR(), request_id=request_id, language=origin.language)


def _carry_out(request: HttpRequest, origin: RequestOrigin, request_id: str) -> HttpResponse:
    operation = registry.get(requests.operation_name_of(request))
    body = requests.body_of(request)
    now = datetime.datetime.now(tz=datetime.UTC)
    # Public operations are served whatever the Authorization header holds: clients send other tokens in it.
    counts = operation.is_signed or (operation.heeds_signatures and sigv4.is_signed(request))
    signer = sigv4.verify(request, body, now=now) if counts else None
    call = Call(
        now=now,
        region=settings.region if signer is None else signer.region,
        principal=None if signer is None else signer.principal,
        origin=origin,
        request_id=request_id,
    )
    try:
        payload = requests.payload_of(body)
    except CognitoError as error:
        dispatch.refuse(operation.name, call, error)
        raise
    response = dispatch.execute(operation.name, payload, call)
    return responses.result(response, request_id=request_id)


def api_beside(page: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Return a view that shows ``page`` to browsers (GET, HEAD) and is the API for every other method."""

    @csrf_exempt
    @transaction.non_atomic_requests
    def root(request: HttpRequest) -> HttpResponseBase:
        return page(request) if request.method in ("GET", "HEAD") else api(request)

    return root
