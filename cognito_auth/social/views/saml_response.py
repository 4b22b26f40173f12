"""``/<pool id>/saml2/idpresponse``: back from a SAML provider (the assertion consumer service).

The provider's page posts the response, so the browser sends no cookies with it: the response is kept, and a
redirect lets the browser come again by itself. Where a provider may begin, there is nothing to wait for.
"""

import datetime
import logging
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cognito_auth.choices import IdentityProviderType
from cognito_auth.exceptions import NotFoundError, TooManyRequestsException
from cognito_auth.models import UserPool
from cognito_auth.services.federation import attempts
from cognito_auth.services.oauth import authorization, authorization_requests, errors
from cognito_auth.services.oauth.authorization_requests import RequestRefused, provider_of
from cognito_auth.services.oauth.errors import NobodyToTell, OAuthError
from cognito_auth.social.providers.oauth2 import ProviderFailed
from cognito_auth.social.saml import responses
from cognito_auth.social.saml.requests import ACS
from cognito_auth.social.views import idp_response
from cognito_auth.web import addresses, cookies, rates
from cognito_auth.web.requests import AppRedirect, of_pool, tell_person

logger = logging.getLogger(__name__)


@csrf_exempt
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@of_pool
def saml_response(request: HttpRequest, pool: UserPool) -> HttpResponse:
    """Keep a provider's response, and go on with it in the browser that began."""
    now = timezone.now()
    try:
        rates.check_address(request, now=now)
    except TooManyRequestsException as error:
        return rates.refusal(request, {"pool": pool}, error)
    if request.method != "POST":
        return _go_on(request, pool, request.GET.get("state", ""), now=now)
    response, relay_state = request.POST.get("SAMLResponse", ""), request.POST.get("RelayState", "")
    if not response or len(response) > responses.MAX_LENGTH:
        return tell_person(request, pool, NobodyToTell("provider_answer"))
    if "=" in relay_state:
        return _unasked(request, pool, response, relay_state, now=now)
    try:
        attempts.answer(attempts.find(pool, relay_state, is_bound=False, now=now), {"SAMLResponse": response}, now=now)
    except OAuthError as error:
        logger.info("A SAML response was refused: user_pool=%s: %s", pool.pk, error)
        return tell_person(request, pool, NobodyToTell("provider_answer"))
    query = urlencode({"state": relay_state})
    return HttpResponseRedirect(addresses.page(request, pool.pk, ACS, query), status=303)


def _go_on(request: HttpRequest, pool: UserPool, state: str, *, now: datetime.datetime) -> HttpResponse:
    try:
        attempt, answer = attempts.claim(pool, state, request.COOKIES.get(cookies.BROWSER), now=now)
    except OAuthError as error:
        logger.info("A SAML response was refused: user_pool=%s: %s", pool.pk, error)
        return tell_person(request, pool, NobodyToTell("provider_answer"))
    return idp_response.go_on(request, pool, attempt, answer, now=now)


def _unasked(
    request: HttpRequest, pool: UserPool, response: str, relay_state: str, *, now: datetime.datetime
) -> HttpResponse:
    """Sign in somebody whose provider began: the relay state is the authorization request it stands for."""
    try:
        asked = authorization_requests.read(pool, relay_state)
        provider = provider_of(asked)
    except NotFoundError:
        # Deleted at this moment.
        return tell_person(request, pool, NobodyToTell("provider_not_offered"))
    except NobodyToTell as error:
        return tell_person(request, pool, error)
    except RequestRefused as refused:
        return AppRedirect(refused.location)
    is_allowed = provider is not None and provider.type == IdentityProviderType.SAML
    if provider is None or not is_allowed or provider.details.get("IDPInit") != "true":
        logger.info("A SAML response that nobody asked for was refused: user_pool=%s", pool.pk)
        return tell_person(request, pool, NobodyToTell("provider_answer"))
    try:
        # The address was counted with the request.
        rates.check(request, asked.client, rates.SIGN_INS, is_server=True, now=now)
        identity = responses.identify(request, provider, response, request_id=None, now=now)
        return idp_response.sign_in(request, asked, identity, now=now)
    except TooManyRequestsException as error:
        return rates.refusal(request, {"pool": pool, "client": asked.client}, error)
    except ProviderFailed as failed:
        logger.warning("A provider failed: user_pool=%s provider=%s: %s", pool.pk, provider.name, failed)
        return AppRedirect(authorization.refusal(asked, OAuthError(errors.INVALID_REQUEST, failed.shown)))
    except OAuthError as error:
        return AppRedirect(authorization.refusal(asked, error))
