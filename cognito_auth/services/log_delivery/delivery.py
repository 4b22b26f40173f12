"""From an event to its destination: loggers of Python, or an address that records are posted to.

Nothing here may fail the call that caused the event: what goes wrong is logged.
"""

import fnmatch
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import DatabaseError

from cognito_auth.conf import settings
from cognito_auth.models import UserPool
from cognito_auth.services import after_commit
from cognito_auth.services.log_delivery import configuration, webhooks

logger = logging.getLogger(__name__)

LOGGING = "logging"
WEBHOOK = "webhook"
_LOGGERS: Mapping[str, logging.Logger] = {
    configuration.USER_NOTIFICATION: logging.getLogger("cognito_auth.user_notification"),
    configuration.USER_AUTH_EVENTS: logging.getLogger("cognito_auth.auth_events"),
}
_LEVELS: Mapping[str, int] = {
    configuration.USER_NOTIFICATION: logging.ERROR,
    configuration.USER_AUTH_EVENTS: logging.INFO,
}


def deliver(pool_id: str, source: str, record: Callable[[], Mapping[str, Any]]) -> None:
    """Deliver the record that ``record`` makes, now or after the running transaction; costs one query."""

    def leave() -> None:
        try:
            arn = configuration.arn_of(pool_id, source)
            if arn is not None:
                _send(source, record(), destinations_of(arn))
        except DatabaseError:
            logger.exception("An event of user pool %s was not delivered", pool_id)

    if not after_commit.run(leave):
        leave()


def deliver_if_asked(pool_id: str, source: str, record: Callable[[], Mapping[str, Any]]) -> None:
    """As :func:`deliver`, where the pool is not at hand; for rare events, since it costs a query."""
    try:
        if not UserPool.objects.filter(pk=pool_id, delivers_logs=True).exists():
            return
    except DatabaseError:
        # Inside a transaction that failed, for example: there is nothing to ask.
        logger.exception("An event of user pool %s was not delivered", pool_id)
        return
    deliver(pool_id, source, record)


def destinations_of(arn: str) -> list[str]:
    """Return what an ARN means here: ``logging`` and addresses of webhooks."""
    for pattern, destination in settings.log_delivery_destinations.items():
        if fnmatch.fnmatchcase(arn, pattern):
            if destination != WEBHOOK:
                return [destination]
            return [settings.log_delivery_webhook] if settings.log_delivery_webhook else []
    return [LOGGING, settings.log_delivery_webhook] if settings.log_delivery_webhook else [LOGGING]


def _send(source: str, record: Mapping[str, Any], destinations: Iterable[str]) -> None:
    for destination in destinations:
        if destination == LOGGING:
            _LOGGERS[source].log(_LEVELS[source], "%s", json.dumps(record), extra={"record": record})
        else:
            webhooks.enqueue(destination, record)
