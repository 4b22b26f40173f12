"""Google: an ID token, whose signature allauth's adapter checks with Google's keys."""

import hmac
from collections.abc import Mapping
from typing import Any

from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.google.provider import GoogleProvider
from django.http import HttpRequest

from cognito_auth.models import IdentityProvider
from cognito_auth.services.federation.identity import ExternalIdentity
from cognito_auth.social.providers.oauth2 import OAuth2Dialect, ProviderFailed, RawClaims, identity_of


class _Provider(RawClaims, GoogleProvider):  # type: ignore[misc]
    pass


class Google(OAuth2Dialect):
    """``Google``."""

    provider_class = _Provider

    def wishes(self, wishes: Mapping[str, str]) -> dict[str, str]:
        """Google knows whom to offer, and whether to ask."""
        return {name: wishes[name] for name in ("login_hint", "prompt") if wishes.get(name)}

    def identity(
        self,
        request: HttpRequest,
        provider: IdentityProvider,
        adapter: Any,
        app: SocialApp,
        known: Mapping[str, str],
        given: Mapping[str, Any],
        answer: Mapping[str, str],
        kept: Mapping[str, str],
    ) -> ExternalIdentity:
        """Return the claims of the ID token."""
        if not given.get("id_token"):
            raise ProviderFailed("Google Error", "No ID token.")
        # As if it had come through the browser: then the signature is checked.
        adapter.did_fetch_access_token = False
        claims = adapter.complete_login(request, app, adapter.parse_token(given), response=given)
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), kept["nonce"].encode()):
            raise ProviderFailed("Google Error", "An ID token of another sign-in.")
        return identity_of(provider, given, id_token=claims)
