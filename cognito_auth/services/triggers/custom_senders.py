"""What the two custom senders share: the event, and that they run when and where messages leave.

That is after the commit, through ``MESSAGE_DISPATCHER``; see ``services/messages/dispatch``.

Source: AWS "Custom sender Lambda triggers".
"""

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cognito_auth.choices import DeliveryMedium, MessageEvent, TriggerKind
from cognito_auth.models import AbstractCognitoUser, UserPool, UserPoolClient
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.triggers import calling, event
from cognito_auth.services.triggers.sources import SENDER_SOURCES

_KINDS = {
    DeliveryMedium.EMAIL: TriggerKind.CUSTOM_EMAIL_SENDER,
    DeliveryMedium.SMS: TriggerKind.CUSTOM_SMS_SENDER,
}


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A message that the project sends itself.

    Attributes:
        event: the occasion, a ``MessageEvent``'s value.
        happening: what the handler gets, JSON-native.
        secrets: codes and passwords in it, which must not reach a log.
    """

    medium: DeliveryMedium
    pool_id: str
    event: str
    kind: TriggerKind
    happening: Mapping[str, Any] = field(repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def serialized(self) -> dict[str, Any]:
        """Return the message as a JSON-serialisable dictionary. It holds secrets in clear."""
        return {
            "medium": self.medium.value,
            "user_pool_id": self.pool_id,
            "event": self.event,
            "trigger": self.kind.value,
            "trigger_event": dict(self.happening),
        }


def is_configured(pool: UserPool, medium: DeliveryMedium) -> bool:
    """Tell whether the project sends messages of this medium itself."""
    return calling.handler_of(_KINDS[medium], pool.pk) is not None


def message(
    kind: TriggerKind,
    request_type: str,
    user: AbstractCognitoUser,
    message_event: MessageEvent,
    *,
    code: str,
    client: UserPoolClient | None,
    origin: RequestOrigin | None,
    further: Mapping[str, str] | None = None,
) -> HandedOver | None:
    """Return the message that the project sends in our place, or ``None`` where there is no handler.

    The code is plain: it leaves this process only if the handler sends it. ``further`` are values of a
    notice, which stand beside what the app hands on.
    """
    handler = calling.handler_of(kind, user.pool_id)
    source = SENDER_SOURCES.get(message_event)
    if handler is None or source is None:
        return None
    # AWS escapes temporary passwords, so handlers that came from there undo it.
    shown = html.escape(code, quote=False) if message_event is MessageEvent.INVITATION else code
    metadata = {**(origin.metadata if origin else {}), **(further or {})}
    happening = event.build(
        f"{kind.value}_{source}",
        event.about(user, client, metadata=metadata),
        request={"type": request_type, "code": shown or None},
        response={},
    )
    medium = next(medium for medium, own in _KINDS.items() if own is kind)
    secrets = tuple({code, shown, (further or {}).get("FEEDBACK_TOKEN", "")} - {""})
    return HandedOver(medium, user.pool_id, message_event.value, kind, happening, secrets)


def send(payload: Mapping[str, Any]) -> None:
    """Have the project's handler send what :meth:`HandedOver.serialized` made.

    Raises:
        TriggerError: it refused or failed. Who calls this logs it or tries again; as on AWS, where
            senders run on their own, the person's request does not learn of it.
        LookupError: there is no handler any more.
    """
    kind, pool_id = TriggerKind(payload["trigger"]), payload["user_pool_id"]
    handler = calling.handler_of(kind, pool_id)
    if handler is None:
        raise LookupError(f"{kind.value} has no handler in {pool_id}.")
    # Its words reach nobody, so it does not matter how strict the pool is.
    calling.invoke(handler, payload["trigger_event"], strict=True)
