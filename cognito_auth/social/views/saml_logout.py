"""Single sign-out: ``/<pool id>/saml2/logoutrequest`` to a SAML provider, ``/<pool id>/saml2/logout`` and back.

The sign-out endpoint sends browsers here whose session a SAML provider vouched for; they come back to it
without a session.
"""

import logging

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from cognito_auth.exceptions import NotFoundError
from cognito_auth.models import UserPool
from cognito_auth.services.federation import attempts
from cognito_auth.services.identity_providers import records
from cognito_auth.services.oauth import browser_sessions, errors
from cognito_auth.services.oauth.errors import NobodyToTell, OAuthError
from cognito_auth.social.providers.oauth2 import ProviderFailed
from cognito_auth.social.saml import sign_out
from cognito_auth.web import addresses, cookies
from cognito_auth.web.requests import of_pool, tell_person

logger = logging.getLogger(__name__)


@require_safe
@of_pool
def saml_logout_request(request: HttpRequest, pool: UserPool) -> HttpResponse:
    """End our session, and send the browser to end the provider's."""
    now, query = timezone.now(), request.META.get("QUERY_STRING", "")
    session = browser_sessions.find(pool, request.COOKIES.get(cookies.SESSION), now=now)
    response: HttpResponse = HttpResponseRedirect(addresses.page(request, pool.pk, "logout", query))
    if session is not None:
        browser_sessions.end(session, now=now)
        if session.client is not None and session.saml_session:
            session.client.pool = pool
            try:
                provider = records.get(pool, session.provider_name)
                response = sign_out.begin(request, session.client, provider, session, query=query, now=now)
            except (NotFoundError, ProviderFailed) as failed:
                logger.warning(
                    "Signed out here only: user_pool=%s provider=%s: %s", pool.pk, session.provider_name, failed
                )
    cookies.delete(request, response, pool.pk, cookies.SESSION)
    return response


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@of_pool
def saml_logout(request: HttpRequest, pool: UserPool) -> HttpResponse:
    """Go on with the sign-out that led to the provider."""
    now = timezone.now()
    told = request.POST if request.method == "POST" else request.GET
    try:
        attempt = attempts.find(pool, told.get("RelayState", ""), is_bound=False, now=now)
        if sign_out.SIGN_OUT not in attempts.kept_in(attempt):
            raise OAuthError(errors.INVALID_REQUEST, "Of a sign-in.", shown=False)
        attempts.answer(attempt, {}, now=now)
    except OAuthError as error:
        logger.info("The answer to a sign-out was refused: user_pool=%s: %s", pool.pk, error)
        return tell_person(request, pool, NobodyToTell("provider_answer"))
    return HttpResponseRedirect(addresses.page(request, pool.pk, "logout", attempt.request), status=303)
