"""Limits on how often endpoints and pages may be asked, by the same counters as the API's operations."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from cognito_auth.exceptions import LimitError
from cognito_auth.models import UserPoolClient
from cognito_auth.services import throttling
from cognito_auth.web import pages

# One of throttling's, for the whole pool.
SIGN_INS = "user_authentication"
MACHINES = "client_authentication"


def check(
    request: HttpRequest,
    client: UserPoolClient,
    category: str = "",
    *,
    is_server: bool = False,
    now: datetime.datetime,
) -> None:
    """Count one request of ``client``, for the pool's ``category`` too.

    ``is_server``: the client has proved itself by its secret, so that one address speaks for many people and
    is not counted.

    Raises:
        TooManyRequestsException: too many of the address, the client or the pool.
    """
    if not is_server:
        check_address(request, now=now)
    counted = [("client", client.pk), ("pool", client.pool_id)]
    if category:
        counted.append((category, client.pool_id))
    throttling.check(counted, now=now)


def check_address(request: HttpRequest, *, token: str = "", now: datetime.datetime) -> None:
    """Count one request of an address, and of the person whom ``token`` stands for.

    Raises:
        TooManyRequestsException: too many.
    """
    address = pages.origin_of(request).ip_address
    counted = [] if address is None else [("ip", address)]
    if token:
        counted.append(("user", token))
    throttling.check(counted, now=now)


def refusal(request: HttpRequest, values: Mapping[str, Any], error: LimitError) -> HttpResponse:
    """Return the page that says so; ``values`` are those of all pages (see ``pages.render``)."""
    shown = {**values, "error": "too_many_requests"}
    response = pages.render(request, pages.ERROR_TEMPLATE, shown, status=429)
    tell_when(response, error)
    return response


def tell_when(response: HttpResponse, error: LimitError) -> None:
    """Say in a refusal's header when to come again. Source: RFC 9110 10.2.3."""
    if "retry_after_seconds" in error.values:
        response["Retry-After"] = str(error.values["retry_after_seconds"])
