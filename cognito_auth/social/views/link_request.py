"""``/<pool id>/oauth2/linkrequest``: to a provider, to link the person's account there to the one here.

The account page sends the form. Back from the provider, ``idp_response`` links, if the same person is still
signed in with this browser.
"""

import logging
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST

from cognito_auth.exceptions import NotFoundError, TooManyRequestsException
from cognito_auth.models import BrowserSession, IdentityProvider, UserPool, UserPoolClient
from cognito_auth.models.browser_sessions import NATIVE
from cognito_auth.services import user_pool_clients
from cognito_auth.services.identity_providers import records
from cognito_auth.services.oauth import browser_sessions
from cognito_auth.services.oauth.authorization_requests import has_account_page, offered_providers
from cognito_auth.services.oauth.errors import NobodyToTell
from cognito_auth.social import starts
from cognito_auth.social.providers.oauth2 import ProviderFailed
from cognito_auth.web import addresses, cookies, pages, rates
from cognito_auth.web.requests import of_pool, tell_person

logger = logging.getLogger(__name__)

_TEMPLATE = "cognito_auth/social/leaving.html"
_SECTION = "account/identities"


@require_POST
@csrf_protect
@of_pool
def link_request(request: HttpRequest, pool: UserPool) -> HttpResponse:
    """Note the way for the person of the session and send the browser to the provider."""
    now = timezone.now()
    session = browser_sessions.find(pool, request.COOKIES.get(cookies.SESSION), now=now)
    client = None if session is None else _client(pool, session)
    if session is None or client is None or not browser_sessions.is_fresh(session, now=now):
        # There the person signs in, or proves again who they are.
        return HttpResponseRedirect(addresses.page(request, pool.pk, _SECTION), status=303)
    provider = _provider(client, request.POST.get("provider", ""))
    if provider is None:
        return tell_person(request, pool, NobodyToTell("provider_not_offered", client_id=client.pk))
    try:
        rates.check(request, client, "user_authentication", now=now)
        leaving = starts.begin(request, client, provider, linking_user=session.user, now=now)
    except ProviderFailed as failed:
        logger.warning("A provider failed: user_pool=%s provider=%s: %s", pool.pk, provider.name, failed)
        query = urlencode({"identity": "failed"})
        return HttpResponseRedirect(addresses.page(request, pool.pk, "account", query), status=303)
    except TooManyRequestsException as error:
        values = {"pool": pool, "client": client, "error": "too_many_requests"}
        response = pages.render(request, pages.ERROR_TEMPLATE, values, status=429)
        response["Retry-After"] = str(error.values["retry_after_seconds"])
        return response
    return _leave(request, client, provider, leaving)


def _client(pool: UserPool, session: BrowserSession) -> UserPoolClient | None:
    try:
        client = user_pool_clients.get(session.client_id or "", pool=pool)
    except NotFoundError:
        return None
    return client if has_account_page(client) else None


def _provider(client: UserPoolClient, name: str) -> IdentityProvider | None:
    """Return the provider elsewhere with this name, if the client offers it."""
    if name == NATIVE or name not in offered_providers(client):
        return None
    try:
        return records.get(client.pool, name)
    except NotFoundError:
        return None


def _leave(
    request: HttpRequest, client: UserPoolClient, provider: IdentityProvider, leaving: HttpResponse
) -> HttpResponse:
    """Return a page that goes to the provider by itself, with the cookies of the way there.

    Not a redirect: the policy of the page with the form lets no form end at another site, and browsers follow
    all redirects of a provider with that rule.
    """
    values = {"pool": client.pool, "client": client, "provider": provider.name, "location": leaving["Location"]}
    response = pages.render(request, _TEMPLATE, {**values, "languages": ()})
    response.cookies.update(leaving.cookies)
    return response
