"""Which claim of a provider becomes which attribute of the pool: ``{attribute: claim}``.

``username`` stands for what the provider calls a person by. Immutable attributes may be targets, as
in the API; they are written at the first sign-in only.
Source: AWS "Specifying identity provider attribute mappings for your user pool".
"""

from collections.abc import Mapping
from types import MappingProxyType

from cognito_auth import reasons
from cognito_auth.choices import IdentityProviderType
from cognito_auth.models import IdentityProvider, UserPool
from cognito_auth.services.attributes import schema
from cognito_auth.services.attributes.standard import SUB
from cognito_auth.services.identity_providers.details import SOCIAL_TYPES

USERNAME = "username"
NAME_ID = "NameID"
# The claim by which a provider of each type knows a person.
SUBJECT_CLAIMS: Mapping[str, str] = MappingProxyType(
    {
        IdentityProviderType.GOOGLE: "sub",
        IdentityProviderType.FACEBOOK: "id",
        IdentityProviderType.LOGIN_WITH_AMAZON: "user_id",
        IdentityProviderType.SIGN_IN_WITH_APPLE: "sub",
        IdentityProviderType.OIDC: "sub",
        IdentityProviderType.SAML: NAME_ID,
    }
)
_MAX_CLAIM_LENGTH = 2048


def checked(pool: UserPool, provider_type: str, given: Mapping[str, str]) -> dict[str, str]:
    """Return the mapping to store, with the type's claim for ``username`` where none is given.

    SAML providers get none by default: a person's name there is always that of the assertion.

    Raises:
        InvalidParameterException: an attribute that the pool does not have or nobody can write, an
            empty claim, or another subject for a social provider.
    """
    pool_schema = schema.of(pool)
    for name, claim in given.items():
        if name != USERNAME and (name == SUB or name not in pool_schema):
            raise reasons.INVALID_ATTRIBUTE_MAPPING(problem=f"{name}: Attribute does not exist in the schema.")
        if not claim or len(claim) > _MAX_CLAIM_LENGTH or "\x00" in claim:
            raise reasons.INVALID_ATTRIBUTE_MAPPING(problem=f"{name}: The name of a claim has 1 to 2048 characters.")
    default = SUBJECT_CLAIMS[provider_type]
    if provider_type in SOCIAL_TYPES and given.get(USERNAME, default) != default:
        raise reasons.INVALID_ATTRIBUTE_MAPPING(
            problem=f"username: {provider_type} providers know people by {default} only."
        )
    if provider_type == IdentityProviderType.SAML:
        return dict(given)
    return {USERNAME: default, **given}


def subject_claim(provider: IdentityProvider) -> str:
    """Return the claim that tells who a person is at the provider."""
    claim: str = provider.attribute_mapping.get(USERNAME) or SUBJECT_CLAIMS[provider.type]
    return claim
