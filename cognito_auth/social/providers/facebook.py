"""Facebook: a profile of the Graph API, with as many fields as are mapped. E-mail addresses are not vouched for."""

from typing import Any

from allauth.socialaccount.providers.facebook.provider import FacebookProvider

from cognito_auth.social.providers.oauth2 import OAuth2Dialect, RawClaims


class _Provider(RawClaims, FacebookProvider):  # type: ignore[misc]
    def get_fields(self) -> Any:
        """Ask for what pools usually map."""
        return ["id", "email", "name", "first_name", "middle_name", "last_name", "picture"]


class Facebook(OAuth2Dialect):
    """``Facebook``."""

    provider_class = _Provider
