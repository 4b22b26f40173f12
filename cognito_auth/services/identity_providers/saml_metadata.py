"""Reading the metadata document of a SAML identity provider.

The document comes from outside, so its parser knows no document types: without them there are no
entities, neither those that read files nor those that grow without end.
Source: SAML 2.0 Metadata 2.3.2, 2.4.3; SAML 2.0 Bindings 3.4.
"""

import base64
import binascii
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import urlsplit
from xml.parsers import expat

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from cognito_auth import reasons

MAX_CERTIFICATE_LENGTH = 4096
MAX_LENGTH = 131_072
_MAX_DEPTH = 64
_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_MAX_CERTIFICATES = 20
_MAX_ADDRESS_LENGTH = 2048
_MAX_ENTITY_ID_LENGTH = 1024
_METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
_SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
_PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
_REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"


@dataclass(frozen=True, slots=True)
class SamlMetadata:
    """What a metadata document tells about its identity provider.

    Attributes:
        entity_id: the provider's name of itself, the issuer of its assertions.
        sso_url: where people are sent to sign in (HTTP-Redirect).
        slo_url: where people are sent to sign out (HTTP-Redirect), or ``None``.
        slo_response_url: where they are sent back to whom the provider signs out (HTTP-Redirect), or ``None``.
        certificates: base64 of the DER certificates that may sign, without line breaks.
    """

    entity_id: str
    sso_url: str
    slo_url: str | None
    slo_response_url: str | None
    certificates: tuple[str, ...]


class _Element:
    """One element: its name as ``namespace local``, its attributes, text and children."""

    __slots__ = ("attributes", "children", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[_Element] = []
        self.text: list[str] = []

    def find_all(self, local: str, namespace: str = _METADATA) -> "list[_Element]":
        return [child for child in self.children if child.name == f"{namespace} {local}"]


def read(document: str) -> SamlMetadata:
    """Return what the metadata ``document`` (XML) says; one provider's, or the first of a list.

    Raises:
        InvalidParameterException: it is no such document, has a document type, or lacks an entity
            id, an address to sign in at by HTTP-Redirect, or a certificate.
    """
    entity = _entity_in(_parsed(document))
    entity_id = entity.attributes.get("entityID", "")
    if not entity_id or len(entity_id) > _MAX_ENTITY_ID_LENGTH:
        _refuse("it has no entityID")
    role = _role_of(entity)
    if role is None:
        _refuse("it describes no identity provider")
    sso_url = _address(role, "SingleSignOnService")
    if sso_url is None:
        _refuse("it has no SingleSignOnService with the HTTP-Redirect binding")
    slo_url = _address(role, "SingleLogoutService")
    # Source: SAML 2.0 Metadata 2.2.2.
    slo_response_url = _address(role, "SingleLogoutService", "ResponseLocation") or slo_url
    return SamlMetadata(entity_id, sso_url, slo_url, slo_response_url, _certificates(role))


def _refuse(problem: str) -> NoReturn:
    raise reasons.INVALID_PROVIDER_DETAILS(problem=f"The SAML metadata cannot be used: {problem}.")


def _parsed(document: str) -> _Element:
    if len(document) > MAX_LENGTH:
        _refuse(f"it is longer than {MAX_LENGTH} characters")
    parser = expat.ParserCreate("utf-8", " ")
    top = _Element("", {})
    open_elements = [top]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(open_elements) > _MAX_DEPTH:
            _refuse("its elements are nested too deeply")
        element = _Element(name, attributes)
        open_elements[-1].children.append(element)
        open_elements.append(element)

    def refuse_document_type(*_declaration: object) -> None:
        _refuse("a document type declaration is not allowed")

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: open_elements.pop()
    parser.CharacterDataHandler = lambda text: open_elements[-1].text.append(text)  # noqa: PLW0108  late
    parser.StartDoctypeDeclHandler = refuse_document_type
    try:
        parser.Parse(document.encode(), True)
    except (expat.ExpatError, UnicodeError):
        _refuse("it is not well-formed XML")
    return top.children[0]


def _entity_in(root: _Element) -> _Element:
    if root.name == f"{_METADATA} EntityDescriptor":
        return root
    if root.name == f"{_METADATA} EntitiesDescriptor":
        for entity in root.find_all("EntityDescriptor"):
            if _role_of(entity) is not None:
                return entity
    _refuse("it describes no identity provider")


def _role_of(entity: _Element) -> _Element | None:
    for role in entity.find_all("IDPSSODescriptor"):
        if _PROTOCOL in role.attributes.get("protocolSupportEnumeration", "").split():
            return role
    return None


def _address(role: _Element, service: str, attribute: str = "Location") -> str | None:
    for element in role.find_all(service):
        if element.attributes.get("Binding") != _REDIRECT:
            continue
        address = element.attributes.get(attribute, "")
        if attribute == "ResponseLocation" and not address:
            return None
        if not _is_web_address(address):
            _refuse(f"the {attribute} of {service} is no HTTPS address")
        return address
    return None


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    is_plain = address.isprintable() and " " not in address and len(address) <= _MAX_ADDRESS_LENGTH
    # Browsers are sent there; plain HTTP never leaves the machine then.
    is_local = parts.scheme == "http" and parts.hostname in _LOCAL_HOSTS
    return is_plain and bool(parts.hostname) and (parts.scheme == "https" or is_local)


def _certificates(role: _Element) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for key in role.find_all("KeyDescriptor"):
        # Without a use the key is for both. Source: SAML 2.0 Metadata 2.4.1.1.
        if key.attributes.get("use", "signing") != "signing":
            continue
        for information in key.find_all("KeyInfo", _SIGNATURE):
            for data in information.find_all("X509Data", _SIGNATURE):
                for element in data.find_all("X509Certificate", _SIGNATURE):
                    found[_certificate("".join("".join(element.text).split()))] = None
    if not found:
        _refuse("it has no certificate to sign with")
    if len(found) > _MAX_CERTIFICATES:
        _refuse(f"it has more than {_MAX_CERTIFICATES} certificates")
    return tuple(found)


def _certificate(text: str) -> str:
    if len(text) > MAX_CERTIFICATE_LENGTH:
        _refuse(f"a certificate is longer than {MAX_CERTIFICATE_LENGTH} characters")
    try:
        x509.load_der_x509_certificate(base64.b64decode(text, validate=True)).public_key()
    except (binascii.Error, ValueError, TypeError, x509.InvalidVersion, UnsupportedAlgorithm):
        _refuse("a certificate cannot be read")
    return text
