"""Rule: nobody gets from the place of one sign-in to that of the next so fast.

With a locator (``GEO_LOCATOR``) by distance and time; without one by the number of networks that a
person appears in within minutes.
"""

import datetime
import math
from collections.abc import Mapping
from typing import Any

from cognito_auth.services.risk.facts import Facts, RiskLevel, network_of, place_of

FASTEST_KM_PER_HOUR = 1000
# Locators are wrong by as much.
_NEAR_KM = 200
_EARTH_RADIUS_KM = 6371
_SHORTLY = datetime.timedelta(minutes=10)
_MANY_NETWORKS = 4


def level(facts: Facts) -> RiskLevel | None:
    """Return high for a journey that cannot be, medium for many networks at once."""
    if not facts.earlier:
        return None
    last = facts.earlier[0]
    here, there = place_of(facts.origin.ip_address), place_of(last.ip_address)
    if "latitude" in here and "latitude" in there:
        hours = max((facts.now - last.created_at).total_seconds(), 1) / 3600
        distance = distance_km(here, there)
        return RiskLevel.HIGH if distance > _NEAR_KM and distance / hours > FASTEST_KM_PER_HOUR else None
    recent = [event.ip_address for event in facts.earlier if facts.now - event.created_at <= _SHORTLY]
    networks = {network_of(address) for address in [*recent, facts.origin.ip_address]} - {""}
    return RiskLevel.MEDIUM if len(networks) >= _MANY_NETWORKS else None


def distance_km(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """Return the distance between two places along the surface, in kilometres (haversine)."""
    first, second = math.radians(one["latitude"]), math.radians(other["latitude"])
    across = math.radians(other["longitude"] - one["longitude"])
    half = math.sin((second - first) / 2) ** 2 + math.cos(first) * math.cos(second) * math.sin(across / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))
