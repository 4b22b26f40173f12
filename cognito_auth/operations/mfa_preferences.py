"""Second factors of users: SetUserMFAPreference, SetUserSettings and their administrative twins."""

from collections.abc import Mapping, Sequence
from typing import Any

from cognito_auth import reasons
from cognito_auth.models import UserPool
from cognito_auth.operations import lookups
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import (
    AdminSetUserMFAPreferenceRequest,
    AdminSetUserMFAPreferenceResponse,
    AdminSetUserSettingsRequest,
    AdminSetUserSettingsResponse,
    MFAOptionType,
    SetUserMFAPreferenceRequest,
    SetUserMFAPreferenceResponse,
    SetUserSettingsRequest,
    SetUserSettingsResponse,
)
from cognito_auth.services import mfa
from cognito_auth.services.mfa import preferences
from cognito_auth.services.mfa.preferences import FactorSetting
from cognito_auth.services.passkeys import configuration

_MEMBERS = {
    "SMSMfaSettings": mfa.SMS,
    "SoftwareTokenMfaSettings": mfa.SOFTWARE_TOKEN,
    "EmailMfaSettings": mfa.EMAIL,
}
_SMS_OPTION = {"DeliveryMedium": "SMS", "AttributeName": "phone_number"}


@operation("SetUserMFAPreference")
def set_user_mfa_preference(request: SetUserMFAPreferenceRequest, call: Call) -> SetUserMFAPreferenceResponse:
    """Switch one's own second factors on and off, and prefer one.

    Raises:
        NotAuthorizedException: a bad token.
        InvalidParameterException: something a factor needs is missing, or preferences contradict.
    Source: AWS API_SetUserMFAPreference.
    """
    bearer = lookups.bearer_of(request, call)
    preferences.change(bearer.user, _settings_in(request, bearer.user.pool), now=call.now)
    return {}


@operation("AdminSetUserMFAPreference")
def admin_set_user_mfa_preference(
    request: AdminSetUserMFAPreferenceRequest, call: Call
) -> AdminSetUserMFAPreferenceResponse:
    """Switch a user's second factors on and off, and prefer one.

    Raises:
        ResourceNotFoundException: no such pool.
        UserNotFoundException: no such user in the pool.
        InvalidParameterException: something a factor needs is missing, or preferences contradict.
    Source: AWS API_AdminSetUserMFAPreference.
    """
    user = lookups.user_in_pool_of(request)
    preferences.change(user, _settings_in(request, user.pool), now=call.now)
    return {}


def _settings_in(request: Mapping[str, Any], pool: UserPool) -> dict[str, FactorSetting]:
    """Return the settings given; a factor without ``Enabled`` is switched off, as at AWS.

    Passkeys stand for two factors where the pool says so, for everybody: there is nothing to keep per person.
    """
    if request.get("WebAuthnMfaSettings", {}).get("Enabled") and not configuration.is_multi_factor(pool):
        raise reasons.MFA_FACTOR_NOT_ENABLED(factor="WEB_AUTHN")
    return {
        factor: FactorSetting(
            enabled=request[member].get("Enabled", False), preferred=request[member].get("PreferredMfa")
        )
        for member, factor in _MEMBERS.items()
        if request.get(member) is not None
    }


@operation("SetUserSettings")
def set_user_settings(request: SetUserSettingsRequest, call: Call) -> SetUserSettingsResponse:
    """Switch one's own codes by SMS on, or with an empty list off; SetUserMFAPreference has replaced it.

    Raises:
        NotAuthorizedException: a bad token.
        InvalidParameterException: another option than SMS, or no phone number.
    Source: AWS API_SetUserSettings.
    """
    bearer = lookups.bearer_of(request, call)
    preferences.change_sms(bearer.user, enabled=_asks_for_sms(request["MFAOptions"]), now=call.now)
    return {}


@operation("AdminSetUserSettings")
def admin_set_user_settings(request: AdminSetUserSettingsRequest, call: Call) -> AdminSetUserSettingsResponse:
    """Switch a user's codes by SMS on or off; AdminSetUserMFAPreference has replaced it.

    Raises:
        ResourceNotFoundException: no such pool.
        UserNotFoundException: no such user in the pool.
        InvalidParameterException: another option than SMS, or no phone number.
    Source: AWS API_AdminSetUserSettings.
    """
    user = lookups.user_in_pool_of(request)
    preferences.change_sms(user, enabled=_asks_for_sms(request["MFAOptions"]), now=call.now)
    return {}


def _asks_for_sms(options: Sequence[MFAOptionType]) -> bool:
    if any(dict(option) != _SMS_OPTION for option in options):
        raise reasons.INVALID_PARAMETER(problem="MFAOptions can only hold SMS to phone_number.")
    return bool(options)
