"""UserMigration: takes over somebody whom the pool does not know, at sign-in or at "forgot password".

This asks the handler; ``services/migrated_users`` makes the user.
Source: AWS "Migrate user Lambda trigger".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cognito_auth.choices import DeliveryMedium, TriggerKind, UserStatus
from cognito_auth.models import UserPool
from cognito_auth.services.triggers import calling, event, responses
from cognito_auth.services.triggers.event import Occasion

KIND = TriggerKind.USER_MIGRATION
AUTHENTICATION = "UserMigration_Authentication"
FORGOT_PASSWORD = "UserMigration_ForgotPassword"
_STATUSES = (UserStatus.CONFIRMED, UserStatus.RESET_REQUIRED)
_ACTIONS = ("SUPPRESS", "RESEND")


@dataclass(frozen=True, slots=True)
class Migrated:
    """What the handler told of the person; without ``mediums`` no message is sent."""

    attributes: Mapping[str, str]
    status: UserStatus
    mediums: tuple[DeliveryMedium, ...]
    takes_over_aliases: bool
    enables_sms_mfa: bool


def is_configured(pool: UserPool) -> bool:
    """Tell whether there is a handler."""
    return calling.handler_of(KIND, pool.pk) is not None


def run(
    source: str, occasion: Occasion, *, password: str | None, validation_data: Mapping[str, str] | None = None
) -> Migrated:
    """Ask the handler for a person of this name, at sign-in with the password that was given.

    Raises:
        TriggerError: the handler knows no such person, or failed.
    """
    handler = calling.required(KIND, occasion.pool.pk)
    request: dict[str, Any] = {"validationData": dict(validation_data) if validation_data else None}
    if password is not None:
        request["password"] = password
    checks: dict[str, responses.Check] = {
        "userAttributes": responses.is_text_map,
        "finalUserStatus": lambda value: value in _STATUSES,
        "messageAction": lambda value: value in _ACTIONS,
        "desiredDeliveryMediums": lambda value: isinstance(value, list) and set(value) <= set(DeliveryMedium.values),
        "forceAliasCreation": responses.is_flag,
        "enableSMSMFA": responses.is_flag,
    }
    happening = event.build(source, occasion, request=request, response=dict.fromkeys(checks))
    answer = responses.ask(handler, happening, checks, strict=occasion.pool.strict)
    if not answer["userAttributes"]:
        raise responses.malformed(KIND, "it gave no userAttributes.")
    mediums = answer["desiredDeliveryMediums"] or [DeliveryMedium.SMS]
    return Migrated(
        attributes=answer["userAttributes"],
        status=UserStatus(answer["finalUserStatus"] or UserStatus.RESET_REQUIRED),
        mediums=() if answer["messageAction"] == "SUPPRESS" else tuple(map(DeliveryMedium, mediums)),
        takes_over_aliases=bool(answer["forceAliasCreation"]),
        enables_sms_mfa=bool(answer["enableSMSMFA"]),
    )
