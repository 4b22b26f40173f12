"""SetUserPoolMfaConfig, GetUserPoolMfaConfig."""

from collections.abc import Mapping
from typing import Any

from cognito_auth import reasons
from cognito_auth.models import UserPool
from cognito_auth.operations import lookups
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import (
    GetUserPoolMfaConfigRequest,
    GetUserPoolMfaConfigResponse,
    SetUserPoolMfaConfigRequest,
    SetUserPoolMfaConfigResponse,
)
from cognito_auth.services import user_pools
from cognito_auth.services.passkeys import configuration


@operation("SetUserPoolMfaConfig")
def set_user_pool_mfa_config(request: SetUserPoolMfaConfigRequest, call: Call) -> SetUserPoolMfaConfigResponse:
    """Set which second factors a pool has and whether it insists; factors left out are switched off.

    Raises:
        ResourceNotFoundException: no such pool.
        InvalidParameterException: the settings contradict each other.
        FeatureUnavailableInTierException: a setting asks for what is not offered.
    Source: AWS API_SetUserPoolMfaConfig.
    """
    pool = lookups.user_pool_of(request)
    user_pools.update(pool, _fields_of(request, pool), now=call.now)
    response: SetUserPoolMfaConfigResponse = _configuration_of(pool)
    return response


def _fields_of(request: Mapping[str, Any], pool: UserPool) -> dict[str, Any]:
    sms, email = request.get("SmsMfaConfiguration"), request.get("EmailMfaConfiguration")
    fields: dict[str, Any] = {
        "mfa_configuration": request.get("MfaConfiguration", "OFF"),
        "sms_mfa_enabled": sms is not None,
        "software_token_mfa_enabled": request.get("SoftwareTokenMfaConfiguration", {}).get("Enabled", False),
        "email_mfa_enabled": email is not None,
        "email_mfa_configuration": email or None,
    }
    if sms is not None:
        if pool.strict and not sms.get("SmsConfiguration", {}).get("SnsCallerArn"):
            raise reasons.INVALID_PARAMETER(
                problem="[SmsConfiguration] is a required member of [SoftwareTokenMfaConfiguration]."
            )
        fields["sms_authentication_message"] = sms.get("SmsAuthenticationMessage", "")
        if sms.get("SmsConfiguration"):
            fields["sms_configuration"] = sms["SmsConfiguration"]
    if request.get("WebAuthnConfiguration") is not None:
        fields["web_authn_configuration"] = configuration.check(request["WebAuthnConfiguration"]) or None
    return fields


@operation("GetUserPoolMfaConfig")
def get_user_pool_mfa_config(request: GetUserPoolMfaConfigRequest, call: Call) -> GetUserPoolMfaConfigResponse:
    """Return which second factors a pool has and whether it insists.

    Raises:
        ResourceNotFoundException: no such pool.
    Source: AWS API_GetUserPoolMfaConfig.
    """
    return _configuration_of(lookups.user_pool_of(request))


def _configuration_of(pool: UserPool) -> GetUserPoolMfaConfigResponse:
    response: GetUserPoolMfaConfigResponse = {"MfaConfiguration": pool.mfa_configuration}
    if pool.sms_mfa_enabled:
        response["SmsMfaConfiguration"] = {}
        if pool.sms_authentication_message:
            response["SmsMfaConfiguration"]["SmsAuthenticationMessage"] = pool.sms_authentication_message
        if pool.sms_configuration:
            response["SmsMfaConfiguration"]["SmsConfiguration"] = pool.sms_configuration
    if pool.software_token_mfa_enabled:
        response["SoftwareTokenMfaConfiguration"] = {"Enabled": True}
    if pool.email_mfa_enabled:
        response["EmailMfaConfiguration"] = {}
        if pool.email_mfa_configuration:
            response["EmailMfaConfiguration"] = pool.email_mfa_configuration
    if pool.web_authn_configuration:
        response["WebAuthnConfiguration"] = pool.web_authn_configuration
    return response
