"""python3-saml's settings of a provider and a pool, and requests in its form."""

import copy
import datetime
from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.constants import OneLogin_Saml2_Constants
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from onelogin.saml2.utils import OneLogin_Saml2_Utils
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML

from cognito_auth.models import IdentityProvider, SigningCertificate, UserPool
from cognito_auth.services import signing_certificates
from cognito_auth.services.identity_providers import details as provider_details
from cognito_auth.services.identity_providers import registration
from cognito_auth.services.identity_providers.saml_metadata import SamlMetadata

_RSA_SHA256 = OneLogin_Saml2_Constants.RSA_SHA256
_SHA256 = OneLogin_Saml2_Constants.SHA256
# Hosts of intranets have names without dots.
_SHARED = {"allowSingleLabelDomains": True}


def settings_of(
    provider: IdentityProvider, metadata: SamlMetadata, *, acs: str, slo: str, now: datetime.datetime
) -> dict[str, Any]:
    """Return the settings for one provider; ``acs`` and ``slo`` are our addresses."""
    details = provider.details
    is_encrypted = provider_details.is_encrypting(provider)
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
        "entityId": registration.entity_id(pool),
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
    root = OneLogin_Saml2_XML.to_etree(OneLogin_Saml2_Settings(given, sp_validation_only=True).get_sp_metadata())
    posted = root.find(".//md:SingleLogoutService", OneLogin_Saml2_Constants.NSMAP)
    redirected = copy.copy(posted)
    redirected.set("Binding", OneLogin_Saml2_Constants.BINDING_HTTP_REDIRECT)
    posted.addnext(redirected)
    return str(etree.tostring(root, encoding="unicode"))


class _Response(OneLogin_Saml2_Response):  # type: ignore[misc]
    """A response, held to what the profile demands and python3-saml checks only where it is there.

    Only the assertion may be signed, so nothing counts that the message around it says: an assertion that
    answers a request would otherwise pass for one that nobody asked for, with another message around it.

    Source: SAML 2.0 Profiles 4.1.4.2, 4.1.4.3.
    """

    def is_valid(
        self, request_data: dict[str, Any], request_id: str | None = None, raise_exceptions: bool = False
    ) -> bool:
        """Tell whether the response holds; ``get_error`` tells why not."""
        if not super().is_valid(request_data, request_id, raise_exceptions):
            return False
        problem = self._problem(OneLogin_Saml2_Utils.get_self_url_no_query(request_data), request_id)
        self._error = problem
        return problem is None

    def _problem(self, acs: str, request_id: str | None) -> str | None:
        if self._settings.get_sp_data()["entityId"] not in self.get_audiences():
            return "It does not say that it is for us."
        ends = []
        for confirmation in self._query_assertion("/saml:Subject/saml:SubjectConfirmation"):
            data = confirmation.find("saml:SubjectConfirmationData", namespaces=OneLogin_Saml2_Constants.NSMAP)
            if confirmation.get("Method") != OneLogin_Saml2_Constants.CM_BEARER or data is None:
                continue
            end = data.get("NotOnOrAfter")
            if end and data.get("Recipient") == acs and (data.get("InResponseTo") or None) == request_id:
                ends.append(OneLogin_Saml2_Utils.parse_SAML_to_time(end))
        if not ends or max(ends) <= OneLogin_Saml2_Utils.now():
            return "It does not say for how long and which request of ours it answers here."
        # Until then it has to be remembered.
        self.valid_scd_not_on_or_after = max(ends)
        return None


class _Auth(OneLogin_Saml2_Auth):  # type: ignore[misc]
    response_class = _Response


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
    return _Auth(request, old_settings=settings)
