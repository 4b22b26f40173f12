"""Settings of a pool between the API's members and the fields of ``UserPool``.

What goes together is checked by ``services/user_pool_settings``.
Source: AWS API_CreateUserPool, API_UpdateUserPool.
"""

from collections.abc import Mapping
from typing import Any

from cognito_auth import reasons
from cognito_auth.models import UserPool

_DEFAULT_DAYS = 7
_FURTHER_MEMBERS = ("DcrConfiguration", "IssuerConfiguration", "KeyConfiguration")


def fields_of(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return all fields that CreateUserPool and UpdateUserPool both set.

    A member that is left out gives its field's default.

    Raises:
        InvalidParameterException: the two members for the life of temporary passwords differ.
    """
    return {
        **_password_fields(request),
        **_sign_up_fields(request),
        "deletion_protection": request.get("DeletionProtection") == "ACTIVE",
        "mfa_configuration": request.get("MfaConfiguration", "OFF"),
        "email_configuration": _email_configuration(request.get("EmailConfiguration")),
        "sms_configuration": request.get("SmsConfiguration") or None,
        "sms_authentication_message": request.get("SmsAuthenticationMessage", ""),
        "verification_message_template": _verification_template(request),
        "device_configuration": _device_configuration(request.get("DeviceConfiguration")),
        **_acr_fields(request),
        "user_pool_add_ons": request.get("UserPoolAddOns"),
        "lambda_config": request.get("LambdaConfig", {}),
        "further_configuration": {name: request[name] for name in _FURTHER_MEMBERS if request.get(name) is not None},
        "tags": request.get("UserPoolTags", {}),
    }


def fields_at_creation(request: Mapping[str, Any], *, strict: bool) -> dict[str, Any]:
    """Return the fields for a new pool.

    Sign-in names are case-insensitive unless asked otherwise; strict pools have AWS's opposite default.
    """
    is_protected = (request.get("UserPoolAddOns") or {}).get("AdvancedSecurityMode", "OFF") != "OFF"
    naming = request.get("UsernameConfiguration", {})
    fields = fields_of(request)
    return {
        **fields,
        "sms_mfa_enabled": _brings_sms_mfa(fields),
        "strict": strict,
        "tier": request.get("UserPoolTier") or ("PLUS" if is_protected else "ESSENTIALS"),
        "username_attributes": request.get("UsernameAttributes", []),
        "alias_attributes": request.get("AliasAttributes", []),
        "case_sensitive": naming.get("CaseSensitive", strict),
    }


def fields_at_update(request: Mapping[str, Any], pool: UserPool) -> dict[str, Any]:
    """Return the fields to change; most members that are left out give their field's default, as at creation.

    Observed: real pools keep ``MfaConfiguration`` and both parts of ``Policies`` (2026), and what Terraform sets
    by other operations or takes away by an empty list: ``UserPoolTags``, ``UserAttributeUpdateSettings``.
    """
    fields = {**fields_of(request), "tier": request.get("UserPoolTier")}
    for field in _kept(request):
        fields[field] = getattr(pool, field)
    fields["name"] = request.get("PoolName", pool.name)
    if "UserAttributeUpdateSettings" not in request:
        fields["verify_before_update_attributes"] = [
            name for name in pool.verify_before_update_attributes if name in fields["auto_verified_attributes"]
        ]
    if pool.strict and fields["sms_configuration"] is None:
        # Once set, AWS does not remove it.
        fields["sms_configuration"] = pool.sms_configuration
    if _brings_sms_mfa(fields) and not (pool.software_token_mfa_enabled or pool.email_mfa_enabled):
        fields["sms_mfa_enabled"] = True
    return fields


def _kept(request: Mapping[str, Any]) -> list[str]:
    """Return the fields that an update leaves alone, since the request says nothing of them."""
    policies = request.get("Policies", {})
    kept = [] if "UserPoolTier" in request else ["tier"]
    if "MfaConfiguration" not in request:
        kept.append("mfa_configuration")
    if "UserPoolTags" not in request:
        kept.append("tags")
    if "SignInPolicy" not in policies:
        kept.append("allowed_first_auth_factors")
    if "PasswordPolicy" not in policies:
        kept += _password_policy_fields(None)
        if "UnusedAccountValidityDays" not in request.get("AdminCreateUserConfig", {}):
            kept.append("temporary_password_validity_days")
    return kept


def _brings_sms_mfa(fields: Mapping[str, Any]) -> bool:
    """Tell whether a request switches on codes by SMS, the one factor these operations can name."""
    return fields["mfa_configuration"] != "OFF" and fields["sms_configuration"] is not None


def _acr_fields(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the names of authentication levels; who names them wants them in tokens."""
    names = request.get("AcrConfiguration")
    return {"acr_configuration": names or None, **({} if names is None else {"acr_enabled": True})}


def _password_fields(request: Mapping[str, Any]) -> dict[str, Any]:
    policies = request.get("Policies", {})
    return {
        **_password_policy_fields(policies.get("PasswordPolicy")),
        "temporary_password_validity_days": _temporary_password_days(request),
        "allowed_first_auth_factors": policies.get("SignInPolicy", {}).get("AllowedFirstAuthFactors"),
    }


def _password_policy_fields(given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the rules for passwords.

    Without a policy all kinds of characters are required. A policy requires what it names: AWS's SDK for Go, and
    so Terraform, has no other way to say that something is not required than to leave it out.
    """
    policy = given or {}
    return {
        "password_minimum_length": policy.get("MinimumLength", 8),
        "password_require_uppercase": policy.get("RequireUppercase", given is None),
        "password_require_lowercase": policy.get("RequireLowercase", given is None),
        "password_require_numbers": policy.get("RequireNumbers", given is None),
        "password_require_symbols": policy.get("RequireSymbols", given is None),
        "password_history_size": policy.get("PasswordHistorySize"),
    }


def _temporary_password_days(request: Mapping[str, Any]) -> int:
    policy = request.get("Policies", {}).get("PasswordPolicy", {})
    given = policy.get("TemporaryPasswordValidityDays")
    older = request.get("AdminCreateUserConfig", {}).get("UnusedAccountValidityDays")
    if given is not None and older is not None and (given or _DEFAULT_DAYS) != (older or _DEFAULT_DAYS):
        raise reasons.INVALID_PARAMETER(
            problem="UnusedAccountValidityDays and TemporaryPasswordValidityDays must not differ."
        )
    days: int = given or older or _DEFAULT_DAYS
    return days


def _sign_up_fields(request: Mapping[str, Any]) -> dict[str, Any]:
    config = request.get("AdminCreateUserConfig", {})
    settings = request.get("UserAttributeUpdateSettings", {})
    return {
        "admin_create_user_only": config.get("AllowAdminCreateUserOnly", False),
        "invite_message_template": config.get("InviteMessageTemplate") or None,
        "auto_verified_attributes": request.get("AutoVerifiedAttributes", []),
        "verify_before_update_attributes": settings.get("AttributesRequireVerificationBeforeUpdate", []),
        "account_recovery": request.get("AccountRecoverySetting") or None,
    }


def _email_configuration(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return {"EmailSendingAccount": "COGNITO_DEFAULT", **given} if given else None


def _device_configuration(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return both members; an empty structure, too, says that devices are remembered."""
    defaults = {"ChallengeRequiredOnNewDevice": False, "DeviceOnlyRememberedOnUserPrompt": False}
    return None if given is None else {**defaults, **given}


def _verification_template(request: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the template; the members that it replaced fill what it leaves out."""
    older = {
        "SmsMessage": request.get("SmsVerificationMessage"),
        "EmailMessage": request.get("EmailVerificationMessage"),
        "EmailSubject": request.get("EmailVerificationSubject"),
    }
    template = {name: text for name, text in older.items() if text is not None}
    template |= request.get("VerificationMessageTemplate", {})
    return {"DefaultEmailOption": "CONFIRM_WITH_CODE", **template} if template else None
