"""python3-saml's settings of a provider and a pool, and requests in its form."""

import datetime
from typing import Any
from urllib.parse import urlsplit

from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.constants import OneLogin_Saml2_Constants
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from cognito_auth.models import IdentityProvider, SigningCertificate, UserPool
from cognito_auth.services import signing_certificates
from cognito_auth.services.identity_providers.saml_metadata import SamlMetadata

_RSA_SHA256 = OneLogin_Saml2_Constants.RSA_SHA256
_SHA256 = OneLogin_Saml2_Constants.SHA256
# Hosts of intranets have names without dots.
_SHARED = {"allowSingleLabelDomains": True}


def entity_id(pool: UserPool) -> str:
    """Return what providers know the pool by. Source: AWS "Configuring your third-party SAML identity provider"."""
    return f"urn:amazon:cognito:sp:{pool.pk}"


def settings_of(
    provider: IdentityProvider, metadata: SamlMetadata, *, acs: str, slo: str, now: datetime.datetime
) -> dict[str, Any]:
    """Return the settings for one provider; ``acs`` and ``slo`` are our addresses."""
    details = provider.details
    is_encrypted = details.get("EncryptedResponses") == "true"
    idp: dict[str, Any] = {
        "entityId": metadata.entity_id,
        "singleSignOnService": {
            "url": metadata.sso_url,
            "binding": OneLogin_Saml2_Constants.BINDING_HTTP_REDIRECT,
        },
        "x509certMulti": {"signing": list(metadata.certificates), "encryption": list(metadata.certificates)[:1]},
    }
    if metadata.slo_url:
        idp["singleLogoutService"] = {
            "url": metadata.slo_url,
            "binding": OneLogin_Saml2_Constants.BINDING_HTTP_REDIRECT,
        }
    return {
        "strict": True,
        "debug": False,
        "sp": _sp(provider.pool, acs=acs, slo=slo, now=now),
        "idp": idp,
        "security": {
            "authnRequestsSigned": bool(details.get("RequestSigningAlgorithm")),
            "logoutRequestSigned": True,
            "logoutResponseSigned": True,
            "signatureAlgorithm": _RSA_SHA256,
            "digestAlgorithm": _SHA256,
            "rejectDeprecatedAlgorithm": True,
            # One of assertion and message has to be signed; python3-saml insists on that.
            "wantAssertionsSigned": False,
            "wantMessagesSigned": False,
            "wantAssertionsEncrypted": is_encrypted,
            "wantNameId": True,
            "wantAttributeStatement": False,
            "requestedAuthnContext": False,
            "allowRepeatAttributeName": True,
            "rejectUnsolicitedResponsesWithInResponseTo": True,
            **_SHARED,
        },
    }


def _sp(pool: UserPool, *, acs: str, slo: str, now: datetime.datetime) -> dict[str, Any]:
    certificate: SigningCertificate = signing_certificates.of(pool, now=now)
    return {
        "entityId": entity_id(pool),
        "assertionConsumerService": {"url": acs, "binding": OneLogin_Saml2_Constants.BINDING_HTTP_POST},
        "singleLogoutService": {"url": slo, "binding": OneLogin_Saml2_Constants.BINDING_HTTP_POST},
        "NameIDFormat": OneLogin_Saml2_Constants.NAMEID_UNSPECIFIED,
        "x509cert": certificate.certificate,
        "privateKey": certificate.private_key,
    }


def sp_metadata(pool: UserPool, *, acs: str, slo: str, now: datetime.datetime) -> str:
    """Return the document by which a provider's administrator sets the pool up (XML)."""
    security = {"authnRequestsSigned": True, "wantAssertionsSigned": True, "signatureAlgorithm": _RSA_SHA256, **_SHARED}
    given = {"strict": True, "sp": _sp(pool, acs=acs, slo=slo, now=now), "security": security}
    made = OneLogin_Saml2_Settings(given, sp_validation_only=True).get_sp_metadata()
    return made.decode() if isinstance(made, bytes) else str(made)


def auth(settings: dict[str, Any], address: str, *, post: dict[str, str] | None = None) -> OneLogin_Saml2_Auth:
    """Return python3-saml's view of a request to ``address``, which is configured and not the caller's word."""
    parts = urlsplit(address)
    request = {
        "https": "on" if parts.scheme == "https" else "off",
        "http_host": parts.netloc,
        "script_name": parts.path,
        "get_data": {},
        "post_data": post or {},
    }
    return OneLogin_Saml2_Auth(request, old_settings=settings)
