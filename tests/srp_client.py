"""The client's half of SRP, as Cognito's clients do it."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from cognito_auth.services.srp import N, pad

K = 0x538282C4354742D7CBBDE2359FCF67F9F5B3A6B08791E5011B43B8A5B66D9EE6


def _number(*parts):
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest(), "big")


def timestamp_of(moment):
    """Return a moment as clients write it: no leading zero in the day."""
    return f"{moment:%a %b} {moment.day} {moment:%H:%M:%S UTC %Y}"


@dataclass
class SrpClient:
    """Somebody who knows (or guesses) a password."""

    password: str
    a: int = field(default_factory=lambda: secrets.randbits(256))

    @property
    def srp_a(self):
        """``SRP_A``."""
        return f"{pow(2, self.a, N):x}"

    def signature(self, *, group, identity, parameters, timestamp):
        """Return ``PASSWORD_CLAIM_SIGNATURE`` for the parameters of a challenge."""
        server_public = int(parameters["SRP_B"], 16)
        u = _number(pad(pow(2, self.a, N)), pad(server_public))
        inner = hashlib.sha256(f"{group}{identity}:{self.password}".encode()).digest()
        x = _number(pad(int(parameters["SALT"], 16)), inner)
        secret = pow(server_public - K * pow(2, x, N), self.a + u * x, N)
        extracted = hmac.digest(pad(u), pad(secret), "sha256")
        key = hmac.digest(extracted, b"Caldera Derived Key\x01", "sha256")[:16]
        message = f"{group}{identity}".encode() + base64.b64decode(parameters["SECRET_BLOCK"]) + timestamp.encode()
        return base64.b64encode(hmac.digest(key, message, "sha256")).decode()

    def claims(self, *, group, identity, parameters, now):
        """Return the part of an answer that proves the password."""
        timestamp = timestamp_of(now)
        return {
            "PASSWORD_CLAIM_SIGNATURE": self.signature(
                group=group, identity=identity, parameters=parameters, timestamp=timestamp
            ),
            "PASSWORD_CLAIM_SECRET_BLOCK": parameters["SECRET_BLOCK"],
            "TIMESTAMP": timestamp,
        }
