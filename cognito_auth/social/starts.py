"""The way to a provider: an attempt is noted, and the browser sent there."""

import datetime
import secrets
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.http import HttpRequest, HttpResponse

from cognito_auth.choices import IdentityProviderType
from cognito_auth.models import AbstractCognitoUser, IdentityProvider, UserPoolClient
from cognito_auth.services.federation import attempts
from cognito_auth.social.providers import dialect_of
from cognito_auth.social.providers.oauth2 import ProviderFailed
from cognito_auth.web import addresses, cookies
from cognito_auth.web.requests import AppRedirect

CALLBACK = "oauth2/idpresponse"
_BYTES = 48


def _saml() -> Any:
    """Return what speaks SAML.

    Raises:
        ProviderFailed: the extra is not installed.
    """
    if find_spec("onelogin") is None:
        raise ProviderFailed("SAML is not available", "SAML needs the extra: pip install 'django-cognito-auth[saml]'")
    return import_module("cognito_auth.social.saml.requests")


def begin(
    request: HttpRequest,
    client: UserPoolClient,
    provider: IdentityProvider,
    *,
    query: str = "",
    wishes: dict[str, str] | None = None,
    linking_user: AbstractCognitoUser | None = None,
    now: datetime.datetime,
) -> HttpResponse:
    """Send the browser to ``provider``; ``query`` is the authorization request that goes on afterwards.

    Raises:
        ProviderFailed: its addresses cannot be found out.
    """
    if provider.type == IdentityProviderType.SAML:
        begins: Callable[..., HttpResponse] = _saml().begin
        return begins(request, client, provider, query=query, wishes=wishes, linking_user=linking_user, now=now)
    browser = request.COOKIES.get(cookies.BROWSER) or attempts.new_browser()
    kept = {"nonce": secrets.token_urlsafe(_BYTES), "code_verifier": secrets.token_urlsafe(_BYTES)}
    if wishes and wishes.get("max_age"):
        kept["max_age"] = wishes["max_age"]
    state = attempts.begin(
        client, provider, request=query, browser=browser, kept=kept, linking_user=linking_user, now=now
    )
    location = dialect_of(provider).address(
        request,
        provider,
        callback=addresses.absolute(request, client.pool_id, CALLBACK),
        state=state,
        kept=kept,
        wishes=wishes or {},
    )
    response = AppRedirect(location)
    cookies.set_browser(request, response, client.pool_id, browser)
    return response
