"""A provider signs somebody out: what it asks for, if it is really its word, and our answer.

Unlike a response, which a browser is waiting for, such a request comes unasked. So it has to be signed, with
RSA and SHA-2, name its issuer and its destination, be of this moment, and come once.

==========  ===================================================================================
binding     what is signed
==========  ===================================================================================
redirect    the parameters as they stand in the address, in ``Signature``
POST        the whole document, by the one signature right below its root
==========  ===================================================================================

Source: SAML 2.0 Profiles 4.4.3.1, 4.4.4; Core 3.7.1; Bindings 3.4.4.1, 3.4.5.2, 3.5.5.2.
"""

import base64
import binascii
import datetime
import logging
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from lxml import etree
from onelogin.saml2.constants import OneLogin_Saml2_Constants
from onelogin.saml2.errors import OneLogin_Saml2_Error
from onelogin.saml2.logout_request import OneLogin_Saml2_Logout_Request
from onelogin.saml2.utils import OneLogin_Saml2_Utils
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML

from cognito_auth import crypto
from cognito_auth.choices import IdentityProviderType
from cognito_auth.models import IdentityProvider, SamlAssertion, UserPool
from cognito_auth.services import signing_certificates
from cognito_auth.services.identity_providers import records, registration
from cognito_auth.services.identity_providers.saml_metadata import SamlMetadata
from cognito_auth.social.providers.oauth2 import ProviderFailed
from cognito_auth.social.saml import metadata, toolkit
from cognito_auth.social.saml.requests import ACS, SLO
from cognito_auth.social.saml.responses import UNREADABLE
from cognito_auth.web import addresses
from cognito_auth.web.requests import AppRedirect

logger = logging.getLogger(__name__)

_MAX_LENGTH = 65_536
_MAX_RELAY_STATE = 1024
# Browsers carry the request at once; clocks may differ.
_HOLDS_FOR = datetime.timedelta(minutes=10)
_DRIFT = datetime.timedelta(minutes=5)
_NAMES = ("SAMLRequest", "RelayState", "SigAlg", "Signature", "SAMLEncoding")
_DEFLATE = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE"
_ALGORITHMS = frozenset(
    {
        OneLogin_Saml2_Constants.RSA_SHA256,
        OneLogin_Saml2_Constants.RSA_SHA384,
        OneLogin_Saml2_Constants.RSA_SHA512,
    }
)
_DIGESTS = frozenset(
    {OneLogin_Saml2_Constants.SHA256, OneLogin_Saml2_Constants.SHA384, OneLogin_Saml2_Constants.SHA512}
)
_TRANSFORMS = frozenset(
    {
        "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
        "http://www.w3.org/2001/10/xml-exc-c14n#",
        "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
    }
)
_PROTOCOL = OneLogin_Saml2_Constants.NS_SAMLP
_ASSERTION = OneLogin_Saml2_Constants.NS_SAML
_NAMESPACES = OneLogin_Saml2_Constants.NSMAP


class Refused(Exception):
    """The request does not hold; nobody is signed out, and the provider is told nothing."""


@dataclass(frozen=True, slots=True)
class LogoutRequest:
    """What a provider asks for, after everything that can be checked was.

    Attributes:
        providers: whose word it is: all of the pool that are this issuer and sign with its key; at least one.
        indexes: the sessions that are meant; empty for all of the person.
    """

    providers: tuple[IdentityProvider, ...]
    message_id: str
    name_id: str
    indexes: frozenset[str]
    relay_state: str | None


@dataclass(frozen=True, slots=True)
class _Message:
    """A message as it came."""

    root: Any
    relay_state: str | None
    # Of the redirect: what was signed, with what, and the signature.
    signed: bytes = b""
    algorithm: str = ""
    signature: bytes = field(default=b"", repr=False)


def read(request: HttpRequest, pool: UserPool, *, now: datetime.datetime) -> LogoutRequest:
    """Return what the request asks for; it is used up by that.

    Raises:
        Refused: it is none, is not signed by a provider of the pool, is for somebody else, too old, or came before.
    """
    try:
        message = _posted(request) if request.method == "POST" else _in_address(request.META.get("QUERY_STRING", ""))
        return _checked(request, pool, message, now=now)
    except UNREADABLE as error:
        raise Refused(f"{type(error).__name__}: {error}") from None


def _posted(request: HttpRequest) -> _Message:
    root = _parsed(_decoded(request.POST["SAMLRequest"]))
    _check_signature_covers(root)
    return _Message(root, request.POST.get("RelayState"))


def _in_address(query: str) -> _Message:
    parts: dict[str, str] = {}
    for part in query.split("&"):
        name, _equals, value = part.partition("=")
        if name in _NAMES:
            if name in parts:
                raise Refused(f"{name} comes twice.")
            parts[name] = value
    values = {name: unquote_plus(value, errors="strict") for name, value in parts.items()}
    if values.get("SAMLEncoding", _DEFLATE) != _DEFLATE:
        raise Refused("Another encoding than DEFLATE.")
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        document = inflating.decompress(_decoded(values["SAMLRequest"]), _MAX_LENGTH)
    except zlib.error:
        raise Refused("It is not deflated.") from None
    if inflating.unconsumed_tail or not inflating.eof:
        raise Refused("It is too long, or cut off.")
    if values.get("SigAlg") not in _ALGORITHMS or "Signature" not in values:
        raise Refused("It is not signed, or not with RSA and SHA-2.")
    # The octets of the address themselves: two encodings of the same text differ.
    signed = "&".join(f"{name}={parts[name]}" for name in ("SAMLRequest", "RelayState", "SigAlg") if name in parts)
    return _Message(
        _parsed(document),
        values.get("RelayState"),
        signed=signed.encode(),
        algorithm=values["SigAlg"],
        signature=_decoded(values["Signature"]),
    )


def _decoded(text: str) -> bytes:
    if len(text) > 2 * _MAX_LENGTH:
        raise Refused("It is too long.")
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise Refused("It is no base64.") from None


def _parsed(document: bytes) -> Any:
    root = OneLogin_Saml2_XML.to_etree(document)
    if root.tag != f"{{{_PROTOCOL}}}LogoutRequest":
        raise Refused("It is no LogoutRequest.")
    if root.get("Version") != "2.0":
        raise Refused("It is of another version.")
    if isinstance(OneLogin_Saml2_XML.validate_xml(root, "saml-schema-protocol-2.0.xsd"), str):
        raise Refused("It does not follow the schema.")
    return root


def _check_signature_covers(root: Any) -> None:
    """Refuse a document but the one signature of which is of all of it.

    A signature that holds says nothing of what it was not made over.
    """
    signatures = root.xpath("//ds:Signature", namespaces=_NAMESPACES)
    if len(signatures) != 1 or signatures[0].getparent() is not root:
        raise Refused("It has not exactly one signature of its own.")
    information = signatures[0].find("ds:SignedInfo", _NAMESPACES)
    references = information.findall("ds:Reference", _NAMESPACES)
    identifier = root.get("ID")
    if len(references) != 1 or references[0].get("URI") != f"#{identifier}":
        raise Refused("The signature is of something else.")
    if len(root.xpath("//*[@ID=$identifier or @Id=$identifier or @id=$identifier]", identifier=identifier)) != 1:
        raise Refused("Its ID is not its own.")
    used = {element.get("Algorithm") for element in references[0].iterfind("ds:Transforms/ds:Transform", _NAMESPACES)}
    method = information.find("ds:SignatureMethod", _NAMESPACES).get("Algorithm")
    digest = references[0].find("ds:DigestMethod", _NAMESPACES).get("Algorithm")
    if not used <= _TRANSFORMS or method not in _ALGORITHMS or digest not in _DIGESTS:
        raise Refused("The signature is not made with RSA and SHA-2.")


def _checked(request: HttpRequest, pool: UserPool, message: _Message, *, now: datetime.datetime) -> LogoutRequest:
    root = message.root
    issuer = root.findtext("saml:Issuer", namespaces=_NAMESPACES)
    if not issuer:
        raise Refused("It names no issuer.")
    if len(message.relay_state or "") > _MAX_RELAY_STATE:
        raise Refused("Its relay state is too long.")
    # What it is about is looked at once it is known whose word it is.
    providers = tuple(
        provider for provider, found in _of_issuer(pool, issuer.strip()) if _is_signed_by(message, found.certificates)
    )
    if not providers:
        raise Refused("No provider of the pool has this name and signed it.")
    if root.get("Destination") != addresses.absolute(request, pool.pk, SLO):
        raise Refused("It is for another address.")
    _check_time(root, now=now)
    key = signing_certificates.of(pool, now=now).private_key
    name_id = OneLogin_Saml2_Logout_Request.get_nameid(root, key)
    if not name_id:
        raise Refused("It names nobody.")
    indexes = OneLogin_Saml2_Logout_Request.get_session_indexes(root)
    _note(pool, providers[0], root.get("ID"), now=now)
    return LogoutRequest(
        providers,
        root.get("ID"),
        name_id,
        frozenset(index for index in indexes if index),
        message.relay_state,
    )


def _of_issuer(pool: UserPool, issuer: str) -> Iterator[tuple[IdentityProvider, SamlMetadata]]:
    """Yield the pool's providers of this name; metadata is fetched only where no known one has the name."""
    fetched: list[IdentityProvider] = []
    is_found = False
    for provider in records.of_type(pool, IdentityProviderType.SAML):
        found = metadata.at_hand(provider)
        if found is None:
            fetched.append(provider)
        elif found.entity_id == issuer:
            is_found = True
            yield provider, found
    for provider in () if is_found else fetched:
        try:
            found = metadata.of(provider)
        except ProviderFailed as failed:
            logger.warning("A provider failed: user_pool=%s provider=%s: %s", pool.pk, provider.name, failed)
            continue
        if found.entity_id == issuer:
            yield provider, found


def _is_signed_by(message: _Message, certificates: Iterable[str]) -> bool:
    pems = [OneLogin_Saml2_Utils.format_cert(certificate) for certificate in certificates]
    if message.algorithm:
        return any(
            OneLogin_Saml2_Utils.validate_binary_sign(message.signed, message.signature, pem, message.algorithm)
            for pem in pems
        )
    return bool(
        OneLogin_Saml2_Utils.validate_sign(message.root, xpath="/samlp:LogoutRequest/ds:Signature", multicerts=pems)
    )


def _check_time(root: Any, *, now: datetime.datetime) -> None:
    issued, end = _time_in(root.get("IssueInstant")), _time_in(root.get("NotOnOrAfter"))
    if issued is None or not -_DRIFT <= now - issued < _HOLDS_FOR:
        raise Refused("It is not of this moment.")
    if end is not None and now >= end:
        raise Refused("It has expired.")


def _time_in(text: str | None) -> datetime.datetime | None:
    if not text:
        return None
    moment = datetime.datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=datetime.UTC)


def _note(pool: UserPool, provider: IdentityProvider, message_id: str, *, now: datetime.datetime) -> None:
    """Remember the request for as long as it would be taken; refuse one that was here before."""
    digest = crypto.digest(f"{provider.name}:LogoutRequest:{message_id}")
    try:
        with transaction.atomic():
            SamlAssertion.objects.create(pool=pool, digest=digest, expires_at=now + _HOLDS_FOR + _DRIFT)
    except IntegrityError:
        raise Refused("It came before.") from None


def answer(
    request: HttpRequest, pool: UserPool, asked: LogoutRequest, *, now: datetime.datetime
) -> HttpResponse | None:
    """Return the redirect that tells the provider that it is done, signed; ``None`` if it has no address for that."""
    provider = asked.providers[0]
    found = metadata.of(provider)
    if not found.slo_response_url:
        return None
    slo = addresses.absolute(request, pool.pk, SLO)
    known = toolkit.settings_of(provider, found, acs=addresses.absolute(request, pool.pk, ACS), slo=slo, now=now)
    document = _response(pool, asked, destination=found.slo_response_url, now=now)
    parameters: dict[str, Any] = {"SAMLResponse": OneLogin_Saml2_Utils.deflate_and_base64_encode(document)}
    if asked.relay_state is not None:
        parameters["RelayState"] = asked.relay_state
    try:
        auth = toolkit.auth(known, slo)
        auth.add_response_signature(parameters, known["security"]["signatureAlgorithm"])
        return AppRedirect(auth.redirect_to(found.slo_response_url, _text(parameters)))
    except OneLogin_Saml2_Error as error:
        raise ProviderFailed(f"{provider.name} Error", str(error)) from None


def _text(parameters: Mapping[str, Any]) -> dict[str, str]:
    return {name: value.decode() if isinstance(value, bytes) else value for name, value in parameters.items()}


def _response(pool: UserPool, asked: LogoutRequest, *, destination: str, now: datetime.datetime) -> str:
    root = etree.Element(f"{{{_PROTOCOL}}}LogoutResponse", nsmap={"samlp": _PROTOCOL, "saml": _ASSERTION})
    root.set("ID", OneLogin_Saml2_Utils.generate_unique_id())
    root.set("Version", "2.0")
    root.set("IssueInstant", OneLogin_Saml2_Utils.parse_time_to_SAML(int(now.timestamp())))
    root.set("Destination", destination)
    root.set("InResponseTo", asked.message_id)
    etree.SubElement(root, f"{{{_ASSERTION}}}Issuer").text = registration.entity_id(pool)
    status = etree.SubElement(root, f"{{{_PROTOCOL}}}Status")
    etree.SubElement(status, f"{{{_PROTOCOL}}}StatusCode").set("Value", OneLogin_Saml2_Constants.STATUS_SUCCESS)
    return str(etree.tostring(root, encoding="unicode"))
