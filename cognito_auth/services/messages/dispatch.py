"""When and how a message leaves.

A message is rendered at once and leaves when the transaction it belongs to has committed: nobody
gets a code that was rolled back. By default it is sent inline. ``COGNITO_AUTH["MESSAGE_DISPATCHER"]``
names a callable that takes the message over as a JSON-serialisable dictionary, for example to put
it into a queue, whose worker calls :func:`send_serialized`::

    @task()                                         # django.tasks, Celery …
    def send_message(payload: dict) -> None:
        send_serialized(payload)

    def dispatch(payload: dict) -> None:            # MESSAGE_DISPATCHER = "shop.messages.dispatch"
        send_message.enqueue(payload)

Where the project sends messages itself (the triggers CustomEmailSender and CustomSMSSender), the
dictionary holds the trigger's event, and the worker calls its handler.

The dictionary holds the finished text, and with it codes and temporary passwords: treat the queue
like a store of passwords, and do not log its arguments.
"""

import collections
import datetime
import functools
import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.module_loading import import_string

from cognito_auth import reasons
from cognito_auth.choices import DeliveryMedium
from cognito_auth.conf import settings
from cognito_auth.services import after_commit
from cognito_auth.services.log_delivery import configuration, delivery, records
from cognito_auth.services.messages import email, sms
from cognito_auth.services.triggers import custom_senders

logger = logging.getLogger(__name__)

# How long recent messages took to leave, in seconds. What is only pretended takes as long.
_RECENT_SECONDS: dict[DeliveryMedium, collections.deque[float]] = {
    medium: collections.deque(maxlen=32) for medium in DeliveryMedium
}
MAX_PRETENDED_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A finished message to one recipient.

    Attributes:
        sender: From header of an e-mail; empty for SMS, whose backend knows it.
        text: the plain text of an e-mail, or the SMS.
        secrets: codes and passwords in the text, which must not reach a log.
    """

    medium: DeliveryMedium
    pool_id: str
    event: str
    to: str = field(repr=False)
    text: str = field(repr=False)
    subject: str = field(default="", repr=False)
    html: str = field(default="", repr=False)
    sender: str = ""
    reply_to: tuple[str, ...] = ()
    language: str = ""
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def serialized(self) -> dict[str, Any]:
        """Return the message as a JSON-serialisable dictionary. It holds secrets in clear."""
        return {
            "medium": self.medium.value,
            "user_pool_id": self.pool_id,
            "event": self.event,
            "to": self.to,
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "sender": self.sender,
            "reply_to": list(self.reply_to),
            "language": self.language,
        }


# What leaves: a message of ours, or the event of one that the project sends itself.
Outgoing = OutgoingMessage | custom_senders.HandedOver


def send(message: Outgoing, *, must_arrive: bool = True) -> None:
    """Send a message now, or as soon as the running transaction has committed.

    ``must_arrive=False`` is for mere notices, whose failure is logged only.

    Raises:
        CodeDeliveryFailureException: it could not be sent. After a commit nobody is left to tell, so
            a failure is logged then.
    """
    if after_commit.run(functools.partial(_leave, message)):
        return
    if not _leave(message) and must_arrive:
        raise reasons.CODE_DELIVERY_FAILED()


def send_serialized(payload: Mapping[str, Any]) -> None:
    """Send what :meth:`OutgoingMessage.serialized` made: the other end of a queue.

    Raises:
        Exception: what the mail or SMS backend raises, for the queue to try again; TriggerError where
            the project's own sender failed.
    """
    if "trigger" in payload:
        custom_senders.send(payload)
        return
    if payload["medium"] == DeliveryMedium.SMS:
        sms.send(to=payload["to"], body=payload["text"], sender=payload["sender"])
        return
    email.send(
        to=payload["to"],
        subject=payload["subject"],
        text=payload["text"],
        html=payload["html"],
        from_email=payload["sender"],
        reply_to=payload["reply_to"],
        language=payload["language"],
    )


def pretend(medium: DeliveryMedium, *, is_handed_over: bool = False) -> None:
    """Do as if a message left: take as long, and fail as surely while nothing can be sent.

    Otherwise the clock, or an outage of the mail server, would tell who has an account.

    ``is_handed_over``: the project sends, and no server of ours is asked.

    Raises:
        CodeDeliveryFailureException: the server cannot be reached.
    """
    if after_commit.run(functools.partial(_pretend_to_leave, medium, is_handed_over)):
        return
    if not _pretend_to_leave(medium, is_handed_over):
        raise reasons.CODE_DELIVERY_FAILED()


def _leave(message: Outgoing) -> bool:
    """Hand the message over and tell whether that worked; a failure is logged."""
    started_at = time.perf_counter()
    try:
        _handler()(message.serialized())
    except Exception as error:  # noqa: BLE001  backends are the project's; no account is lost for a message
        logger.error(
            "A message could not be sent: event=%s medium=%s user_pool=%s error=%s: %s",
            message.event,
            message.medium.value,
            message.pool_id,
            type(error).__name__,
            _without_secrets(str(error), message),
        )
        _tell_of_failure(message, type(error).__name__)
        return False
    _RECENT_SECONDS[message.medium].append(time.perf_counter() - started_at)
    return True


def _tell_of_failure(message: Outgoing, error: str) -> None:
    """Deliver the failure to where the pool wants such to go; the error's text could hold an address."""
    details = f"A message could not be sent: event={message.event} medium={message.medium.value} error={error}"
    # When it happened, which may be long after the call that wanted the message sent.
    now = datetime.datetime.now(tz=datetime.UTC)
    delivery.deliver_if_asked(
        message.pool_id,
        configuration.USER_NOTIFICATION,
        lambda: records.user_notification(message.pool_id, details, now=now),
    )


def _handler() -> Callable[[Mapping[str, Any]], object]:
    dispatcher = settings.message_dispatcher
    if dispatcher is None:
        return send_serialized
    handler: Callable[[Mapping[str, Any]], object] = import_string(dispatcher)
    return handler


def _without_secrets(text: str, message: Outgoing) -> str:
    for secret in message.secrets:
        if secret:
            text = text.replace(secret, "…")
    return text[:500]


def _pretend_to_leave(medium: DeliveryMedium, is_handed_over: bool) -> bool:
    started_at = time.perf_counter()
    if settings.message_dispatcher is None and not is_handed_over:
        try:
            (sms if medium == DeliveryMedium.SMS else email).try_connection()
        except Exception as error:  # noqa: BLE001  as in _leave
            logger.error("No %s can be sent: %s", medium.value, type(error).__name__)
            return False
    recent = _RECENT_SECONDS[medium]
    wanted = random.choice(recent) if recent else 0.0  # noqa: S311  no secret: one of the lengths measured
    remaining = min(wanted, MAX_PRETENDED_SECONDS) - (time.perf_counter() - started_at)
    if remaining > 0:
        time.sleep(remaining)
    return True
