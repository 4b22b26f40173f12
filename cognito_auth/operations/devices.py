"""ConfirmDevice, GetDevice, ListDevices, UpdateDeviceStatus, ForgetDevice and the administrative twins."""

from collections.abc import Mapping
from typing import Any

from cognito_auth import reasons
from cognito_auth.exceptions import UserNotFoundException
from cognito_auth.models import AbstractCognitoUser
from cognito_auth.operations import lookups, representations
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import (
    AdminForgetDeviceRequest,
    AdminGetDeviceRequest,
    AdminGetDeviceResponse,
    AdminListDevicesRequest,
    AdminListDevicesResponse,
    AdminUpdateDeviceStatusRequest,
    AdminUpdateDeviceStatusResponse,
    ConfirmDeviceRequest,
    ConfirmDeviceResponse,
    ForgetDeviceRequest,
    GetDeviceRequest,
    GetDeviceResponse,
    ListDevicesRequest,
    ListDevicesResponse,
    UpdateDeviceStatusRequest,
    UpdateDeviceStatusResponse,
)
from cognito_auth.services import devices, paging

_MOST = 60
_REMEMBERED = "remembered"


@operation("ConfirmDevice")
def confirm_device(request: ConfirmDeviceRequest, call: Call) -> ConfirmDeviceResponse:
    """Begin to recognise the device that one signed in from. Source: AWS API_ConfirmDevice."""
    bearer = lookups.bearer_of(request, call)
    secrets = request.get("DeviceSecretVerifierConfig") or {}
    device = devices.confirm(
        bearer.user,
        request["DeviceKey"],
        session_key=bearer.claims.get("device_key"),
        name=request.get("DeviceName", ""),
        salt_b64=secrets.get("Salt", ""),
        verifier_b64=secrets.get("PasswordVerifier", ""),
        origin=call.origin,
        now=call.now,
    )
    return {"UserConfirmationNecessary": not device.is_remembered}


@operation("GetDevice")
def get_device(request: GetDeviceRequest, call: Call) -> GetDeviceResponse:
    """Return one of one's devices. Source: AWS API_GetDevice."""
    user = _bearer(request, call)
    return {"Device": representations.device_type(devices.get(user, request["DeviceKey"]))}


@operation("AdminGetDevice")
def admin_get_device(request: AdminGetDeviceRequest, call: Call) -> AdminGetDeviceResponse:
    """Return a device of a user. Source: AWS API_AdminGetDevice."""
    user = _owner(request)
    device = devices.get(user, request["DeviceKey"])
    return {"Device": representations.device_type(device, owner=user)}


@operation("ListDevices")
def list_devices(request: ListDevicesRequest, call: Call) -> ListDevicesResponse:
    """Return one's devices. Source: AWS API_ListDevices."""
    user = _bearer(request, call)
    page = _page("ListDevices", user, request, call)
    response: ListDevicesResponse = {"Devices": [representations.device_type(device) for device in page.items]}
    if page.next_token is not None:
        response["PaginationToken"] = page.next_token
    return response


@operation("AdminListDevices")
def admin_list_devices(request: AdminListDevicesRequest, call: Call) -> AdminListDevicesResponse:
    """Return the devices of a user. Source: AWS API_AdminListDevices."""
    user = _owner(request)
    page = _page("AdminListDevices", user, request, call)
    shown = [representations.device_type(device, owner=user) for device in page.items]
    response: AdminListDevicesResponse = {"Devices": shown}
    if page.next_token is not None:
        response["PaginationToken"] = page.next_token
    return response


@operation("UpdateDeviceStatus")
def update_device_status(request: UpdateDeviceStatusRequest, call: Call) -> UpdateDeviceStatusResponse:
    """Remember one's device, or do not any more. Source: AWS API_UpdateDeviceStatus."""
    _set_status(_bearer(request, call), request, call)
    return {}


@operation("AdminUpdateDeviceStatus")
def admin_update_device_status(request: AdminUpdateDeviceStatusRequest, call: Call) -> AdminUpdateDeviceStatusResponse:
    """Remember a user's device, or do not any more. Source: AWS API_AdminUpdateDeviceStatus."""
    _set_status(lookups.user_in_pool_of(request), request, call)
    return {}


@operation("ForgetDevice")
def forget_device(request: ForgetDeviceRequest, call: Call) -> None:
    """Forget one's device. Source: AWS API_ForgetDevice."""
    devices.forget(_bearer(request, call), request["DeviceKey"])


@operation("AdminForgetDevice")
def admin_forget_device(request: AdminForgetDeviceRequest, call: Call) -> None:
    """Forget a user's device. Source: AWS API_AdminForgetDevice."""
    devices.forget(lookups.user_in_pool_of(request), request["DeviceKey"])


def _bearer(request: Mapping[str, Any], call: Call) -> AbstractCognitoUser:
    user = lookups.bearer_of(request, call).user
    if not devices.is_tracked(user.pool):
        raise reasons.DEVICES_NOT_TRACKED()
    return user


def _owner(request: Mapping[str, Any]) -> AbstractCognitoUser:
    """Return the user; these operations declare no UserNotFoundException.

    Raises:
        ResourceNotFoundException: no such pool or user.
    """
    try:
        return lookups.user_in_pool_of(request)
    except UserNotFoundException:
        raise reasons.DEVICE_OWNER_NOT_FOUND() from None


def _page(name: str, user: AbstractCognitoUser, request: Mapping[str, Any], call: Call) -> paging.Page[Any]:
    limit = request.get("Limit")
    scope = paging.scope_of(name, {"user": str(user.sub)})
    return devices.page(user, limit=limit or _MOST, token=request.get("PaginationToken"), scope=scope, now=call.now)


def _set_status(user: AbstractCognitoUser, request: Mapping[str, Any], call: Call) -> None:
    status = request.get("DeviceRememberedStatus")
    if status is None:
        raise reasons.MISSING_PARAMETER(name="DeviceRememberedStatus")
    devices.set_remembered(user, request["DeviceKey"], is_remembered=status == _REMEMBERED, now=call.now)
