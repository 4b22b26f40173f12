"""From one page of a sign-in to the next: what the engine asks decides the page."""

import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest
from cognito_auth.services.sign_in import engine
from cognito_auth.services.sign_in.attempt import Challenge, SignedIn
from cognito_auth.web import addresses, completion, cookies


def go_on(
    request: HttpRequest,
    asked: AuthorizationRequest,
    result: engine.Result,
    *,
    username: str,
    now: datetime.datetime,
) -> HttpResponse:
    """Return the browser to its client, or go to the page of the next challenge."""
    if isinstance(result, SignedIn):
        return completion.complete(request, asked, result, now=now)
    assert isinstance(result, Challenge)
    response = HttpResponseRedirect(addresses.page(request, asked.pool.pk, "challenge", asked.query))
    step = {
        "client_id": asked.client.pk,
        "challenge": result.name,
        "session": result.session,
        "username": username,
        "parameters": dict(result.parameters),
        "available": list(result.available),
    }
    cookies.set_step(request, response, asked.pool.pk, step)
    return response
