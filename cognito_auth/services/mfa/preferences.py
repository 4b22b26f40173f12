"""Which second factors a person has switched on, and which one they prefer.

Source: AWS API_SetUserMFAPreference, API_AdminSetUserMFAPreference, API_SetUserSettings.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from cognito_auth import reasons
from cognito_auth.models import AbstractCognitoUser, SoftwareToken
from cognito_auth.services import external_users, mfa
from cognito_auth.services.attributes import updates


@dataclass(frozen=True, slots=True)
class FactorSetting:
    """What is to become of one factor.

    Attributes:
        preferred: ``None`` leaves the preference as it is.
    """

    enabled: bool
    preferred: bool | None = None


def enabled_factors(user: AbstractCognitoUser) -> list[str]:
    """Return the factors the person has switched on, in the API's names."""
    return [factor for factor, field in mfa.FACTORS.items() if getattr(user, field)]


def change(user: AbstractCognitoUser, settings: Mapping[str, FactorSetting], *, now: datetime.datetime) -> None:
    """Switch factors on and off; factors that ``settings`` does not name stay as they are.

    Switching off the preferred factor leaves none preferred.

    Raises:
        InvalidParameterException: the pool or the person does not have what a factor needs, or the
            preferences contradict each other.
        NotAuthorizedException: the account signs in elsewhere.
        UserNotFoundException: deleted meanwhile.
    """
    _refuse_contradictions(settings)
    with transaction.atomic():
        locked = updates.lock(user)
        for factor, setting in settings.items():
            if setting.enabled:
                _refuse_unusable(locked, factor)
            _apply(locked, factor, setting)
        locked.last_modified_at = now
        fields = [*mfa.FACTORS.values(), "preferred_mfa", "last_modified_at"]
        locked.save(update_fields=fields)
    for field in fields:
        setattr(user, field, getattr(locked, field))


def _refuse_contradictions(settings: Mapping[str, FactorSetting]) -> None:
    preferred = [factor for factor, setting in settings.items() if setting.preferred]
    for factor in preferred:
        if not settings[factor].enabled:
            raise reasons.MFA_PREFERRED_NOT_ENABLED(factor=factor)
    if len(preferred) > 1:
        raise reasons.MFA_PREFERRED_TWICE()


def _refuse_unusable(user: AbstractCognitoUser, factor: str) -> None:
    external_users.refuse(user)
    if not getattr(user.pool, mfa.FACTORS[factor]):
        raise reasons.MFA_FACTOR_NOT_ENABLED(factor=factor)
    if factor == mfa.SOFTWARE_TOKEN:
        if not SoftwareToken.objects.filter(user_id=user.pk, verified_at__isnull=False).exists():
            raise reasons.SOFTWARE_TOKEN_NOT_VERIFIED()
    elif not getattr(user, mfa.ATTRIBUTES[factor]):
        raise reasons.MFA_WITHOUT_ADDRESS(factor=factor)


def _apply(user: AbstractCognitoUser, factor: str, setting: FactorSetting) -> None:
    setattr(user, mfa.FACTORS[factor], setting.enabled)
    if setting.preferred:
        user.preferred_mfa = factor
    elif user.preferred_mfa == factor and (setting.preferred is False or not setting.enabled):
        user.preferred_mfa = ""


def change_sms(user: AbstractCognitoUser, *, enabled: bool, now: datetime.datetime) -> None:
    """Do what the API's older operations do: switch codes by SMS on or off.

    Raises:
        InvalidParameterException: the pool sends no SMS, or the person has no phone number.
        UserNotFoundException: deleted meanwhile.
    """
    change(user, {mfa.SMS: FactorSetting(enabled=enabled)}, now=now)
