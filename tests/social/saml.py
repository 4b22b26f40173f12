"""A real SAML identity provider for tests."""

import datetime
import functools
import html
import json
import re
import subprocess
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

DIRECTORY = Path(__file__).resolve().parent / "saml_provider"
ISSUER = "urn:example:acme"
EMAIL = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"
NAME = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"


@functools.cache
def credentials(_which="provider"):
    """Return certificate and private key as PEM; another pair for each name."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example.com")])
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    return (
        certificate.public_bytes(encoding).decode(),
        key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode(),
    )


def metadata(sso, *, which="provider"):
    """Return the provider's metadata document."""
    body = "".join(credentials(which)[0].splitlines()[1:-1])
    redirect = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
    return (
        '<?xml version="1.0"?><EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata"'
        f' xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{ISSUER}">'
        '<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
        f'<KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{body}</ds:X509Certificate>'
        "</ds:X509Data></ds:KeyInfo></KeyDescriptor>"
        f'<SingleLogoutService Binding="{redirect}" Location="{sso.removesuffix("/sso")}/slo"/>'
        f'<SingleSignOnService Binding="{redirect}" Location="{sso}"/>'
        "</IDPSSODescriptor></EntityDescriptor>"
    )


def start(modules, pool, **changes):
    """Start a provider for a pool; return the process and its origin."""
    certificate, key = credentials(changes.pop("which", "provider"))
    settings = {
        "modules": str(modules),
        "issuer": ISSUER,
        "cert": certificate,
        "key": key,
        "acs": f"http://testserver/{pool.pk}/saml2/idpresponse",
        "audience": f"urn:amazon:cognito:sp:{pool.pk}",
        **changes,
    }
    command = ["node", str(DIRECTORY / "provider.mjs"), json.dumps(settings)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    origin = process.stdout.readline().strip()
    assert origin.startswith("http://127.0.0.1:"), process.stderr.read()
    return process, origin


def form_in(page):
    """Return action and fields of the form that the provider's page posts."""
    fields = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            fields[name[1]] = html.unescape(value[1]) if value else ""
    return html.unescape(re.search(r'action="([^"]*)"', page)[1]), fields
