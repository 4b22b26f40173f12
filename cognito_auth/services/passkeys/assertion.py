"""Signing in with a passkey: options for the authenticator, then its signature.

Source: W3C Web Authentication Level 2, 7.2; AWS API_RespondToAuthChallenge, "WEB_AUTHN".
"""

import datetime
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from django.db.models import Q
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
)

from cognito_auth import reasons
from cognito_auth.models import AbstractCognitoUser, Passkey, UserPool
from cognito_auth.services.passkeys import configuration, credentials, registration, responses


@dataclass(frozen=True, slots=True)
class Assertion:
    """A signature that was right: by which passkey, and what the authenticator said.

    Attributes:
        is_user_verified: the authenticator checked the person (PIN, fingerprint).
    """

    passkey: Passkey
    sign_count: int
    is_user_verified: bool
    is_backed_up: bool


def options(pool: UserPool, passkeys: Sequence[Passkey]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the options for ``navigator.credentials.get`` as JSON, and what to keep for :func:`check`."""
    challenge = websafe_encode(secrets.token_bytes(responses.CHALLENGE_BYTES))
    verification = configuration.user_verification(pool)
    relying_party = configuration.relying_party_id(pool)
    for_browser = {
        "challenge": challenge,
        "timeout": responses.TIMEOUT_MILLISECONDS,
        "rpId": relying_party,
        "allowCredentials": [
            {"id": passkey.credential_id, "type": "public-key", "transports": passkey.transports}
            for passkey in passkeys
        ],
        "userVerification": verification,
    }
    kept = {"challenge": challenge, "relying_party_id": relying_party, "user_verification": verification}
    return for_browser, kept


def check(user: AbstractCognitoUser, kept: Mapping[str, str], given: str) -> Assertion:
    """Check an authenticator's answer (``AuthenticationResponseJSON``) to the options of ``kept``.

    Raises:
        NotAuthorizedException: anything about it is wrong, without saying what; or the passkey was
            copied.
    """
    try:
        response = responses.parse(AuthenticationResponse, given)
    except responses.Unreadable:
        raise reasons.PASSKEY_REFUSED() from None
    data, client_data = response.response.authenticator_data, response.response.client_data
    passkey = credentials.usable_of(user).filter(credential_id=websafe_encode(response.raw_id)).first()
    handle = response.response.user_handle
    if (
        passkey is None
        or passkey.relying_party_id != kept["relying_party_id"]
        or (handle and not hmac.compare_digest(handle, websafe_decode(registration.user_handle(user))))
        or not responses.is_origin_allowed(passkey.relying_party_id, client_data)
    ):
        raise reasons.PASSKEY_REFUSED()
    _check_signature(passkey, kept, response)
    # WebAuthn Level 2, 7.2 step 21: a counter that does not grow tells of a copy of the authenticator.
    if (data.counter or passkey.sign_count) and data.counter <= passkey.sign_count:
        raise reasons.PASSKEY_CLONED()
    return Assertion(passkey, data.counter, data.is_user_verified(), data.is_backed_up())


def _check_signature(passkey: Passkey, kept: Mapping[str, str], response: AuthenticationResponse) -> None:
    relying_party = passkey.relying_party_id
    key = CoseKey.parse(_decoded(passkey.public_key))
    known = AttestedCredentialData.create(bytes(Aaguid.NONE), websafe_decode(passkey.credential_id), key)
    server = Fido2Server(
        PublicKeyCredentialRpEntity(name=relying_party, id=relying_party), verify_origin=lambda _origin: True
    )
    try:
        server.authenticate_complete(dict(kept), [known], response)
    except (ValueError, InvalidSignature):
        raise reasons.PASSKEY_REFUSED() from None


def _decoded(public_key: str) -> Mapping[int, Any]:
    key: Mapping[int, Any] = cbor.decode(websafe_decode(public_key))  # type: ignore[assignment]
    return key


def note_use(assertion: Assertion, *, now: datetime.datetime) -> None:
    """Keep the new counter; of two answers with the same one, the second is refused.

    Raises:
        NotAuthorizedException: another answer has moved the counter on, or the passkey was deleted.
    """
    behind = Q(sign_count=0) if assertion.sign_count == 0 else Q(sign_count__lt=assertion.sign_count)
    used = Passkey.objects.filter(behind, pk=assertion.passkey.pk).update(
        sign_count=assertion.sign_count, last_used_at=now, is_backed_up=assertion.is_backed_up
    )
    if not used:
        raise reasons.PASSKEY_REFUSED()
