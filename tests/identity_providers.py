"""Providers elsewhere, as tests set them up."""

import base64
import datetime
import functools

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cognito_auth.services.identity_providers import records
from tests.factories import moment

OIDC = {
    "client_id": "shop",
    "client_secret": "correct horse",
    "authorize_scopes": "openid email",
    "attributes_request_method": "GET",
    "oidc_issuer": "https://login.example.com",
}
GOOGLE = {"client_id": "shop", "client_secret": "correct horse", "authorize_scopes": "profile email openid"}
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"


@functools.cache
def private_key() -> ec.EllipticCurvePrivateKey:
    """Return one key for all tests."""
    return ec.generate_private_key(ec.SECP256R1())


def private_key_pem() -> str:
    """Return the key as Apple gives it."""
    form = serialization.PrivateFormat.PKCS8
    return private_key().private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


@functools.cache
def certificate() -> str:
    """Return the base64 of a self-signed certificate."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example.com")])
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private_key().public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=3650))
        .sign(private_key(), hashes.SHA256())
    )
    return base64.b64encode(made.public_bytes(serialization.Encoding.DER)).decode()


def metadata(*, entity_id="https://idp.example.com", sso=None, services="", key=None, before="") -> str:
    """Return a metadata document."""
    sso = f'<SingleSignOnService Binding="{REDIRECT}" Location="https://idp.example.com/sso"/>' if sso is None else sso
    key = (
        '<KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>\n'
        f"{certificate()}\n</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>"
        if key is None
        else key
    )
    return (
        f'<?xml version="1.0"?>{before}<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata"'
        f' xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{entity_id}">'
        '<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
        f"{key}{services}{sso}</IDPSSODescriptor></EntityDescriptor>"
    )


def make(pool, name="Acme", provider_type="OIDC", details=None, **fields):
    """Return a provider of the pool."""
    given = details or {"OIDC": OIDC, "SAML": {"MetadataFile": metadata()}}.get(provider_type, GOOGLE)
    return records.create(pool, name, provider_type, provider_details=given, now=moment(), **fields)
