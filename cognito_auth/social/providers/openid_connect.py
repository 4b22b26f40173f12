"""Any OpenID provider: its endpoints, a signed ID token, user information. Source: OpenID Connect Core 3.1, 5.3."""

import time
from collections.abc import Mapping
from typing import Any

import requests
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.http import HttpRequest

from cognito_auth.models import IdentityProvider
from cognito_auth.services.federation.identity import ExternalIdentity
from cognito_auth.social import discovery, egress, id_tokens
from cognito_auth.social.discovery import Endpoints
from cognito_auth.social.providers.oauth2 import OAuth2Dialect, ProviderFailed, RawClaims, Redeemed


class _Provider(RawClaims, OpenIDConnectProvider):  # type: ignore[misc]
    pass


class _Adapter:
    """In place of allauth's, which checks neither signature nor nonce and knows discovered endpoints only."""

    def __init__(self, request: HttpRequest, app: SocialApp, callback: str, endpoints: Endpoints) -> None:
        self.request = request
        self.app = app
        self.callback = callback
        self.endpoints = endpoints
        self.authorize_url = endpoints.authorize

    def get_client(self, request: HttpRequest, app: SocialApp) -> OAuth2Client:
        """Return allauth's client."""
        return OAuth2Client(
            request,
            app.client_id,
            app.secret,
            "POST",
            self.endpoints.token,
            self.callback,
            basic_auth=self.endpoints.is_basic and bool(app.secret),
        )


class OpenIdConnect(OAuth2Dialect):
    """``OIDC``."""

    provider_class = _Provider

    def adapter(self, request: HttpRequest, app: SocialApp, callback: str) -> Any:
        """Return an adapter for the provider's endpoints."""
        from cognito_auth.social.adapter import current

        speaking = current.get()
        assert speaking is not None
        provider = speaking[0]
        try:
            endpoints = discovery.endpoints_of(provider.details, egress.session_for(provider))
        except discovery.NotDiscovered as error:
            raise ProviderFailed(f"{provider.name} Error", str(error)) from None
        return _Adapter(request, app, callback, endpoints)

    def redeem(
        self, adapter: Any, client: Any, answer: Mapping[str, str], kept: Mapping[str, str]
    ) -> Mapping[str, Any]:
        """Return the token response, for an answer that says whose it is where the provider says that it does.

        Source: RFC 9207 2.4; the provider that the code is sent to may be another than gave it.
        """
        if adapter.endpoints.names_issuer and not answer.get("iss"):
            raise ProviderFailed(f"{adapter.app.name} Error", "The answer does not say of which issuer it is.")
        return super().redeem(adapter, client, answer, kept)

    def wishes(self, wishes: Mapping[str, str]) -> dict[str, str]:
        """OpenID providers know them all."""
        return {name: value for name, value in wishes.items() if value}

    def identity(self, redeemed: Redeemed) -> ExternalIdentity:
        """Return the claims of the ID token and the user information, which are of one person."""
        endpoints: Endpoints = redeemed.adapter.endpoints
        session = egress.session_for(redeemed.provider)
        try:
            claims = id_tokens.verified(
                str(redeemed.given.get("id_token", "")),
                session=session,
                jwks_uri=endpoints.jwks,
                issuers=(endpoints.issuer,),
                client_id=redeemed.app.client_id,
                client_secret=redeemed.app.secret,
                nonce=redeemed.kept["nonce"],
            )
        except id_tokens.BadIdToken as error:
            raise ProviderFailed(f"{redeemed.provider.name} Error", str(error)) from None
        if "max_age" in redeemed.kept:
            _check_age(redeemed.provider, claims, int(redeemed.kept["max_age"]))
        user_info = None
        if endpoints.userinfo:
            user_info = _user_info(session, endpoints.userinfo, str(redeemed.given["access_token"]), redeemed.known)
            # Tokens could be swapped on the way to it (OpenID Connect Core 5.3.2).
            if user_info.get("sub") != claims["sub"]:
                raise ProviderFailed(f"{redeemed.provider.name} Error", "The user information is of somebody else.")
        return redeemed.identity(id_token=claims, user_info=user_info)


def _check_age(provider: IdentityProvider, claims: Mapping[str, Any], max_age: int) -> None:
    """Refuse a sign-in there that is older than was asked for, where the provider says when it was.

    Source: OpenID Connect Core 3.1.3.7, 13.
    """
    moment = claims.get("auth_time")
    if isinstance(moment, int) and time.time() - moment > max_age + id_tokens.LEEWAY_SECONDS:
        raise ProviderFailed(f"{provider.name} Error", "The sign-in there is older than was asked for.")


def _user_info(session: requests.Session, address: str, token: str, known: Mapping[str, str]) -> dict[str, Any]:
    method = known.get("attributes_request_method", "GET")
    response = session.request(method, address, headers={"Authorization": f"Bearer {token}"})
    response.raise_for_status()
    told = response.json()
    if not isinstance(told, dict):
        raise OAuth2Error("The user information is no object.")
    return told
