"""``/<pool id>/oauth2/revoke``: end the session of a refresh token. Source: RFC 7009; AWS "Revoke endpoint"."""

import contextlib

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from cognito_auth.exceptions import (
    UnauthorizedException,
    UnsupportedOperationException,
    UnsupportedTokenTypeException,
)
from cognito_auth.oauth.machine_requests import form_of, machine_view, refusal
from cognito_auth.services import user_pools
from cognito_auth.services.oauth import client_authentication, errors
from cognito_auth.services.oauth.errors import OAuthError
from cognito_auth.services.tokens import revoke as service
from cognito_auth.web import rates


@machine_view("POST")
def revoke(request: HttpRequest, user_pool_id: str) -> HttpResponse:
    """End the session; a token that is unknown or of another client's changes nothing, and is no error."""
    now = timezone.now()
    pool = user_pools.get(user_pool_id)
    fields = form_of(request)
    authorization = request.headers.get("Authorization", "")
    try:
        client = client_authentication.authenticate(pool, authorization, fields)
    except OAuthError as error:
        rates.check_address(request, now=now)
        return refusal(error, status=401 if error.error == errors.INVALID_CLIENT else 400)
    is_server = client_authentication.is_by_secret(authorization, fields)
    rates.check(request, client, is_server=is_server, now=now)
    if not fields.get("token"):
        raise OAuthError(errors.INVALID_REQUEST, "token is missing.", shown=False)
    try:
        # To say that a token is another client's would be to say that it is somebody's.
        with contextlib.suppress(UnauthorizedException):
            service.revoke(client, fields["token"], now=now)
    except UnsupportedOperationException as error:
        raise OAuthError(errors.INVALID_REQUEST, error.message, shown=False) from None
    except UnsupportedTokenTypeException as error:
        raise OAuthError(errors.UNSUPPORTED_TOKEN_TYPE, error.message, shown=False) from None
    # Nothing, but in JSON: clients such as oidc-client-ts refuse a page.
    return HttpResponse(content_type="application/json")
