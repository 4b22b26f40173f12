"""Assessing a sign-in once its first factor is proved, and acting on what was found.

What was found is kept in the sign-in's state and stands in the event of each step. In AUDIT mode it is
noted only; in ENFORCED mode a sign-in may be refused, or a second factor demanded, as configured.
"""

from collections.abc import Mapping
from typing import Any, Final

from cognito_auth import reasons
from cognito_auth.models.statements import execute_together
from cognito_auth.services import user_agents
from cognito_auth.services.risk import compromised_password, configuration, impossible_pace, ip_lists, new_device
from cognito_auth.services.risk.facts import RiskLevel, gather, place_of
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.tokens import assurance

# Keys of ``SignIn.state``. The last is read where it is decided which second factor is owed.
_FOUND: Final = "risk"
_COMPROMISED: Final = "risk_compromised"
MFA_DEMANDED: Final = "mfa_demanded"
_RULES = (new_device.level, impossible_pace.level)
_CUSTOM = "CUSTOM_CHALLENGE"


def note_password(sign_in: SignIn, password: str) -> None:
    """Note whether the right password that a person gave is known to be out."""
    if configuration.mode_of(sign_in.pool, sign_in.flow) == configuration.OFF:
        return
    settings = configuration.in_force(sign_in.pool, sign_in.client)
    action = configuration.compromised_action(settings, "SIGN_IN")
    if action is not None and compromised_password.is_known(password):
        sign_in.state[_COMPROMISED] = action


def found(sign_in: SignIn) -> Mapping[str, Any] | None:
    """Return what was found, as columns of an event; ``None`` if nobody looked."""
    columns: Mapping[str, Any] | None = sign_in.state.get(_FOUND)
    return columns


def assess(sign_in: SignIn) -> None:
    """Look at a sign-in whose first factor is proved; later steps are not looked at again.

    Raises:
        NotAuthorizedException: too risky.
        PasswordResetRequiredException: the password is known to be out.
    """
    mode = configuration.mode_of(sign_in.pool, sign_in.flow)
    is_proved = bool(assurance.methods_of(sign_in.passed)) or _CUSTOM in sign_in.passed
    if mode == configuration.OFF or not is_proved or _FOUND in sign_in.state:
        return
    settings = configuration.in_force(sign_in.pool, sign_in.client)
    compromised_action = sign_in.state.get(_COMPROMISED)
    place = place_of(sign_in.origin.ip_address)
    columns: dict[str, Any] = {
        "risk_decision": "NoRisk",
        "is_compromised": compromised_action is not None,
        "device_name": user_agents.describe(sign_in.origin.user_agent),
        "city": str(place.get("city", ""))[:128],
        "country": str(place.get("country", ""))[:64],
    }
    sign_in.state[_FOUND] = columns
    action = _takeover_action(sign_in, settings, columns)
    if mode != configuration.ENFORCED:
        return
    if action == configuration.BLOCK:
        columns["risk_decision"] = "Block"
        _settle(sign_in)
        raise reasons.SIGN_IN_TOO_RISKY()
    if compromised_action == configuration.BLOCK:
        columns["risk_decision"] = "Block"
        _settle(sign_in)
        raise reasons.PASSWORD_RESET_FOR_SECURITY()
    if action in (configuration.MFA_IF_CONFIGURED, configuration.MFA_REQUIRED):
        columns["risk_decision"] = "AccountTakeover"
        sign_in.state[MFA_DEMANDED] = action


def _takeover_action(sign_in: SignIn, settings: Mapping[str, Any], columns: dict[str, Any]) -> str:
    """Note the level and return what is configured for it."""
    address = sign_in.origin.ip_address
    exceptions: Mapping[str, Any] = settings.get("RiskExceptionConfiguration", {})
    if ip_lists.contains(exceptions.get("BlockedIPRangeList", ()), address):
        columns["risk_level"] = RiskLevel.HIGH.wire
        return configuration.BLOCK
    if ip_lists.contains(exceptions.get("SkippedIPRangeList", ()), address):
        return configuration.NO_ACTION
    facts = gather(sign_in.known_user, origin=sign_in.origin, now=sign_in.now)
    levels = [level for level in (rule(facts) for rule in _RULES) if level is not None]
    if not levels:
        return configuration.NO_ACTION
    columns["risk_level"] = max(levels).wire
    return configuration.takeover_action(settings, max(levels))


def _settle(sign_in: SignIn) -> None:
    """Write what a right proof writes: the person did not fail."""
    if sign_in.later:
        execute_together(sign_in.later)
        sign_in.later = []
