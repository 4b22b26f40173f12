"""What a provider's administrator enters there to set a user pool up.

Source: AWS "Configuring your third-party SAML identity provider", "Using social identity providers with a user pool".
"""

from cognito_auth.models import UserPool


def entity_id(pool: UserPool) -> str:
    """Return what SAML providers know the pool by."""
    return f"urn:amazon:cognito:sp:{pool.pk}"
