"""Login with Amazon: a profile."""

from allauth.socialaccount.providers.amazon.provider import AmazonProvider

from cognito_auth.social.providers.oauth2 import OAuth2Dialect, RawClaims


class _Provider(RawClaims, AmazonProvider):  # type: ignore[misc]
    pass


class LoginWithAmazon(OAuth2Dialect):
    """``LoginWithAmazon``."""

    provider_class = _Provider
