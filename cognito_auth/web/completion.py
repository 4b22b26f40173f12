"""From a proof of who somebody is back to the client."""

import datetime

from django.http import HttpRequest, HttpResponse

from cognito_auth.models.browser_sessions import NATIVE
from cognito_auth.services.federation.saml_sessions import SamlSession
from cognito_auth.services.oauth import authorization, browser_sessions
from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest
from cognito_auth.services.oauth.errors import OAuthError
from cognito_auth.services.sign_in.attempt import SignedIn
from cognito_auth.web import cookies, linking, pages
from cognito_auth.web.requests import AppRedirect


def complete(
    request: HttpRequest,
    asked: AuthorizationRequest,
    signed_in: SignedIn,
    *,
    provider: str = NATIVE,
    saml_session: SamlSession | None = None,
    now: datetime.datetime,
) -> HttpResponse:
    """Begin the browser's session, in place of one that it has, and send it to the client with what was asked for."""
    origin = pages.origin_of(request)
    before = browser_sessions.find(asked.pool, request.COOKIES.get(cookies.SESSION), now=now)
    if provider == NATIVE:
        saml_session = linking.accept(request, asked.client, signed_in.user, now=now)
    try:
        session, value = browser_sessions.begin(
            asked.client, signed_in, provider=provider, saml_session=saml_session, origin=origin, now=now
        )
    except OAuthError as error:
        return AppRedirect(authorization.refusal(asked, error))
    response = AppRedirect(authorization.answer(asked, session, origin=origin, now=now))
    seconds = int((session.expires_at - now).total_seconds())
    cookies.set_session(request, response, asked.pool.pk, value, seconds=seconds)
    if before is not None:
        # Nobody has its value any more but who stole it, and the person would see it in the list of their sessions.
        browser_sessions.end(before, now=now)
    cookies.delete(request, response, asked.pool.pk, cookies.LINK)
    return response
