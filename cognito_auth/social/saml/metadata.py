"""The metadata of a SAML provider: the document that was uploaded, or that of its address, kept for six hours."""

import requests
from django.core.cache import caches

from cognito_auth import crypto
from cognito_auth.conf import settings
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import IdentityProvider
from cognito_auth.services.identity_providers import saml_metadata
from cognito_auth.services.identity_providers.saml_metadata import SamlMetadata
from cognito_auth.social import egress
from cognito_auth.social.providers.oauth2 import ProviderFailed

_SECONDS = 6 * 3600


def of(provider: IdentityProvider) -> SamlMetadata:
    """Return what the provider's metadata says.

    Raises:
        ProviderFailed: it cannot be had or read.
    """
    try:
        return saml_metadata.read(_document(provider))
    except CognitoError as error:
        raise ProviderFailed(f"{provider.name} Error", error.message) from None


def _document(provider: IdentityProvider) -> str:
    if "MetadataFile" in provider.details:
        return str(provider.details["MetadataFile"])
    address = str(provider.details["MetadataURL"])
    cache, name = caches[settings.cache], f"cognito_auth:saml_metadata:{crypto.digest(address)}"
    document: str | None = cache.get(name)
    if document is not None:
        return document
    try:
        response = egress.session_for(provider).get(address)
        response.raise_for_status()
    except requests.RequestException as error:
        raise ProviderFailed(f"{provider.name} Error", f"Its metadata: {type(error).__name__}") from None
    # Bytes say their encoding themselves; what is not text is no metadata.
    document = response.content.decode("utf-8", "replace")
    saml_metadata.read(document)
    cache.set(name, document, _SECONDS)
    return document
