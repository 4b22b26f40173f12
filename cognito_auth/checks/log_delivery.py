"""The shape of ``LOG_DELIVERY_DESTINATIONS``, and the addresses that records are posted to."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings as django_settings
from django.core.checks import CheckMessage

from cognito_auth.checks import findings
from cognito_auth.services.log_delivery.delivery import LOGGING, WEBHOOK


def problems(given: Mapping[str, Any]) -> Iterator[CheckMessage]:
    """Yield what keeps records from being delivered."""
    webhook = given.get("LOG_DELIVERY_WEBHOOK")
    if webhook is not None and not _is_address(webhook):
        yield findings.LOG_DELIVERY_SHAPE(where="LOG_DELIVERY_WEBHOOK", hint=_ADDRESS_HINT)
    for pattern, destination in given.get("LOG_DELIVERY_DESTINATIONS", {}).items():
        where = f"LOG_DELIVERY_DESTINATIONS'][{pattern!r}"[:200]
        if not isinstance(pattern, str) or not isinstance(destination, str):
            yield findings.LOG_DELIVERY_SHAPE(where=where, hint="Map a pattern of ARNs to a text.")
        elif destination == WEBHOOK and not webhook:
            yield findings.LOG_DELIVERY_SHAPE(where=where, hint="Set LOG_DELIVERY_WEBHOOK too, or write the address.")
        elif destination not in (LOGGING, WEBHOOK) and not _is_address(destination):
            yield findings.LOG_DELIVERY_SHAPE(where=where, hint=f"Write 'logging', 'webhook' or: {_ADDRESS_HINT}")


_ADDRESS_HINT = "an address that begins with https://; http:// is for DEBUG only."


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        _port = parts.port  # raises for a port that is no number
    except ValueError:
        return False
    schemes = {"https", "http"} if django_settings.DEBUG else {"https"}
    return parts.scheme in schemes and bool(parts.hostname) and parts.username is None
