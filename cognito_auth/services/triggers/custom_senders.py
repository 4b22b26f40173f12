"""What the two custom senders share: the event, and that a failure is logged and never told.

Source: AWS "Custom sender Lambda triggers".
"""

import functools
import html
import logging
from collections.abc import Callable

from cognito_auth.choices import DeliveryMedium, MessageEvent, TriggerKind
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import AbstractCognitoUser, UserPool, UserPoolClient
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.triggers import calling, event
from cognito_auth.services.triggers.calling import Handler
from cognito_auth.services.triggers.sources import MESSAGE_SOURCES

logger = logging.getLogger(__name__)


_KINDS = {
    DeliveryMedium.EMAIL: TriggerKind.CUSTOM_EMAIL_SENDER,
    DeliveryMedium.SMS: TriggerKind.CUSTOM_SMS_SENDER,
}


def is_configured(pool: UserPool, medium: DeliveryMedium) -> bool:
    """Tell whether the project sends messages of this medium itself."""
    return calling.handler_of(_KINDS[medium], pool.pk) is not None


def sender(
    kind: TriggerKind,
    request_type: str,
    user: AbstractCognitoUser,
    message_event: MessageEvent,
    *,
    code: str,
    client: UserPoolClient | None,
    origin: RequestOrigin | None,
) -> Callable[[], None] | None:
    """Return what sends the message in our place, or ``None`` where there is no handler.

    The code is plain: it leaves this process only if the handler sends it.
    """
    handler = calling.handler_of(kind, user.pool_id)
    source = MESSAGE_SOURCES.get(message_event)
    if handler is None or source is None:
        return None
    # AWS escapes temporary passwords, so handlers that came from there undo it.
    shown = html.escape(code, quote=False) if message_event is MessageEvent.INVITATION else code
    happening = event.build(
        f"{kind.value}_{source}",
        event.about(user, client, metadata=origin.metadata if origin else None),
        request={"type": request_type, "code": shown},
        response={},
    )
    return functools.partial(_send, handler, happening, strict=user.pool.strict)


def _send(handler: Handler, happening: dict[str, object], *, strict: bool) -> None:
    try:
        calling.invoke(handler, happening, strict=strict)
    except CognitoError as error:
        # As on AWS, where senders run on their own: the message is not sent, and nobody is told.
        logger.error("A message was not sent: %s", error.code)
