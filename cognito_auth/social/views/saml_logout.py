"""Single sign-out: ``/<pool id>/saml2/logoutrequest`` to a SAML provider, ``/<pool id>/saml2/logout`` and back.

The sign-out endpoint sends browsers here whose session a SAML provider vouched for; they come back to it
without a session. A provider that signs somebody out itself sends them to ``/<pool id>/saml2/logout`` with its
request, and we send them back with our answer.
"""

import datetime
import logging

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from cognito_auth.exceptions import NotFoundError, TooManyRequestsException
from cognito_auth.models import UserPool
from cognito_auth.services.federation import attempts, saml_sessions
from cognito_auth.services.identity_providers import records
from cognito_auth.services.oauth import browser_sessions, errors
from cognito_auth.services.oauth.errors import NobodyToTell, OAuthError
from cognito_auth.social.providers.oauth2 import ProviderFailed
from cognito_auth.social.saml import logout_requests, sign_out
from cognito_auth.web import addresses, cookies, pages, rates
from cognito_auth.web.requests import of_pool, tell_person

logger = logging.getLogger(__name__)

_TEMPLATE = "cognito_auth/managed_login/signed_out.html"


@require_safe
@of_pool
def saml_logout_request(request: HttpRequest, pool: UserPool) -> HttpResponse:
    """End our session, and send the browser to end the provider's."""
    now, query = timezone.now(), request.META.get("QUERY_STRING", "")
    session = browser_sessions.find(pool, request.COOKIES.get(cookies.SESSION), now=now)
    response: HttpResponse = HttpResponseRedirect(addresses.page(request, pool.pk, "logout", query))
    if session is not None:
        browser_sessions.end(session, now=now)
        theirs = saml_sessions.read(session.saml_session)
        if session.client is not None and theirs is not None:
            session.client.pool = pool
            try:
                provider = records.get(pool, theirs.provider_name)
                response = sign_out.begin(request, session.client, provider, theirs, query=query, now=now)
            except (NotFoundError, ProviderFailed) as failed:
                logger.warning(
                    "Signed out here only: user_pool=%s provider=%s: %s", pool.pk, theirs.provider_name, failed
                )
    cookies.delete(request, response, pool.pk, cookies.SESSION)
    return response


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@of_pool
def saml_logout(request: HttpRequest, pool: UserPool) -> HttpResponse:
    """Go on with the sign-out that led to the provider, or do what it asks for."""
    now = timezone.now()
    told = request.POST if request.method == "POST" else request.GET
    if "SAMLRequest" in told:
        return _asked(request, pool, now=now)
    try:
        attempt = attempts.find(pool, told.get("RelayState", ""), is_bound=False, now=now)
        if sign_out.SIGN_OUT not in attempts.kept_in(attempt):
            raise OAuthError(errors.INVALID_REQUEST, "Of a sign-in.", shown=False)
        attempts.answer(attempt, {}, now=now)
    except OAuthError as error:
        logger.info("The answer to a sign-out was refused: user_pool=%s: %s", pool.pk, error)
        return tell_person(request, pool, NobodyToTell("provider_answer"))
    return HttpResponseRedirect(addresses.page(request, pool.pk, "logout", attempt.request), status=303)


def _asked(request: HttpRequest, pool: UserPool, *, now: datetime.datetime) -> HttpResponse:
    """Sign out whom a provider names, and tell it so."""
    try:
        rates.check_address(request, now=now)
        asked = logout_requests.read(request, pool, now=now)
    except TooManyRequestsException as error:
        return rates.refusal(request, {"pool": pool}, error)
    except logout_requests.Refused as refused:
        logger.info("A provider's request to sign out was refused: user_pool=%s: %s", pool.pk, refused)
        return tell_person(request, pool, NobodyToTell("provider_answer"))
    for provider in asked.providers:
        saml_sessions.end(provider, asked.name_id, asked.indexes, origin=pages.origin_of(request), now=now)
    response = None
    try:
        response = logout_requests.answer(request, pool, asked, now=now)
    except ProviderFailed as failed:
        logger.warning("A provider was not answered: user_pool=%s: %s", pool.pk, failed)
    if response is None:
        response = pages.render(request, _TEMPLATE, {"pool": pool})
    session = browser_sessions.find(pool, request.COOKIES.get(cookies.SESSION), now=now)
    if session is None:
        # Of somebody else's session this says nothing.
        cookies.delete(request, response, pool.pk, cookies.SESSION)
    return response
