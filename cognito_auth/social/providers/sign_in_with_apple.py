"""Sign in with Apple: a client secret signed with a key of one's own, an answer by POST, a signed ID token.

The name comes along with the very first answer only, in a field ``user`` that nobody signs.
"""

import hmac
import json
from collections.abc import Mapping
from typing import Any

from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.apple.provider import AppleProvider
from allauth.socialaccount.providers.apple.views import AppleOAuth2Adapter

from cognito_auth.models import IdentityProvider
from cognito_auth.services.federation.identity import ExternalIdentity
from cognito_auth.services.identity_providers import details
from cognito_auth.social.providers.oauth2 import OAuth2Dialect, ProviderFailed, RawClaims, Redeemed

_NAMES = ("firstName", "lastName")
_MAX_NAME = 256


class _Provider(RawClaims, AppleProvider):  # type: ignore[misc]
    pass


class SignInWithApple(OAuth2Dialect):
    """``SignInWithApple``."""

    provider_class = _Provider

    def app(self, provider: IdentityProvider, known: Mapping[str, str]) -> SocialApp:
        """Return the app in allauth's terms: the key's id is its secret, the team its key."""
        return SocialApp(
            provider=AppleProvider.id,
            provider_id=f"{provider.pool_id}:{provider.name}",
            name=provider.name,
            client_id=known["client_id"],
            secret=known["key_id"],
            key=known["team_id"],
            settings={
                "scope": details.scopes_in(known["authorize_scopes"]),
                "certificate_key": details.as_pem(known["private_key"]),
            },
        )

    def identity(self, redeemed: Redeemed) -> ExternalIdentity:
        """Return the claims of the ID token, with the name if it came along."""
        theirs = redeemed.adapter.get_provider()
        claims: dict[str, Any] = AppleOAuth2Adapter.get_verified_identity_data(theirs, redeemed.given["id_token"])
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), redeemed.kept["nonce"].encode()):
            raise ProviderFailed("SignInWithApple Error", "An ID token of another sign-in.")
        return redeemed.identity(id_token={**_name_in(redeemed.answer.get("user", "")), **claims})


def _name_in(user: str) -> dict[str, str]:
    try:
        name = json.loads(user).get("name") if user else None
    except (ValueError, AttributeError):
        name = None
    if not isinstance(name, dict):
        return {}
    return {key: name[key][:_MAX_NAME] for key in _NAMES if isinstance(name.get(key), str)}
