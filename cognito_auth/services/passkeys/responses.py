"""Reading what an authenticator sent through the browser, and checking what both steps share.

Source: W3C Web Authentication Level 2, 7.1 and 7.2.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, TypeVar

from fido2.rpid import verify_rp_id
from fido2.webauthn import AuthenticationResponse, AuthenticatorData, CollectedClientData, RegistrationResponse

from cognito_auth.conf import settings

TIMEOUT_MILLISECONDS = 60_000
CHALLENGE_BYTES = 32
_LONGEST = 64_000
_Response = TypeVar("_Response", RegistrationResponse, AuthenticationResponse)


class Unreadable(ValueError):
    """The response is not what the browser's JSON of a credential looks like."""


def parse(kind: type[_Response], given: object) -> _Response:
    """Return the response in ``given``, the browser's JSON as an object or as a text.

    Raises:
        Unreadable: it is none.
    """
    try:
        if isinstance(given, str):
            given = json.loads(given) if len(given) <= _LONGEST else None
        if not isinstance(given, Mapping) or given.get("type", "public-key") != "public-key":
            raise Unreadable
        response = kind.from_dict(given)
        client_data = response.response.client_data
        if not isinstance(client_data.origin, str) or not isinstance(client_data.type, str):
            raise Unreadable
    # Whatever the decoders of base64, JSON and CBOR stumble over in hostile bytes.
    except Exception as error:
        raise Unreadable("The credential cannot be read.") from error
    return response


def is_origin_allowed(relying_party_id: str, client_data: CollectedClientData) -> bool:
    """Tell whether a page of this origin may use the relying party's passkeys.

    Its domain or one below it, by HTTPS (on ``localhost`` also without); further origins, such as those of
    native apps, by the setting. Not inside another site's frame.
    """
    if client_data.cross_origin:
        return False
    origin = client_data.origin
    if origin in settings.passkey_origins:
        return True
    try:
        return verify_rp_id(relying_party_id, origin)
    except ValueError:
        return False


def is_of_relying_party(relying_party_id: str, data: AuthenticatorData) -> bool:
    """Tell whether the authenticator answered for this relying party."""
    return hmac.compare_digest(hashlib.sha256(relying_party_id.encode()).digest(), data.rp_id_hash)


def text_of(given: Any, name: str) -> str:
    """Return a short text member of the browser's JSON, or an empty one."""
    value = given.get(name) if isinstance(given, Mapping) else None
    return value if isinstance(value, str) and len(value) <= 32 and value.isprintable() else ""
