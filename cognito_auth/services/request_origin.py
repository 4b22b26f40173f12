"""Where a request comes from, as far as services care."""

from collections.abc import Mapping
from dataclasses import dataclass, field


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
