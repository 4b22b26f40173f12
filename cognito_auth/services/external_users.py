"""Accounts that sign in elsewhere: what they cannot do here.

Their password and further factors are the provider's. Source: AWS "Third-party IdP sign-in",
"Linking federated users to an existing user profile".
"""

from cognito_auth import reasons
from cognito_auth.choices import UserStatus
from cognito_auth.models import AbstractCognitoUser


def is_external(user: AbstractCognitoUser) -> bool:
    """Tell whether the account signs in with a provider only."""
    return user.status == UserStatus.EXTERNAL_PROVIDER


def refuse(user: AbstractCognitoUser) -> None:
    """Refuse passwords, factors, passkeys and devices to an account that signs in elsewhere.

    Raises:
        NotAuthorizedException: it does.
    """
    if is_external(user):
        raise reasons.EXTERNAL_USER()
