"""What is particular to each type of provider: one file for each.

==========================  ================================================================
``oauth2``                  what all have in common, by django-allauth's clients
``google``                  signed ID token
``facebook``                profile of the Graph API
``login_with_amazon``       profile
``sign_in_with_apple``      signed ID token; answers by a POST, tells the name once
``openid_connect``          any OpenID provider: discovery, signed ID token, user information
==========================  ================================================================
"""

from cognito_auth.choices import IdentityProviderType
from cognito_auth.models import IdentityProvider
from cognito_auth.social.providers.facebook import Facebook
from cognito_auth.social.providers.google import Google
from cognito_auth.social.providers.login_with_amazon import LoginWithAmazon
from cognito_auth.social.providers.oauth2 import OAuth2Dialect
from cognito_auth.social.providers.openid_connect import OpenIdConnect
from cognito_auth.social.providers.sign_in_with_apple import SignInWithApple

_DIALECTS: dict[str, OAuth2Dialect] = {
    IdentityProviderType.GOOGLE: Google(),
    IdentityProviderType.FACEBOOK: Facebook(),
    IdentityProviderType.LOGIN_WITH_AMAZON: LoginWithAmazon(),
    IdentityProviderType.SIGN_IN_WITH_APPLE: SignInWithApple(),
    IdentityProviderType.OIDC: OpenIdConnect(),
}


def dialect_of(provider: IdentityProvider) -> OAuth2Dialect:
    """Return how to speak with a provider that is not of SAML."""
    return _DIALECTS[provider.type]
