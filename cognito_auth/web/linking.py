"""An identity at a provider that waits until the person has signed in to the account it may belong to."""

import datetime
import logging

from django.http import HttpRequest, HttpResponse

from cognito_auth.exceptions import CognitoError
from cognito_auth.models import AbstractCognitoUser, UserPool, UserPoolClient
from cognito_auth.services.federation import attempts, sign_in
from cognito_auth.services.federation.identity import ExternalIdentity
from cognito_auth.services.identity_providers import attribute_mapping
from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest
from cognito_auth.services.oauth.errors import OAuthError
from cognito_auth.web import cookies

logger = logging.getLogger(__name__)


def hold(
    request: HttpRequest,
    response: HttpResponse,
    asked: AuthorizationRequest,
    identity: ExternalIdentity,
    *,
    now: datetime.datetime,
) -> None:
    """Keep ``identity`` for this browser; of what the provider told only what is mapped."""
    provider = identity.provider
    names = {attribute_mapping.subject_claim(provider), *provider.attribute_mapping.values()}
    claims = {name: identity.claims[name] for name in names if name in identity.claims}
    browser = request.COOKIES.get(cookies.BROWSER) or attempts.new_browser()
    state = attempts.begin(
        asked.client,
        provider,
        request=asked.query,
        browser=browser,
        kept={},
        life=attempts.OFFER_LIFE,
        now=now,
    )
    attempts.answer(attempts.find(asked.pool, state, browser=browser, now=now), {"claims": claims}, now=now)
    cookies.set_browser(request, response, asked.pool.pk, browser)
    cookies.set_link(request, response, asked.pool.pk, state)


def take(request: HttpRequest, pool: UserPool, *, now: datetime.datetime) -> ExternalIdentity | None:
    """Return the identity that waits with this browser, once, or ``None``."""
    state = request.COOKIES.get(cookies.LINK)
    if not state:
        return None
    try:
        attempt, response = attempts.claim(pool, state, request.COOKIES.get(cookies.BROWSER), now=now)
    except OAuthError:
        return None
    return ExternalIdentity(attempt.provider, response.get("claims", {}))


def finish(
    request: HttpRequest,
    response: HttpResponse,
    client: UserPoolClient,
    user: AbstractCognitoUser,
    *,
    now: datetime.datetime,
) -> None:
    """Link what waits with this browser to ``user``, who has just signed in, if it was offered for them."""
    identity = take(request, client.pool, now=now)
    if identity is not None:
        try:
            sign_in.accept_offer(client, identity, user, now=now)
        except (CognitoError, OAuthError) as error:
            # They are signed in all the same; the offer comes again with the next sign-in there.
            logger.info("An identity was not linked: user_pool=%s user=%s: %s", client.pool_id, user.sub, error)
    cookies.delete(request, response, client.pool_id, cookies.LINK)
