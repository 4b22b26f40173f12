"""The way to a SAML provider: an authentication request by redirect, signed where the provider wants it.

Source: SAML 2.0 Profiles 4.1.3, Bindings 3.4.
"""

import datetime

from django.http import HttpRequest, HttpResponse
from onelogin.saml2.authn_request import OneLogin_Saml2_Authn_Request
from onelogin.saml2.errors import OneLogin_Saml2_Error

from cognito_auth.models import AbstractCognitoUser, IdentityProvider, UserPoolClient
from cognito_auth.services.federation import attempts
from cognito_auth.social.providers.oauth2 import ProviderFailed
from cognito_auth.social.saml import metadata, toolkit
from cognito_auth.web import addresses, cookies
from cognito_auth.web.requests import AppRedirect

ACS = "saml2/idpresponse"
SLO = "saml2/logout"


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
        ProviderFailed: its metadata cannot be had.
    """
    acs = addresses.absolute(request, client.pool_id, ACS)
    known = toolkit.settings_of(
        provider, metadata.of(provider), acs=acs, slo=addresses.absolute(request, client.pool_id, SLO), now=now
    )
    try:
        auth = toolkit.auth(known, acs)
        is_fresh = "login" in (wishes or {}).get("prompt", "").split()
        asked = OneLogin_Saml2_Authn_Request(auth.get_settings(), force_authn=is_fresh)
        browser = request.COOKIES.get(cookies.BROWSER) or attempts.new_browser()
        state = attempts.begin(
            client,
            provider,
            request=query,
            browser=browser,
            kept={"request_id": asked.get_id()},
            linking_user=linking_user,
            now=now,
        )
        parameters = {"SAMLRequest": asked.get_request(), "RelayState": state}
        if known["security"]["authnRequestsSigned"]:
            auth.add_request_signature(parameters, known["security"]["signatureAlgorithm"])
        location = auth.redirect_to(auth.get_sso_url(), parameters)
    except OneLogin_Saml2_Error as error:
        raise ProviderFailed(f"{provider.name} Error", str(error)) from None
    response = AppRedirect(location)
    cookies.set_browser(request, response, client.pool_id, browser)
    return response
