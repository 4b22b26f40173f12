"""One SRP exchange on the way through a sign-in, of a password or of a device.

Kept in the sign-in's state, under a name of its own, from the client's public number until the proof.
While it is there its challenge comes before all others, so that nobody goes on unproved. The secret
block that the client signs is the session: some clients answer without repeating the session itself.

Source: AWS API_RespondToAuthChallenge, PASSWORD_VERIFIER, DEVICE_PASSWORD_VERIFIER.
"""

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from cognito_auth import crypto
from cognito_auth.services import srp
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.sign_in.flows import required


@dataclass(frozen=True, slots=True, repr=False)
class Proof:
    """What a client answers: its signature, and the block and time that it signed."""

    signature_b64: str
    block_b64: str
    timestamp: str


def begin(sign_in: SignIn, name: str, *, client_public: int, verifier: srp.Verifier, group: str, identity: str) -> None:
    """Draw the server's numbers and keep the exchange under ``name``."""
    exchange = srp.answer(client_public, verifier)
    sign_in.state[name] = {
        "A": f"{client_public:x}",
        "b": f"{exchange.exponent:x}",
        "B": f"{exchange.server_public:x}",
        "verifier": verifier.to_text(),
        "group": group,
        "identity": identity,
    }


def is_open(sign_in: SignIn, name: str) -> bool:
    """Tell whether the exchange waits for its proof."""
    return name in sign_in.state


def identity_of(sign_in: SignIn, name: str) -> str:
    """Return the name that is hashed into the proof."""
    return str(sign_in.state[name]["identity"])


def parameters(sign_in: SignIn, name: str, session: str) -> dict[str, str]:
    """Return what the client needs to prove itself: salt, the server's number, the block to sign."""
    kept = sign_in.state[name]
    kept["block"] = base64.b64encode(session.encode()).decode()
    salt = srp.Verifier.from_text(kept["verifier"]).salt
    # Without leading zeros: clients disagree on what those would mean.
    return {"SALT": f"{salt:x}", "SRP_B": kept["B"], "SECRET_BLOCK": kept["block"]}


def session_hash_in(answers: Mapping[str, str]) -> str | None:
    """Return the digest of the session that an answer's secret block is, ``None`` without a block."""
    block = answers.get("PASSWORD_CLAIM_SECRET_BLOCK")
    # What is no block of ours is the digest of no session.
    return crypto.digest(_decoded(block).decode("latin-1")) if block else None


def read(answers: Mapping[str, str]) -> Proof:
    """Return the proof in an answer.

    Raises:
        InvalidParameterException: a part is missing.
    """
    return Proof(
        required(answers, "PASSWORD_CLAIM_SIGNATURE"),
        required(answers, "PASSWORD_CLAIM_SECRET_BLOCK"),
        required(answers, "TIMESTAMP"),
    )


def is_proved(sign_in: SignIn, name: str, proof: Proof) -> bool:
    """Tell whether the proof is right, signed for this exchange, and fresh; the same work either way."""
    kept = sign_in.state[name]
    exchange = srp.Exchange(int(kept["A"], 16), int(kept["b"], 16), int(kept["B"], 16))
    expected = srp.signature(
        srp.server_key(exchange, srp.Verifier.from_text(kept["verifier"])),
        group=kept["group"],
        identity=kept["identity"],
        block=_decoded(kept["block"]),
        timestamp=proof.timestamp,
    )
    # The time is believed only as far as it was signed.
    is_signed = hmac.compare_digest(expected, _decoded(proof.signature_b64))
    is_block = hmac.compare_digest(kept["block"].encode(), proof.block_b64.encode("utf-8", "surrogatepass"))
    return is_signed and is_block and srp.is_fresh(proof.timestamp, now=sign_in.now)


def end(sign_in: SignIn, name: str) -> None:
    """Forget the exchange: it is proved."""
    sign_in.state.pop(name, None)


def client_public(answers: Mapping[str, str]) -> int:
    """Return the client's public number from ``SRP_A``.

    Raises:
        InvalidParameterException: missing, no number, or a multiple of N.
    """
    return srp.read_public(required(answers, "SRP_A"))


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
