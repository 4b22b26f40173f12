"""Where a request comes from, as far as services care."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field

from cognito_auth.conf import settings


@dataclass(frozen=True, slots=True)
class RequestOrigin:
    """Facts of the request that services record or pass on; a door fills it in.

    Attributes:
        ip_address: of the person, not of a proxy.
        user_agent: as sent, uncut.
        language: for messages to the person, e.g. ``"de"``; empty if unknown.
        metadata: what the app hands to triggers (the API's ``ClientMetadata``).
    """

    ip_address: str | None = None
    user_agent: str = ""
    language: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


def address_behind_proxies(peer: str | None, *, forwarded_for: str) -> str | None:
    """Return the address of the person from the connection's ``peer`` and the ``X-Forwarded-For`` header.

    The header counts only as far as the configured number of proxies wrote it: what is further left
    comes from the caller. ``None`` if there is no valid address.
    """
    address = peer
    proxies = settings.trusted_proxy_count
    hops = [part.strip() for part in forwarded_for.split(",") if part.strip()]
    if proxies and len(hops) >= proxies:
        address = hops[-proxies]
    return storable_address(address or "")


def storable_address(text: str) -> str | None:
    """Return an IP address in its usual form, or ``None`` if ``text`` is none.

    The zone of an IPv6 address (``fe80::1%eth0``) is left out: it names an interface of one machine, and
    PostgreSQL refuses it. Source: RFC 4007 11.
    """
    try:
        return str(ipaddress.ip_address(text)).partition("%")[0]
    except ValueError:
        return None
