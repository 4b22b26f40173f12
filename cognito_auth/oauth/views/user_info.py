"""``/<pool id>/oauth2/userInfo``: who an access token is of. Source: OpenID Connect Core 5.3; RFC 6750."""

import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from cognito_auth.oauth.machine_requests import machine_view
from cognito_auth.services.oauth import user_info as service
from cognito_auth.services.oauth.user_info import TokenNotAccepted
from cognito_auth.web import rates

logger = logging.getLogger(__name__)

_NO_TOKEN = ("invalid_request", "Bad OAuth2 request at UserInfo Endpoint")
_BAD_TOKEN = (
    "invalid_token",
    "Access token is expired, disabled, or deleted, or the user has globally signed out.",
)


@machine_view("GET", "POST")
def user_info(request: HttpRequest, user_pool_id: str) -> HttpResponse:
    """Return the attributes that the token gives; it comes in the header only."""
    scheme, _space, token = request.headers.get("Authorization", "").strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return _refusal(*_NO_TOKEN, status=400)
    now = timezone.now()
    rates.check_address(request, token=token.strip(), now=now)
    try:
        return JsonResponse(service.of(user_pool_id, token.strip(), now=now))
    except TokenNotAccepted as error:
        logger.info("Refused at userInfo: user_pool=%s: %s", user_pool_id, error)
        return _refusal(*_BAD_TOKEN, status=401)


def _refusal(error: str, description: str, *, status: int) -> HttpResponse:
    response = JsonResponse({"error": error, "error_description": description}, status=status)
    response["WWW-Authenticate"] = f'Bearer error="{error}", error_description="{description}"'
    return response
