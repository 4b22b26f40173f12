"""Rule: neither the browser nor the network was seen before at this person's sign-ins."""

from cognito_auth.services import user_agents
from cognito_auth.services.risk.facts import Facts, RiskLevel, network_of


def level(facts: Facts) -> RiskLevel | None:
    """Return medium if both are new, low if one is; a first sign-in has nothing to compare with."""
    if facts.is_first:
        return None
    device, network = _device(facts.origin.user_agent), network_of(facts.origin.ip_address)
    is_new_device = all(_device(event.user_agent) != device for event in facts.earlier)
    is_new_network = all(network_of(event.ip_address) != network for event in facts.earlier)
    if is_new_device and is_new_network:
        return RiskLevel.MEDIUM
    return RiskLevel.LOW if is_new_device or is_new_network else None


def _device(user_agent: str) -> str:
    return user_agents.describe(user_agent) or user_agent
