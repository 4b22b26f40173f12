"""CustomMessage: writes the text of a message that we send.

Source: AWS "Custom message Lambda trigger".
"""

import collections
import random
import re
import time
from collections.abc import Collection
from typing import Any

from cognito_auth.choices import DeliveryMedium, MessageEvent, TriggerKind
from cognito_auth.models import AbstractCognitoUser, MessageTemplate, UserPool, UserPoolClient
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.triggers import calling, event, responses
from cognito_auth.services.triggers.sources import MESSAGE_SOURCES

KIND = TriggerKind.CUSTOM_MESSAGE
CODE, USERNAME, LINK = "{####}", "{username}", "{##Click Here##}"
_LINK_IN_TEXT = re.compile(r"\{##[^{}\r\n]{1,300}?##\}|\{link\}")
_TEXTS = ("smsMessage", "emailMessage", "emailSubject")
# How long the handler took lately, in seconds. For people who do not exist the time is spent without it.
_RECENT_SECONDS: collections.deque[float] = collections.deque(maxlen=32)


def template_for(
    user: AbstractCognitoUser,
    message_event: MessageEvent,
    *,
    client: UserPoolClient | None,
    origin: RequestOrigin | None,
    mediums: Collection[DeliveryMedium],
    carries_link: bool = False,
) -> MessageTemplate | None:
    """Return the handler's texts, not stored, or ``None`` where there is no handler or it gives none.

    Raises:
        TriggerError: it refused or failed, or a text lacks the placeholder of the code.
    """
    handler = calling.handler_of(KIND, user.pool_id)
    source = MESSAGE_SOURCES.get(message_event)
    if handler is None or source is None:
        return None
    started_at = time.perf_counter()
    answer = responses.ask(
        handler,
        event.build(
            f"{KIND.value}_{source}",
            event.about(user, client, metadata=origin.metadata if origin else None),
            request=_request(message_event, carries_link=carries_link),
            response=dict.fromkeys(_TEXTS),
        ),
        dict.fromkeys(_TEXTS, responses.is_text),
        strict=user.pool.strict,
    )
    _RECENT_SECONDS.append(time.perf_counter() - started_at)
    _check(answer, user.pool, message_event, mediums=mediums)
    sms, html, subject = (answer[name] or "" for name in _TEXTS)
    if not (sms or html or subject):
        return None
    return MessageTemplate(pool=user.pool, event=message_event, subject=subject, html=html, sms=sms)


def pretend(pool: UserPool) -> None:
    """Take as long as the handler lately took: the clock must not tell who has an account."""
    if _RECENT_SECONDS and calling.handler_of(KIND, pool.pk) is not None:
        time.sleep(random.choice(_RECENT_SECONDS))  # noqa: S311  no secret: one of the lengths measured


def _request(message_event: MessageEvent, *, carries_link: bool) -> dict[str, Any]:
    invites = message_event is MessageEvent.INVITATION
    request: dict[str, Any] = {
        "codeParameter": LINK if carries_link else CODE,
        "usernameParameter": USERNAME if invites else None,
    }
    if carries_link:
        request["linkParameter"] = LINK
    return request


def _check(
    answer: dict[str, Any], pool: UserPool, message_event: MessageEvent, *, mediums: Collection[DeliveryMedium]
) -> None:
    """Refuse a text without the code, which would leave the person without a way on.

    Of the texts that are not sent now nothing is asked, except by strict pools.
    """
    wanted = [CODE, USERNAME] if message_event is MessageEvent.INVITATION else [CODE]
    for medium, name in ((DeliveryMedium.SMS, "smsMessage"), (DeliveryMedium.EMAIL, "emailMessage")):
        text = answer[name]
        if not text or not (pool.strict or medium in mediums):
            continue
        missing = [placeholder for placeholder in wanted if not _has(text, placeholder)]
        if missing:
            raise responses.malformed(KIND, f"{name} lacks {' and '.join(missing)}.")
    uses_own_server = (
        (pool.email_configuration or {}).get("EmailSendingAccount") == "DEVELOPER" if pool.strict else True
    )
    if not uses_own_server and (answer["emailMessage"] or answer["emailSubject"]):
        raise responses.malformed(KIND, "e-mail texts need EmailSendingAccount DEVELOPER.")


def _has(text: str, placeholder: str) -> bool:
    # A link holds the code: "{##…##}" or "{link}".
    return placeholder in text or (placeholder == CODE and _LINK_IN_TEXT.search(text) is not None)
