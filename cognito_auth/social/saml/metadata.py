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


def at_hand(provider: IdentityProvider) -> SamlMetadata | None:
    """Return what the provider's metadata says, or ``None`` if it would have to be fetched or is none."""
    document = _kept(provider)
    if document is None:
        return None
    try:
        return saml_metadata.read(document)
    except CognitoError:
        return None


def _kept(provider: IdentityProvider) -> str | None:
    if "MetadataFile" in provider.details:
        return str(provider.details["MetadataFile"])
    document: str | None = caches[settings.cache].get(_cache_key(provider))
    return document


def _cache_key(provider: IdentityProvider) -> str:
    return f"cognito_auth:saml_metadata:{crypto.digest(str(provider.details['MetadataURL']))}"


def _document(provider: IdentityProvider) -> str:
    document = _kept(provider)
    if document is not None:
        return document
    address = str(provider.details["MetadataURL"])
    try:
        response = egress.session_for(provider).get(address)
        response.raise_for_status()
    except requests.RequestException as error:
        raise ProviderFailed(f"{provider.name} Error", f"Its metadata: {type(error).__name__}") from None
    # Bytes say their encoding themselves; what is not text is no metadata.
    document = response.content.decode("utf-8", "replace")
    saml_metadata.read(document)
    caches[settings.cache].set(_cache_key(provider), document, _SECONDS)
    return document
