"""Addresses that are always refused, or never looked at. Source: AWS RiskExceptionConfigurationType."""

import ipaddress
from collections.abc import Sequence

from cognito_auth import reasons


def check(ranges: Sequence[str], *, member: str) -> None:
    """Refuse ranges that are not in CIDR notation.

    Raises:
        InvalidParameterException: one is not.
    """
    for text in ranges:
        try:
            ipaddress.ip_network(text, strict=False)
        except ValueError:
            raise reasons.INVALID_PARAMETER(problem=f"{text} in {member} is not in CIDR notation.") from None


def contains(ranges: Sequence[str], ip_address: str | None) -> bool:
    """Tell whether an address is in one of the ranges; an unknown one is in none."""
    if not ip_address:
        return False
    address = ipaddress.ip_address(ip_address)
    return any(address in ipaddress.ip_network(text, strict=False) for text in ranges)
