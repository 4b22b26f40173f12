"""What a pool, or one of its clients, does about risks: kept in the API's own shape.

A client's configuration stands in place of the pool's, whole. Source: AWS API_SetRiskConfiguration.
"""

import datetime
import email.utils
from collections.abc import Mapping
from typing import Any

from cognito_auth import names, reasons
from cognito_auth.choices import AuthFlow
from cognito_auth.models import RiskConfiguration, UserPool, UserPoolClient
from cognito_auth.services.risk import ip_lists
from cognito_auth.services.risk.facts import RiskLevel

OFF, AUDIT, ENFORCED = "OFF", "AUDIT", "ENFORCED"
BLOCK, MFA_IF_CONFIGURED, MFA_REQUIRED, NO_ACTION = "BLOCK", "MFA_IF_CONFIGURED", "MFA_REQUIRED", "NO_ACTION"
_ALL_EVENTS = ("SIGN_IN", "SIGN_UP", "PASSWORD_CHANGE")


def mode_of(pool: UserPool, flow: str = "") -> str:
    """Return whether risks are ignored, noted or acted on; custom challenges have a mode of their own."""
    add_ons: Mapping[str, Any] = pool.user_pool_add_ons or {}
    if flow == AuthFlow.CUSTOM_AUTH:
        mode = add_ons.get("AdvancedSecurityAdditionalFlows", {}).get("CustomAuthMode", OFF)
    else:
        mode = add_ons.get("AdvancedSecurityMode", OFF)
    return str(mode)


def check_enabled(pool: UserPool) -> None:
    """Refuse where threat protection is off.

    Raises:
        UserPoolAddOnNotEnabledException: it is.
    """
    if not pool.user_pool_add_ons or mode_of(pool) == mode_of(pool, AuthFlow.CUSTOM_AUTH) == OFF:
        raise reasons.THREAT_PROTECTION_OFF()


def stored(pool: UserPool, client: UserPoolClient | None) -> RiskConfiguration | None:
    """Return what was set for exactly this pool or client."""
    return RiskConfiguration.objects.filter(pool=pool, client=client).first()


def in_force(pool: UserPool, client: UserPoolClient) -> Mapping[str, Any]:
    """Return what holds at a client: its own configuration, else the pool's; one query."""
    rows = RiskConfiguration.objects.filter(pool=pool)
    by_client = {row.client_id: row.configuration for row in rows if row.client_id in (None, client.pk)}
    found: Mapping[str, Any] = by_client.get(client.pk, by_client.get(None, {}))
    return found


def set_to(
    pool: UserPool, client: UserPoolClient | None, configuration: Mapping[str, Any], *, now: datetime.datetime
) -> RiskConfiguration | None:
    """Store a configuration; an empty one removes what was set.

    Raises:
        UserPoolAddOnNotEnabledException: threat protection is off.
        InvalidParameterException: no range of addresses, or no address to send from.
    """
    check_enabled(pool)
    exceptions: Mapping[str, Any] = configuration.get("RiskExceptionConfiguration", {})
    for member in ("BlockedIPRangeList", "SkippedIPRangeList"):
        ip_lists.check(exceptions.get(member, ()), member=member)
    _check_addresses(notify_configuration(configuration))
    if not configuration:
        RiskConfiguration.objects.filter(pool=pool, client=client).delete()
        return None
    values = {"configuration": dict(configuration), "last_modified_at": now}
    return RiskConfiguration.objects.update_or_create(pool=pool, client=client, defaults=values)[0]


def takeover_action(configuration: Mapping[str, Any], level: RiskLevel) -> str:
    """Return what is to be done about a sign-in of this level."""
    action = _takeover_actions(configuration).get(f"{level.wire}Action", {})
    return str(action.get("EventAction", NO_ACTION))


def notifies(configuration: Mapping[str, Any], level: RiskLevel) -> bool:
    """Tell whether people are told of sign-ins of this level."""
    return bool(_takeover_actions(configuration).get(f"{level.wire}Action", {}).get("Notify"))


def notify_configuration(configuration: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return by whom and in which words people are told (the API's ``NotifyConfigurationType``)."""
    found: Mapping[str, Any] = configuration.get("AccountTakeoverRiskConfiguration", {}).get("NotifyConfiguration", {})
    return found


def _check_addresses(notify: Mapping[str, Any]) -> None:
    for member in ("From", "ReplyTo"):
        text = notify.get(member)
        if text is None:
            continue
        _name, address = email.utils.parseaddr(text)
        if not names.looks_like_email(address) or not text.isprintable():
            raise reasons.INVALID_PARAMETER(problem=f"{member} is not an e-mail address.")


def _takeover_actions(configuration: Mapping[str, Any]) -> Mapping[str, Any]:
    actions: Mapping[str, Any] = configuration.get("AccountTakeoverRiskConfiguration", {}).get("Actions", {})
    return actions


def compromised_action(configuration: Mapping[str, Any], event: str) -> str | None:
    """Return what is to be done about a known password on this occasion; ``None``: do not look."""
    section: Mapping[str, Any] | None = configuration.get("CompromisedCredentialsRiskConfiguration")
    if section is None:
        return NO_ACTION
    if event not in (section.get("EventFilter") or _ALL_EVENTS):
        return None
    return str(section["Actions"]["EventAction"])
