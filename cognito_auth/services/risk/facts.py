"""What the rules look at: this sign-in and the earlier ones of the same person."""

import datetime
import enum
import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import import_string

from cognito_auth.choices import AuthEventResponse, AuthEventType
from cognito_auth.conf import settings
from cognito_auth.models import AbstractCognitoUser, AuthEvent
from cognito_auth.services.request_origin import RequestOrigin

# Read of the newest events, so that a person with many costs no more.
_EVENTS_READ = 200


class RiskLevel(enum.IntEnum):
    """How risky a sign-in looks. Source: AWS RiskLevelType."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3

    @property
    def wire(self) -> str:
        """The API's spelling."""
        return self.name.capitalize()

    @classmethod
    def named(cls, wire: str) -> "RiskLevel | None":
        """Return the level of this spelling, or ``None``."""
        return next((level for level in cls if level.wire == wire), None)


@dataclass(frozen=True, slots=True)
class Facts:
    """The sign-in itself, and earlier ones that succeeded, the newest first.

    Attributes:
        is_first: nothing is known of the person yet.
    """

    origin: RequestOrigin
    now: datetime.datetime
    earlier: Sequence[AuthEvent]
    is_first: bool


def gather(user: AbstractCognitoUser, *, origin: RequestOrigin, now: datetime.datetime) -> Facts:
    """Return the facts about a sign-in of ``user``; one query."""
    events = list(AuthEvent.objects.filter(user_id=user.pk).order_by("-created_at", "-id")[:_EVENTS_READ])
    earlier = [event for event in events if _is_trusted_sign_in(event)]
    # Somebody who fails often pushes the successes out of what is read: that is no first sign-in.
    return Facts(origin, now, earlier, is_first=not earlier and len(events) < _EVENTS_READ)


def _is_trusted_sign_in(event: AuthEvent) -> bool:
    if event.type != AuthEventType.SIGN_IN or event.response != AuthEventResponse.PASS:
        return False
    return (event.feedback or {}).get("FeedbackValue") != "Invalid"


def network_of(ip_address: str | None) -> str:
    """Return the network that an address is of, as wide as providers move people about in; empty if none."""
    if not ip_address:
        return ""
    address = ipaddress.ip_address(ip_address)
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 48), strict=False))


def place_of(ip_address: str | None) -> Mapping[str, Any]:
    """Return where an address is, by the project's locator; empty if it is unknown.

    Keys: ``latitude``, ``longitude`` (degrees), ``city``, ``country`` (texts), each optional.
    """
    if not ip_address or settings.geo_locator is None:
        return {}
    found: Mapping[str, Any] | None = import_string(settings.geo_locator)(ip_address)
    return found or {}
