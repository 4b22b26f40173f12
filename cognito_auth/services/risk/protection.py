"""Assessing a sign-in once its first factor is proved, and acting on what was found.

What was found is kept in the sign-in's state and stands in the event of each step. In AUDIT mode it is
noted only; in ENFORCED mode a sign-in may be refused, or a second factor demanded, as configured, and
the person told of it by e-mail.
"""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from cognito_auth import reasons
from cognito_auth.choices import MessageEvent
from cognito_auth.conf import settings as package_settings
from cognito_auth.services import user_agents
from cognito_auth.services.risk import (
    compromised_password,
    configuration,
    feedback,
    impossible_pace,
    ip_lists,
    new_device,
    new_passwords,
    notices,
)
from cognito_auth.services.risk.facts import RiskLevel, gather, place_of
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.tokens import assurance

# Keys of ``SignIn.state``. ``mfa_demanded`` is read where it is decided which second factor is owed.
_FOUND: Final = "risk"
_COMPROMISED: Final = "risk_compromised"
# Id of the event that the person is told of.
_TOLD: Final = "risk_event"
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


def note_new_password(sign_in: SignIn, password: str) -> None:
    """Note whether a password that is chosen while signing in is known to be out.

    Raises:
        InvalidPasswordException: it is, and the pool blocks such.
    """
    known = new_passwords.check(sign_in.pool, sign_in.client, password, event="PASSWORD_CHANGE")
    if known is not None:
        sign_in.state[_FOUND] = {**sign_in.state.get(_FOUND, {}), **known}


def found(sign_in: SignIn) -> Mapping[str, Any] | None:
    """Return what was found, as columns of an event; ``None`` if nobody looked."""
    columns: Mapping[str, Any] | None = sign_in.state.get(_FOUND)
    if columns is None or sign_in.event_id is None:
        return columns
    return {**columns, "id": sign_in.event_id}


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
    level = RiskLevel.named(columns.get("risk_level", ""))
    if level is not None and configuration.notifies(settings, level) and package_settings.auth_events:
        sign_in.event_id = uuid.uuid4()
        sign_in.state[_TOLD] = str(sign_in.event_id)
    if action == configuration.BLOCK:
        columns["risk_decision"] = "Block"
        raise reasons.SIGN_IN_TOO_RISKY()
    if compromised_action == configuration.BLOCK:
        columns["risk_decision"] = "Block"
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


def refuse_disowned(sign_in: SignIn) -> None:
    """End a sign-in that the person, told of it, has meanwhile said was not theirs.

    Raises:
        NotAuthorizedException: they have.
    """
    told = sign_in.state.get(_TOLD)
    if told is not None and feedback.is_disowned(uuid.UUID(told)):
        raise reasons.SIGN_IN_TOO_RISKY()


def event_told_of(sign_in: SignIn) -> uuid.UUID | None:
    """Return the id of the event that the person was told of at an earlier step, or ``None``.

    It becomes that of the success: what they say about it is about the whole sign-in.
    """
    told = sign_in.state.get(_TOLD)
    return None if told is None or sign_in.event_id is not None else uuid.UUID(told)


def notify(sign_in: SignIn, *, is_signed_in: bool = False, is_refused: bool = False) -> None:
    """Tell the person of a risky sign-in, once and by what became of the step; see :mod:`notices`."""
    if sign_in.event_id is None:
        return
    message = MessageEvent.RISK_BLOCKED if is_refused else MessageEvent.RISK_NOTICED
    if not is_refused and not is_signed_in and MFA_DEMANDED in sign_in.state:
        message = MessageEvent.RISK_MFA
    notices.send(
        sign_in.known_user,
        message,
        event_id=sign_in.event_id,
        client=sign_in.client,
        origin=sign_in.origin,
        found=sign_in.state[_FOUND],
        now=sign_in.now,
    )
