"""Ending the session at a SAML provider along with ours, where its setting ``IDPSignout`` says so.

Our session ends first and at all events; what the provider answers decides nothing any more.
Source: SAML 2.0 Profiles 4.4; AWS "Signing out SAML users with single sign-out".
"""

import datetime

from django.http import HttpRequest, HttpResponse
from onelogin.saml2.errors import OneLogin_Saml2_Error

from cognito_auth.models import IdentityProvider, UserPoolClient
from cognito_auth.services.federation import attempts
from cognito_auth.services.federation.saml_sessions import SamlSession
from cognito_auth.social.providers.oauth2 import ProviderFailed
from cognito_auth.social.saml import metadata, toolkit
from cognito_auth.social.saml.requests import ACS, SLO
from cognito_auth.web import addresses
from cognito_auth.web.requests import AppRedirect

# Tells ways to the provider to sign out from those to sign in.
SIGN_OUT = "sign_out"


def begin(
    request: HttpRequest,
    client: UserPoolClient,
    provider: IdentityProvider,
    theirs: SamlSession,
    *,
    query: str,
    now: datetime.datetime,
) -> HttpResponse:
    """Send the browser to the provider to end its session; ``query`` is that of the sign-out that goes on.

    Raises:
        ProviderFailed: it has no address for that, or its metadata cannot be had.
    """
    slo = addresses.absolute(request, client.pool_id, SLO)
    found = metadata.of(provider)
    if not found.slo_url:
        raise ProviderFailed(f"{provider.name} Error", "Its metadata has no SingleLogoutService.")
    acs = addresses.absolute(request, client.pool_id, ACS)
    known = toolkit.settings_of(provider, found, acs=acs, slo=slo, now=now)
    state = attempts.begin(
        client, provider, request=query, browser=attempts.new_browser(), kept={SIGN_OUT: True}, now=now
    )
    try:
        location = toolkit.auth(known, slo).logout(
            return_to=state,
            name_id=theirs.name_id,
            session_index=theirs.index,
            nq=theirs.qualifier,
            name_id_format=theirs.name_format,
            spnq=theirs.sp_qualifier,
        )
    except OneLogin_Saml2_Error as error:
        raise ProviderFailed(f"{provider.name} Error", str(error)) from None
    return AppRedirect(location)
