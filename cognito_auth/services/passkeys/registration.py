"""Registering a passkey: options for the authenticator, then its answer.

The challenge is kept per user, bound to the app client, and used once.
Source: W3C Web Authentication Level 2, 7.1; AWS API_StartWebAuthnRegistration,
API_CompleteWebAuthnRegistration.
"""

import datetime
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.db import IntegrityError, transaction
from fido2 import cbor
from fido2.cose import ES256, RS256, CoseKey
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticatorData,
    PublicKeyCredentialRpEntity,
    RegistrationResponse,
)

from cognito_auth import reasons
from cognito_auth.models import AbstractCognitoUser, Passkey, PasskeyRegistration, UserPoolClient
from cognito_auth.services import external_users
from cognito_auth.services.passkeys import configuration, credentials, providers, responses

ALGORITHMS = (ES256.ALGORITHM, RS256.ALGORITHM)
# The longest id that authenticators may choose. Source: WebAuthn Level 2, 4 "Credential ID".
_LONGEST_ID_BYTES = 1023
_SMALLEST_RSA_BITS = 2048
_MOST_TRANSPORTS = 8


def start(user: AbstractCognitoUser, client: UserPoolClient, *, now: datetime.datetime) -> dict[str, Any]:
    """Return the options for ``navigator.credentials.create`` as JSON (``CredentialCreationOptions``).

    Raises:
        WebAuthnNotEnabledException, WebAuthnConfigurationMissingException: the pool offers no passkeys.
        LimitExceededException: the user has as many as allowed.
        NotAuthorizedException: the account signs in elsewhere.
    """
    external_users.refuse(user)
    pool = user.pool
    configuration.check_usable(pool)
    existing = list(credentials.of(user))
    if len(existing) >= credentials.limit_of(pool):
        raise reasons.TOO_MANY_PASSKEYS(limit=credentials.limit_of(pool))
    challenge = websafe_encode(secrets.token_bytes(responses.CHALLENGE_BYTES))
    relying_party, verification = configuration.relying_party_id(pool), configuration.user_verification(pool)
    state = {"challenge": challenge, "relying_party_id": relying_party, "user_verification": verification}
    PasskeyRegistration.objects.update_or_create(
        user_id=user.pk,
        defaults={
            "client": client,
            "state_json": json.dumps(state),
            "expires_at": now + datetime.timedelta(minutes=client.auth_session_validity_minutes),
        },
    )
    return {
        "challenge": challenge,
        "rp": {"id": relying_party, "name": relying_party},
        "user": {"id": user_handle(user), "name": _name(user), "displayName": _name(user)},
        "pubKeyCredParams": [{"type": "public-key", "alg": algorithm} for algorithm in ALGORITHMS],
        "timeout": responses.TIMEOUT_MILLISECONDS,
        "excludeCredentials": [_descriptor(passkey) for passkey in existing],
        "authenticatorSelection": {
            "requireResidentKey": True,
            "residentKey": "required",
            "userVerification": verification,
        },
    }


def user_handle(user: AbstractCognitoUser) -> str:
    """Return the user's handle inside authenticators, base64url: their ``sub``, which tells nothing of them."""
    return websafe_encode(str(user.sub).encode())


def _name(user: AbstractCognitoUser) -> str:
    """Return what the authenticator shows: the name the person signs in with."""
    addresses = (getattr(user, name) for name in user.pool.username_attributes)
    return next((address for address in addresses if address), user.username)


def _descriptor(passkey: Passkey) -> dict[str, Any]:
    descriptor: dict[str, Any] = {"id": passkey.credential_id, "type": "public-key"}
    if passkey.transports:
        descriptor["transports"] = passkey.transports
    return descriptor


def complete(user: AbstractCognitoUser, client: UserPoolClient, given: object, *, now: datetime.datetime) -> Passkey:
    """Check the authenticator's answer (``RegistrationResponseJSON``) and keep the new passkey.

    Raises:
        WebAuthnNotEnabledException: the pool offers no passkeys.
        WebAuthnChallengeNotFoundException: nothing was started, it took too long, or it was used.
        WebAuthnClientMismatchException: started by another app client.
        WebAuthnOriginNotAllowedException: answered on a page of another site.
        WebAuthnRelyingPartyMismatchException: the authenticator answered for another domain.
        WebAuthnCredentialNotSupportedException: the authenticator or its algorithm cannot be used.
        LimitExceededException: the user has as many as allowed.
        InvalidParameterException: unreadable, or registered already.
    """
    if not configuration.is_enabled(user.pool):
        raise reasons.PASSKEYS_NOT_ENABLED()
    waiting = PasskeyRegistration.objects.filter(user_id=user.pk, expires_at__gt=now).first()
    if waiting is None:
        raise reasons.PASSKEY_CHALLENGE_NOT_FOUND()
    if waiting.client_id != client.pk:
        raise reasons.PASSKEY_CLIENT_MISMATCH()
    state = json.loads(waiting.state_json)
    try:
        response = responses.parse(RegistrationResponse, given)
    except responses.Unreadable:
        raise reasons.PASSKEY_UNREADABLE() from None
    data, attested = _verified(state, response)
    passkey = _passkey(user, state, given, data, attested, now=now)
    with transaction.atomic():
        _keep(passkey, user, waiting)
    return passkey


def _verified(
    state: Mapping[str, str], response: RegistrationResponse
) -> tuple[AuthenticatorData, AttestedCredentialData]:
    """Return what the authenticator attested, after every check of the standard."""
    client_data, relying_party = response.response.client_data, state["relying_party_id"]
    data = response.response.attestation_object.auth_data
    if not hmac.compare_digest(websafe_decode(state["challenge"]), client_data.challenge):
        raise reasons.PASSKEY_CHALLENGE_NOT_FOUND()
    if not responses.is_origin_allowed(relying_party, client_data):
        raise reasons.PASSKEY_ORIGIN_NOT_ALLOWED()
    if not responses.is_of_relying_party(relying_party, data):
        raise reasons.PASSKEY_RELYING_PARTY_MISMATCH()
    attested = data.credential_data
    if attested is None or attested.credential_id != response.raw_id:
        raise reasons.PASSKEY_UNREADABLE()
    if not _is_supported(attested) or (state["user_verification"] == "required" and not data.is_user_verified()):
        raise reasons.PASSKEY_NOT_SUPPORTED()
    server = Fido2Server(
        PublicKeyCredentialRpEntity(name=relying_party, id=relying_party), verify_origin=lambda _origin: True
    )
    try:
        server.register_complete(dict(state), response)
    except ValueError:
        raise reasons.PASSKEY_UNREADABLE() from None
    return data, attested


def _is_supported(attested: AttestedCredentialData) -> bool:
    """Tell whether signatures of this key can be checked: ES256 or RS256, and really such a key.

    Nothing else would notice a broken key until the person is locked out: no attestation is asked for.
    """
    key = attested.public_key
    if not 0 < len(attested.credential_id) <= _LONGEST_ID_BYTES:
        return False
    try:
        if isinstance(key, ES256):
            return bool(key[1] == 2 and key[-1] == 1) and _point(key) is not None
        if isinstance(key, RS256):
            return bool(key[1] == 3) and _modulus_bits(key) >= _SMALLEST_RSA_BITS
    except (KeyError, TypeError, ValueError, UnsupportedAlgorithm):
        return False
    return False


def _point(key: CoseKey) -> ec.EllipticCurvePublicKey:
    x, y = (int.from_bytes(key[part], "big") for part in (-2, -3))
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()


def _modulus_bits(key: CoseKey) -> int:
    modulus, exponent = (int.from_bytes(key[part], "big") for part in (-1, -2))
    return rsa.RSAPublicNumbers(exponent, modulus).public_key().key_size


def _passkey(
    user: AbstractCognitoUser,
    state: Mapping[str, str],
    given: object,
    data: AuthenticatorData,
    attested: AttestedCredentialData,
    *,
    now: datetime.datetime,
) -> Passkey:
    sent: Any = json.loads(given) if isinstance(given, str) else given
    transports = sent["response"].get("transports")
    known = [name for name in transports if isinstance(name, str)] if isinstance(transports, list) else []
    return Passkey(
        user_id=user.pk,
        credential_id=websafe_encode(attested.credential_id),
        public_key=websafe_encode(cbor.encode(attested.public_key)),
        sign_count=data.counter,
        friendly_name=providers.name_of(str(attested.aaguid)),
        relying_party_id=state["relying_party_id"],
        attachment=responses.text_of(sent, "authenticatorAttachment"),
        transports=[name for name in known[:_MOST_TRANSPORTS] if name.isascii() and len(name) <= 32],
        is_backed_up=data.is_backed_up(),
        created_at=now,
    )


def _keep(passkey: Passkey, user: AbstractCognitoUser, waiting: PasskeyRegistration) -> None:
    """Use up the challenge and insert the passkey; two answers at the same time give one."""
    # Whoever registers or deletes the user waits here, so that the count holds.
    locked = type(user)._default_manager.select_for_update().filter(pk=user.pk).first()
    row = PasskeyRegistration.objects.select_for_update().filter(pk=waiting.pk).first()
    if locked is None or row is None or row.state_json != waiting.state_json:
        raise reasons.PASSKEY_CHALLENGE_NOT_FOUND()
    limit = credentials.limit_of(user.pool)
    if credentials.of(user).count() >= limit:
        raise reasons.TOO_MANY_PASSKEYS(limit=limit)
    row.delete()
    try:
        with transaction.atomic():
            passkey.save(force_insert=True)
    # WebAuthn Level 2, 7.1 step 22: refuse an id that is registered, to whomever.
    except IntegrityError:
        raise reasons.PASSKEY_EXISTS() from None
