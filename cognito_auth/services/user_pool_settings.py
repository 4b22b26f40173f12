"""Which settings of a pool go together.

Checks a pool's fields as a whole, so that every door (API, commands, admin) refuses the same
contradictions. A setting whose feature does not exist yet is refused where accepting it would make
the pool weaker than it says; others are kept and given back.

Source: AWS API_CreateUserPool, API_UpdateUserPool.
"""

from typing import Any

from cognito_auth import reasons
from cognito_auth.conf import settings
from cognito_auth.models import UserPool
from cognito_auth.services import tags
from cognito_auth.services.account_recovery import recovery_attributes
from cognito_auth.services.passkeys import configuration
from cognito_auth.services.tokens import assurance

STRICT_MAX_CUSTOM_ATTRIBUTES = 50
_TIERS = ("LITE", "ESSENTIALS", "PLUS")
_ADDRESSES = frozenset({"email", "phone_number"})
_LISTS = {
    "username_attributes": _ADDRESSES,
    "alias_attributes": _ADDRESSES | {"preferred_username"},
    "auto_verified_attributes": _ADDRESSES,
    "verify_before_update_attributes": _ADDRESSES,
}
_INVITATION_PLACEHOLDERS = ("{username}", "{####}")


def check(pool: UserPool, *, from_tier: str | None = None) -> None:
    """Refuse settings that contradict each other or ask for what is not offered.

    ``from_tier`` is the tier that a pool had before, when it is being changed.

    Raises:
        InvalidParameterException: a contradiction.
        FeatureUnavailableInTierException: a feature that is not there.
        TierChangeNotAllowedException: the new tier lacks a feature that is on.
        UserPoolTaggingException: tags that cannot be set.
    """
    _check_offered(pool)
    _check_lists(pool)
    _check_first_factors(pool)
    _check_verification(pool)
    _check_recovery(pool.account_recovery)
    _check_mfa(pool)
    _check_messages(pool)
    _check_triggers(pool.lambda_config)
    _check_acr(pool)
    _check_tags(pool.tags)
    if pool.strict:
        _check_strict(pool)
        _check_tier(pool, from_tier=from_tier)


def _check_offered(pool: UserPool) -> None:
    if "SOFTWARE_TOKEN" in (pool.allowed_first_auth_factors or ()):
        raise reasons.FEATURE_UNAVAILABLE(feature="SOFTWARE_TOKEN as a first factor (AllowedFirstAuthFactors)")
    further: dict[str, Any] = pool.further_configuration
    key = further.get("KeyConfiguration", {})
    if key.get("KeyType") == "CUSTOMER_MANAGED_KEY" or key.get("KmsKeyArn"):
        raise reasons.FEATURE_UNAVAILABLE(feature="Encryption with an AWS KMS key (KeyConfiguration)")
    registration = further.get("DcrConfiguration")
    if registration is not None and registration.get("EnableStatus") != "Disabled":
        raise reasons.FEATURE_UNAVAILABLE(feature="Dynamic client registration (DcrConfiguration)")
    if further.get("IssuerConfiguration", {}).get("Type") == "UPDATED":
        raise reasons.FEATURE_UNAVAILABLE(feature="A multi-Region issuer (IssuerConfiguration)")


def _check_lists(pool: UserPool) -> None:
    for field, allowed in _LISTS.items():
        unknown = [name for name in getattr(pool, field) if name not in allowed]
        if unknown:
            raise reasons.INVALID_PARAMETER(problem=f"{unknown[0]} cannot be in {field}.")
    if pool.username_attributes and pool.alias_attributes:
        raise reasons.INVALID_PARAMETER(problem="Only one of the aliasAttributes or usernameAttributes can be set")


def _check_first_factors(pool: UserPool) -> None:
    factors = set(pool.allowed_first_auth_factors or ("PASSWORD",))
    if factors == {"WEB_AUTHN"}:
        # Nobody could sign in to register the first passkey.
        raise reasons.INVALID_PARAMETER(problem="AllowedFirstAuthFactors cannot contain WEB_AUTHN alone.")
    if pool.mfa_configuration != "ON":
        return
    if factors & {"EMAIL_OTP", "SMS_OTP"}:
        raise reasons.INVALID_PARAMETER(
            problem="EMAIL_OTP and SMS_OTP cannot be in AllowedFirstAuthFactors when MfaConfiguration is ON."
        )
    if "WEB_AUTHN" in factors and pool.strict and not configuration.is_multi_factor(pool):
        raise reasons.INVALID_PARAMETER(
            problem="WEB_AUTHN can be in AllowedFirstAuthFactors when MfaConfiguration is ON only with the"
            " FactorConfiguration MULTI_FACTOR_WITH_USER_VERIFICATION."
        )


def _check_verification(pool: UserPool) -> None:
    if not set(pool.verify_before_update_attributes) <= set(pool.auto_verified_attributes):
        raise reasons.INVALID_PARAMETER(
            problem="AttributesRequireVerificationBeforeUpdate can only contain attributes that are in"
            " AutoVerifiedAttributes."
        )


def _check_recovery(account_recovery: dict[str, Any] | None) -> None:
    mechanisms = (account_recovery or {}).get("RecoveryMechanisms", [])
    names = [mechanism["Name"] for mechanism in mechanisms]
    if "admin_only" in names and len(names) > 1:
        raise reasons.INVALID_PARAMETER(problem="admin_only cannot be combined with other recovery mechanisms.")
    priorities = {mechanism["Priority"] for mechanism in mechanisms}
    if len(set(names)) < len(names) or len(priorities) < len(names):
        raise reasons.INVALID_PARAMETER(problem="Recovery mechanisms must have different names and priorities.")


def _check_mfa(pool: UserPool) -> None:
    if pool.mfa_configuration not in ("ON", "OFF", "OPTIONAL"):
        raise reasons.INVALID_PARAMETER(problem="[MfaConfiguration] must be one of 'ON', 'OFF', or 'OPTIONAL'.")
    if pool.mfa_configuration == "OFF":
        return
    if not (pool.sms_mfa_enabled or pool.software_token_mfa_enabled or pool.email_mfa_enabled):
        raise reasons.MFA_FACTORS_MISSING()
    if pool.email_mfa_enabled and pool.account_recovery is not None and recovery_attributes(pool) == ["email"]:
        raise reasons.MFA_EMAIL_IS_RECOVERY()


def _check_messages(pool: UserPool) -> None:
    invitation: dict[str, str] = pool.invite_message_template or {}
    for member in ("SMSMessage", "EmailMessage"):
        text = invitation.get(member)
        if text is not None and not all(placeholder in text for placeholder in _INVITATION_PLACEHOLDERS):
            raise reasons.INVALID_PARAMETER(
                problem=f"{member} of InviteMessageTemplate must contain {{username}} and {{####}}."
            )


def _check_triggers(lambda_config: dict[str, Any]) -> None:
    """Refuse two functions for one trigger. Source: AWS LambdaConfigType, PreTokenGeneration."""
    older = lambda_config.get("PreTokenGeneration")
    newer = lambda_config.get("PreTokenGenerationConfig", {}).get("LambdaArn")
    if older is not None and newer is not None and older != newer:
        raise reasons.INVALID_PARAMETER(
            problem="PreTokenGeneration and the LambdaArn of PreTokenGenerationConfig must not differ."
        )


def _check_acr(pool: UserPool) -> None:
    names = [assurance.name_of(pool, level) for level in assurance.LEVELS]
    if len(set(names)) < len(names):
        raise reasons.INVALID_PARAMETER(problem="The AcrValue of each level must be unique.")


def _check_tags(given: dict[str, str]) -> None:
    problem = tags.problem_of(given)
    if problem is not None:
        raise reasons.TAGS_REFUSED(problem=problem)


def _check_strict(pool: UserPool) -> None:
    """Refuse what means something only at AWS, or what AWS alone refuses."""
    if "phone_number" in pool.auto_verified_attributes and not pool.sms_configuration:
        raise reasons.INVALID_PARAMETER(problem="SMS configuration is required to auto-verify phone numbers.")
    factors = set(pool.allowed_first_auth_factors or ())
    if "SMS_OTP" in factors and not pool.sms_configuration:
        raise reasons.INVALID_PARAMETER(problem="SMS configuration is required for SMS_OTP as a first factor.")
    email: dict[str, Any] = pool.email_configuration or {}
    is_own_sender = email.get("EmailSendingAccount") == "DEVELOPER"
    if is_own_sender and not email.get("SourceArn"):
        raise reasons.INVALID_PARAMETER(problem="SourceArn is required when EmailSendingAccount is DEVELOPER.")
    if pool.email_mfa_enabled and not is_own_sender:
        raise reasons.INVALID_PARAMETER(problem="E-mail MFA is allowed only when EmailSendingAccount is DEVELOPER.")


def _check_tier(pool: UserPool, *, from_tier: str | None) -> None:
    """Refuse what strict pools have in higher tiers only."""
    feature = _feature_above_tier(pool)
    if feature is None:
        return
    if from_tier is not None and _TIERS.index(pool.tier) < _TIERS.index(from_tier):
        raise reasons.TIER_CHANGE_NOT_ALLOWED(tier=pool.tier, feature=feature)
    raise reasons.FEATURE_UNAVAILABLE(feature=feature)


def _feature_above_tier(pool: UserPool) -> str | None:
    mode = (pool.user_pool_add_ons or {}).get("AdvancedSecurityMode", "OFF")
    if mode != "OFF" and pool.tier != "PLUS":
        return "Threat Protection below the PLUS tier"
    if pool.tier != "LITE":
        return None
    if set(pool.allowed_first_auth_factors or ()) - {"PASSWORD"}:
        return "Choice-based sign-in below the ESSENTIALS tier"
    if pool.password_history_size:
        return "Password history in the LITE tier"
    version = (pool.lambda_config or {}).get("PreTokenGenerationConfig", {}).get("LambdaVersion", "V1_0")
    if version != "V1_0":
        return f"Token Customization with Pre-Token Generation Lambda {version} in the LITE tier"
    return "E-mail MFA in the LITE tier" if pool.email_mfa_enabled else None


def check_attribute_count(pool: UserPool, count: int) -> None:
    """Refuse more custom attributes than the pool may have: 50 in strict pools, else as set.

    Raises:
        InvalidParameterException: too many.
    """
    limit = STRICT_MAX_CUSTOM_ATTRIBUTES if pool.strict else settings.max_custom_attributes
    if limit is not None and count > limit:
        raise reasons.INVALID_SCHEMA(problem=f"The user pool cannot have more than {limit} custom attributes.")
