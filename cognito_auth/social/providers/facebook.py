"""Facebook: a profile of the Graph API, of the provider's version and with as many fields as are mapped.

E-mail addresses are not vouched for. allauth knows one version of the Graph API for the whole project.
"""

from collections.abc import Mapping
from typing import Any

from allauth.socialaccount.providers.facebook.flows import compute_appsecret_proof
from allauth.socialaccount.providers.facebook.provider import FacebookProvider

from cognito_auth.services.federation.identity import ExternalIdentity
from cognito_auth.services.identity_providers import attribute_mapping
from cognito_auth.social import egress
from cognito_auth.social.providers.oauth2 import OAuth2Dialect, RawClaims, Redeemed


class _Provider(RawClaims, FacebookProvider):  # type: ignore[misc]
    pass


class Facebook(OAuth2Dialect):
    """``Facebook``."""

    provider_class = _Provider

    def point(self, adapter: Any, known: Mapping[str, str]) -> None:
        """Speak with the version of the Graph API that the provider is set to."""
        adapter.authorize_url, adapter.access_token_url = known["authorize_url"], known["token_url"]

    def identity(self, redeemed: Redeemed) -> ExternalIdentity:
        """Return the profile."""
        token = redeemed.adapter.parse_token(redeemed.given)
        # The Graph API gives what is asked for by name only.
        fields = {attribute_mapping.subject_claim(redeemed.provider), *redeemed.provider.attribute_mapping.values()}
        response = egress.session_for(redeemed.provider).get(
            f"{redeemed.known['attributes_url']}{','.join(sorted(fields))}",
            params={"access_token": token.token, "appsecret_proof": compute_appsecret_proof(redeemed.app, token)},
        )
        response.raise_for_status()
        return redeemed.identity(user_info=response.json())
