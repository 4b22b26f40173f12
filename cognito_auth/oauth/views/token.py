"""``/<pool id>/oauth2/token``: tokens for a code, a refresh token, a client itself. Source: AWS "Token endpoint"."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from cognito_auth.exceptions import CognitoError, LimitError
from cognito_auth.models import UserPool
from cognito_auth.oauth.machine_requests import form_of, machine_view, refusal
from cognito_auth.services.oauth import errors, token_endpoint
from cognito_auth.services.oauth.errors import OAuthError
from cognito_auth.web import pages


@machine_view("POST")
def token(request: HttpRequest, pool: UserPool) -> HttpResponse:
    """Answer a form with tokens."""
    fields = form_of(request)
    authorization = request.headers.get("Authorization", "")
    try:
        answer = token_endpoint.exchange(
            pool, authorization, fields, origin=pages.origin_of(request), now=timezone.now()
        )
    except LimitError:
        return refusal(OAuthError(errors.INVALID_REQUEST, "Too many requests."), status=429)
    except CognitoError as error:
        # A trigger that refused; its own words are for the client.
        return refusal(OAuthError(errors.INVALID_REQUEST, error.message))
    return JsonResponse(dict(answer))
