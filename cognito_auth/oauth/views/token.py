"""``/<pool id>/oauth2/token``: tokens for a code, a refresh token, a client itself. Source: AWS "Token endpoint"."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from cognito_auth.exceptions import CognitoError, LimitError
from cognito_auth.oauth.machine_requests import form_of, machine_view, refusal
from cognito_auth.services import simultaneous, user_pools
from cognito_auth.services.oauth import client_authentication, errors, token_endpoint
from cognito_auth.services.oauth.errors import OAuthError
from cognito_auth.services.oauth.grants.client_credentials import ClientCredentialsGrant
from cognito_auth.web import pages, rates


@machine_view("POST")
def token(request: HttpRequest, user_pool_id: str) -> HttpResponse:
    """Answer a form with tokens."""
    now = timezone.now()
    pool = user_pools.get(user_pool_id)
    fields = form_of(request)
    authorization = request.headers.get("Authorization", "")
    try:
        asked = token_endpoint.read(pool, authorization, fields, origin=pages.origin_of(request), now=now)
    except OAuthError:
        rates.check_address(request, now=now)
        raise
    is_machine = fields["grant_type"] == ClientCredentialsGrant.name
    is_server = client_authentication.is_by_secret(authorization, fields)
    category = rates.MACHINES if is_machine else rates.SIGN_INS
    rates.check(request, asked.client, category, is_server=is_server, now=now)
    try:
        answer = simultaneous.run(lambda: token_endpoint.exchange(asked))
    except LimitError:
        raise
    except CognitoError as error:
        # A trigger that refused; its own words are for the client.
        return refusal(OAuthError(errors.INVALID_REQUEST, error.message))
    return JsonResponse(dict(answer))
