"""``/<pool id>/oauth2/idpresponse``: back from a provider.

A provider that answers by a POST (Apple) does so from its own page: the browser sends no cookies with it.
The answer is kept then, and a redirect lets the browser come again by itself.
"""

import datetime
import logging
from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cognito_auth.choices import IdentityProviderType
from cognito_auth.exceptions import CognitoError, TooManyRequestsException
from cognito_auth.models import FederationAttempt, UserPool
from cognito_auth.services import linked_identities
from cognito_auth.services.federation import attempts
from cognito_auth.services.federation import sign_in as federation
from cognito_auth.services.federation.identity import ExternalIdentity
from cognito_auth.services.federation.sign_in import LinkOffered
from cognito_auth.services.oauth import authorization, authorization_requests, browser_sessions, errors
from cognito_auth.services.oauth.authorization_requests import (
    AuthorizationRequest,
    RequestRefused,
    offered_providers,
)
from cognito_auth.services.oauth.errors import NobodyToTell, OAuthError
from cognito_auth.social.providers import dialect_of
from cognito_auth.social.providers.oauth2 import ProviderFailed
from cognito_auth.social.starts import CALLBACK
from cognito_auth.web import addresses, completion, cookies, linking, pages, rates
from cognito_auth.web.requests import AppRedirect, of_pool, tell_person

logger = logging.getLogger(__name__)

_MEMBERS = ("code", "error", "error_description", "user", "iss")
_MAX_LENGTH = 8192
# The others' answers come with the cookie of the browser that began, at once.
_POSTING = frozenset({IdentityProviderType.SIGN_IN_WITH_APPLE})


@csrf_exempt
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@of_pool
def idp_response(request: HttpRequest, pool: UserPool) -> HttpResponse:
    """Keep a provider's answer, and go on with it in the browser that began."""
    now = timezone.now()
    try:
        rates.check_address(request, now=now)
    except TooManyRequestsException as error:
        return rates.refusal(request, {"pool": pool}, error)
    told = request.POST if request.method == "POST" else request.GET
    state = told.get("state", "")
    answer = {name: told[name] for name in _MEMBERS if told.get(name) and len(told[name]) <= _MAX_LENGTH}
    try:
        browser, is_post = request.COOKIES.get(cookies.BROWSER), request.method == "POST"
        if answer:
            attempt = attempts.find(pool, state, browser=browser, is_bound=not is_post, now=now)
            if is_post and attempt.provider.type not in _POSTING:
                raise OAuthError(errors.INVALID_REQUEST, "Posted by a provider that redirects.", shown=False)
            attempts.answer(attempt, answer, now=now)
        if is_post:
            query = urlencode({"state": state})
            # 303: the browser comes by GET.
            return HttpResponseRedirect(addresses.page(request, pool.pk, CALLBACK, query), status=303)
        attempt, answer = attempts.claim(pool, state, browser, now=now)
    except OAuthError as error:
        logger.info("An answer of a provider was refused: user_pool=%s: %s", pool.pk, error)
        return tell_person(request, pool, NobodyToTell("provider_answer"))
    return go_on(request, pool, attempt, answer, now=now)


def go_on(
    request: HttpRequest,
    pool: UserPool,
    attempt: FederationAttempt,
    answer: Mapping[str, str],
    *,
    now: datetime.datetime,
) -> HttpResponse:
    """Find out who the person is and end what they began: a sign-in, or linking an identity to their account."""
    try:
        # The address was counted with the request.
        rates.check(request, attempt.client, rates.SIGN_INS, is_server=True, now=now)
    except TooManyRequestsException as error:
        return rates.refusal(request, {"pool": pool, "client": attempt.client}, error)
    if attempt.linking_user is not None:
        return _link(request, pool, attempt, answer, now=now)
    try:
        asked = authorization_requests.read(pool, attempt.request)
    except NobodyToTell as error:
        return tell_person(request, pool, error)
    except RequestRefused as refused:
        return AppRedirect(refused.location)
    if attempt.provider.name not in offered_providers(asked.client):
        # Taken from the client meanwhile.
        return tell_person(request, pool, NobodyToTell("provider_not_offered", client_id=asked.client.pk))
    try:
        identity = _identify(request, attempt, answer)
        return sign_in(request, asked, identity, now=now)
    except ProviderFailed as failed:
        _log(attempt, failed)
        return AppRedirect(authorization.refusal(asked, OAuthError(errors.INVALID_REQUEST, failed.shown)))
    except OAuthError as error:
        return AppRedirect(authorization.refusal(asked, error))


def sign_in(
    request: HttpRequest, asked: AuthorizationRequest, identity: ExternalIdentity, *, now: datetime.datetime
) -> HttpResponse:
    """Sign in the person of an identity, or ask them whether it belongs to an account they have.

    Raises:
        OAuthError: refused; the client is to be told.
    """
    result = federation.sign_in(asked.client, identity, origin=pages.origin_of(request), now=now)
    if isinstance(result, LinkOffered):
        response = HttpResponseRedirect(addresses.page(request, asked.pool.pk, "linkAccount", asked.query))
        linking.hold(request, response, asked, identity, result.mapped, now=now)
        return response
    return completion.complete(
        request, asked, result, provider=identity.provider.name, saml_session=identity.saml_session, now=now
    )


def _identify(request: HttpRequest, attempt: FederationAttempt, answer: Mapping[str, str]) -> ExternalIdentity:
    provider = attempt.provider
    if "SAMLResponse" in answer:
        from cognito_auth.social.saml import responses

        request_id = attempts.kept_in(attempt)["request_id"]
        return responses.identify(request, provider, answer["SAMLResponse"], request_id=request_id, now=timezone.now())
    issuer = provider.details.get("oidc_issuer")
    # Another provider's answer (RFC 9207, 2.4); one that has to say whose it is and does not is told later.
    if answer.get("iss") and issuer and answer["iss"].rstrip("/") != issuer.rstrip("/"):
        raise ProviderFailed(f"{provider.name} Error", "The answer is of another issuer.")
    return dialect_of(provider).identify(
        request,
        provider,
        callback=addresses.absolute(request, attempt.pool_id, CALLBACK),
        answer=answer,
        kept=attempts.kept_in(attempt),
    )


def _link(
    request: HttpRequest,
    pool: UserPool,
    attempt: FederationAttempt,
    answer: Mapping[str, str],
    *,
    now: datetime.datetime,
) -> HttpResponse:
    """Link the identity to the account of the person who began, if they are still signed in."""
    outcome = "linked"
    session = browser_sessions.find(pool, request.COOKIES.get(cookies.SESSION), now=now)
    if session is None or session.user.pk != attempt.linking_user_id:
        return HttpResponseRedirect(addresses.page(request, pool.pk, "account", urlencode({"identity": "expired"})))
    try:
        identity = _identify(request, attempt, answer)
        linked_identities.link(session.user, attempt.provider, identity.subject, now=now)
    except ProviderFailed as failed:
        _log(attempt, failed)
        outcome = "failed"
    except (CognitoError, OAuthError) as error:
        logger.info("An identity was not linked: user_pool=%s user=%s: %s", pool.pk, session.user.sub, error)
        outcome = "taken" if isinstance(error, CognitoError) else "failed"
    return HttpResponseRedirect(addresses.page(request, pool.pk, "account", urlencode({"identity": outcome})))


def _log(attempt: FederationAttempt, failed: ProviderFailed) -> None:
    logger.warning("A provider failed: user_pool=%s provider=%s: %s", attempt.pool_id, attempt.provider.name, failed)
