"""Devices that people sign in from: recognised by a key, proved by a password of their own, remembered.

=====================  ==========================================================================
a device is            when
=====================  ==========================================================================
new                    a sign-in without device key; its key stands in the tokens, no row is made
confirmed              its client has sent salt and verifier of the device's password
remembered             at once, or when the person says so (``DeviceOnlyRememberedOnUserPrompt``)
=====================  ==========================================================================

Who proves the password on a confirmed device proves the device too; a remembered one stands in for a
second factor where the pool says so (``ChallengeRequiredOnNewDevice``). Administrative sign-ins know
no devices.
Source: AWS "Working with user devices in your user pool".
"""

import base64
import binascii
import datetime
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognito_auth import crypto, reasons
from cognito_auth.models import AbstractCognitoUser, Device, UserPool
from cognito_auth.services import external_users, paging, srp
from cognito_auth.services.request_origin import RequestOrigin

if TYPE_CHECKING:
    from cognito_auth.services.sign_in.attempt import SignIn

_STATE = "device"
_GROUP_KEY_BYTES = 6


@dataclass(frozen=True, slots=True)
class NewDevice:
    """What a client needs to confirm the device it runs on."""

    key: str
    group_key: str


def is_tracked(pool: UserPool) -> bool:
    """Tell whether the pool recognises devices."""
    return bool(pool.device_configuration)


def needs_prompt(pool: UserPool) -> bool:
    """Tell whether a device is remembered only when the person says so."""
    configuration = pool.device_configuration or {}
    return bool(configuration.get("DeviceOnlyRememberedOnUserPrompt"))


def new_device(pool: UserPool) -> NewDevice:
    """Return the keys of a device that is not known yet; nothing is stored."""
    key = f"{pool.region}_{uuid.uuid4()}"
    return NewDevice(key, group_key_of(key))


def group_key_of(key: str) -> str:
    """Return the group key that belongs to a new device's key; a stored device keeps its own."""
    digest = bytes.fromhex(crypto.keyed_digest("device.group_key", key))
    return "-" + base64.urlsafe_b64encode(digest[:_GROUP_KEY_BYTES]).decode()


def recognise(sign_in: "SignIn", key: str | None) -> None:
    """Note on a sign-in whose password is proved that it comes from the device with this key.

    Without a key, or where devices are not tracked, nothing is noted.

    Raises:
        ResourceNotFoundException: the user has no such device.
    """
    if not key or not is_tracked(sign_in.pool):
        return
    device = Device.objects.filter(pk=key, user=sign_in.known_user.pk).first() if "\x00" not in key else None
    if device is None:
        raise reasons.DEVICE_NOT_FOUND()
    sign_in.state[_STATE] = {"key": device.key, "is_remembered": device.is_remembered}


def key_in(sign_in: "SignIn") -> str | None:
    """Return the key of the recognised device, or ``None``."""
    device = sign_in.state.get(_STATE)
    return None if device is None else str(device["key"])


def stands_in_for_mfa(sign_in: "SignIn") -> bool:
    """Tell whether the recognised device makes a second factor unnecessary; it has to be proved then."""
    device, configuration = sign_in.state.get(_STATE), sign_in.pool.device_configuration or {}
    return bool(device and device["is_remembered"] and configuration.get("ChallengeRequiredOnNewDevice"))


def of_tokens(sign_in: "SignIn") -> NewDevice | str:
    """Return the device that the tokens are for: a new one, or the key of a known one (``""``: none)."""
    if sign_in.is_browser or not is_tracked(sign_in.pool):
        return ""
    return key_in(sign_in) or new_device(sign_in.pool)


def confirm(
    user: AbstractCognitoUser,
    key: str,
    *,
    session_key: str | None,
    name: str,
    salt_b64: str,
    verifier_b64: str,
    origin: RequestOrigin,
    now: datetime.datetime,
) -> Device:
    """Store a new device with what proves it; ``session_key`` is the device key in the person's token.

    Raises:
        InvalidUserPoolConfigurationException: the pool does not recognise devices.
        NotAuthorizedException: the account signs in elsewhere.
        ResourceNotFoundException: the key is not the one that came with these tokens.
        DeviceKeyExistsException: confirmed already.
        InvalidParameterException: salt or verifier is no number of the group.
    """
    if not is_tracked(user.pool):
        raise reasons.DEVICES_NOT_TRACKED()
    external_users.refuse(user)
    if key != session_key:
        raise reasons.DEVICE_NOT_FOUND()
    verifier = srp.Verifier(_number(salt_b64), _number(verifier_b64))
    if not verifier.salt or not 1 < verifier.value < srp.N - 1:
        raise reasons.INVALID_DEVICE_VERIFIER()
    device, is_new = Device.objects.get_or_create(
        key=key,
        defaults={
            "user_id": user.pk,
            "group_key": group_key_of(key),
            "name": name,
            "srp_secret": verifier.to_text(),
            "is_remembered": not needs_prompt(user.pool),
            "confirmed_at": now,
            "created_at": now,
            "last_modified_at": now,
            "last_authenticated_at": now,
            "last_ip_address": origin.ip_address,
        },
    )
    if not is_new:
        raise reasons.DEVICE_KEY_EXISTS()
    return device


def _number(text: str) -> int:
    # Padding may be missing. Source: the AWS CLI's example of ConfirmDevice.
    digits = text.rstrip("=")
    try:
        return int.from_bytes(base64.b64decode(digits + "=" * (-len(digits) % 4), validate=True), "big")
    except (binascii.Error, ValueError):
        raise reasons.INVALID_DEVICE_VERIFIER() from None


def get(user: AbstractCognitoUser, key: str) -> Device:
    """Return a device of the user.

    Raises:
        ResourceNotFoundException: they have no such device.
    """
    device = Device.objects.filter(pk=key, user=user.pk).first()
    if device is None:
        raise reasons.DEVICE_NOT_FOUND()
    return device


def page(
    user: AbstractCognitoUser, *, limit: int, token: str | None, scope: str, now: datetime.datetime
) -> paging.Page[Device]:
    """Return one page of the user's devices, by key.

    Raises:
        InvalidParameterException: the token is not good for this request.
    """
    return paging.by_key(Device.objects.filter(user=user.pk), ["key"], limit=limit, token=token, scope=scope, now=now)


def set_remembered(user: AbstractCognitoUser, key: str, *, is_remembered: bool, now: datetime.datetime) -> None:
    """Remember a device, or do not any more.

    Raises:
        ResourceNotFoundException: they have no such device.
    """
    rows = Device.objects.filter(pk=key, user=user.pk)
    if not rows.update(is_remembered=is_remembered, last_modified_at=now):
        raise reasons.DEVICE_NOT_FOUND()


def forget(user: AbstractCognitoUser, key: str) -> None:
    """Delete a device; it is a new one at its next sign-in.

    Raises:
        ResourceNotFoundException: they have no such device.
    """
    deleted, _by_model = Device.objects.filter(pk=key, user=user.pk).delete()
    if not deleted:
        raise reasons.DEVICE_NOT_FOUND()


def note_use(key: str, *, origin: RequestOrigin, now: datetime.datetime) -> None:
    """Note that the device was proved."""
    Device.objects.filter(pk=key).update(last_authenticated_at=now, last_ip_address=origin.ip_address)


def is_accepted(pool: UserPool, *, session_key: str, given: str | None) -> bool:
    """Tell whether a session of the device ``session_key`` may be refreshed by who gives this key.

    Strict pools want the key of a confirmed device, as AWS does; others do not ask.
    """
    if not session_key or not pool.strict or not is_tracked(pool):
        return True
    return given == session_key and Device.objects.filter(pk=session_key).exists()
