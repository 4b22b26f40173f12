"""An identity at a provider that waits until the person has signed in to the account it may belong to."""

import datetime
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from cognito_auth.exceptions import CognitoError
from cognito_auth.models import AbstractCognitoUser, UserPool, UserPoolClient
from cognito_auth.services.federation import attempts, saml_sessions, sign_in
from cognito_auth.services.federation.identity import ExternalIdentity
from cognito_auth.services.federation.saml_sessions import SamlSession
from cognito_auth.services.identity_providers import attribute_mapping
from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest
from cognito_auth.services.oauth.errors import OAuthError
from cognito_auth.web import cookies

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Held:
    """An identity that waits, with the attributes that its sign-in writes."""

    identity: ExternalIdentity
    mapped: Mapping[str, str]


def hold(
    request: HttpRequest,
    response: HttpResponse,
    asked: AuthorizationRequest,
    identity: ExternalIdentity,
    mapped: Mapping[str, str],
    *,
    now: datetime.datetime,
) -> None:
    """Keep ``identity`` for this browser; of what the provider told only what is mapped."""
    provider, theirs = identity.provider, identity.saml_session
    names = {attribute_mapping.subject_claim(provider), *provider.attribute_mapping.values()}
    claims = {name: identity.claims[name] for name in names if name in identity.claims}
    kept = {"claims": claims, "mapped": dict(mapped), "saml_session": "" if theirs is None else theirs.as_text()}
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
    attempts.answer(attempts.find(asked.pool, state, browser=browser, now=now), kept, now=now)
    cookies.set_browser(request, response, asked.pool.pk, browser)
    cookies.set_link(request, response, asked.pool.pk, state)


def take(request: HttpRequest, pool: UserPool, *, now: datetime.datetime) -> Held | None:
    """Return the identity that waits with this browser, once, or ``None``."""
    state = request.COOKIES.get(cookies.LINK)
    if not state:
        return None
    try:
        attempt, kept = attempts.claim(pool, state, request.COOKIES.get(cookies.BROWSER), now=now)
    except OAuthError:
        return None
    theirs = saml_sessions.read(kept.get("saml_session", ""))
    identity = ExternalIdentity(attempt.provider, kept.get("claims", {}), saml_session=theirs)
    return Held(identity, kept.get("mapped", {}))


def accept(
    request: HttpRequest, client: UserPoolClient, user: AbstractCognitoUser, *, now: datetime.datetime
) -> SamlSession | None:
    """Link what waits with this browser to ``user``, who has just signed in, if it was offered for them.

    Return what a SAML provider knows its session by, which ends along with the person's own.
    """
    held = take(request, client.pool, now=now)
    if held is None:
        return None
    try:
        sign_in.accept_offer(client, held.identity, user, held.mapped, now=now)
    except (CognitoError, OAuthError) as error:
        # They are signed in all the same; the offer comes again with the next sign-in there.
        logger.info("An identity was not linked: user_pool=%s user=%s: %s", client.pool_id, user.sub, error)
        return None
    return held.identity.saml_session
