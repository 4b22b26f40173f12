"""A WebAuthn authenticator in plain Python: makes passkeys and signs with them, as a browser would pass it on.

Whatever it sends can be bent, to see what a server refuses.
"""

import base64
import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from fido2 import cbor

ES256, RS256, EDDSA = -7, -257, -8
PRESENT, VERIFIED, ELIGIBLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40


def b64(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Return the bytes of base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class SoftwareAuthenticator:
    """Holds one passkey.

    Attributes:
        counts: whether the signature counter grows; synced passkeys leave it at 0.
    """

    origin: str = "https://example.com"
    algorithm: int = ES256
    user_verified: bool = True
    counts: bool = True
    aaguid: bytes = bytes(16)
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    counter: int = 0
    user_handle: bytes = b""

    def __post_init__(self) -> None:
        if self.algorithm == RS256:
            self.key: Any = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        else:
            self.key = ec.generate_private_key(ec.SECP256R1())

    def create(self, options: dict[str, Any], **bent: Any) -> dict[str, Any]:
        """Return the RegistrationResponseJSON for creation options."""
        self.user_handle = decoded(options["user"]["id"])
        attested = (
            self.aaguid
            + struct.pack(">H", len(self.credential_id))
            + self.credential_id
            + cbor.encode(bent.get("cose_key", self.cose_key()))
        )
        data = self._data(bent.get("rp_id", options["rp"]["id"]), ATTESTED, bent) + attested
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        client_data = self._client_data("webauthn.create", options["challenge"], bent)
        return {
            "id": b64(self.credential_id),
            "rawId": b64(self.credential_id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": b64(client_data),
                "attestationObject": b64(attestation),
                "transports": ["internal", "hybrid"],
            },
        }

    def get(self, options: dict[str, Any], **bent: Any) -> dict[str, Any]:
        """Return the AuthenticationResponseJSON for request options."""
        if self.counts:
            self.counter += 1
        data = self._data(bent.get("rp_id", options["rpId"]), 0, bent)
        client_data = self._client_data("webauthn.get", options["challenge"], bent)
        signed = data + hashlib.sha256(client_data).digest()
        return {
            "id": b64(self.credential_id),
            "rawId": b64(self.credential_id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": b64(client_data),
                "authenticatorData": b64(data),
                "signature": b64(bent.get("signature") or self._sign(signed)),
                "userHandle": b64(bent.get("user_handle", self.user_handle)),
            },
        }

    def cose_key(self) -> dict[int, Any]:
        """Return the public key as COSE has it."""
        numbers = self.key.public_key().public_numbers()
        if self.algorithm == RS256:
            return {1: 3, 3: RS256, -1: numbers.n.to_bytes(256, "big"), -2: numbers.e.to_bytes(3, "big")}
        return {1: 2, 3: ES256, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}

    def _data(self, rp_id: str, flags: int, bent: dict[str, Any]) -> bytes:
        flags |= bent.get("flags", PRESENT | (VERIFIED if self.user_verified else 0))
        counter = bent.get("counter", self.counter)
        return hashlib.sha256(rp_id.encode()).digest() + struct.pack(">BI", flags, counter)

    def _client_data(self, kind: str, challenge: str, bent: dict[str, Any]) -> bytes:
        return json.dumps(
            {
                "type": bent.get("type", kind),
                "challenge": bent.get("challenge", challenge),
                "origin": bent.get("origin", self.origin),
                "crossOrigin": bent.get("cross_origin", False),
            }
        ).encode()

    def _sign(self, message: bytes) -> bytes:
        if self.algorithm == RS256:
            signature: bytes = self.key.sign(message, padding.PKCS1v15(), hashes.SHA256())
        else:
            signature = self.key.sign(message, ec.ECDSA(hashes.SHA256()))
        return signature
