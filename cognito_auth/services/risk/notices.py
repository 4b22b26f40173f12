"""Telling people of risky sign-ins by e-mail, where the pool's configuration says ``Notify``.

=================  ===============  ==========================================
message            the API's text   when
=================  ===============  ==========================================
``RISK_BLOCKED``   BlockEmail       the sign-in was refused
``RISK_MFA``       MfaEmail         a second factor was asked for
``RISK_NOTICED``   NoActionEmail    the sign-in went on
=================  ===============  ==========================================

A notice goes to an address that the person has proved, after the sign-in is written, through the
dispatcher of messages. Whatever goes wrong with it is logged: no sign-in waits or fails for it.
Source: AWS API_NotifyConfigurationType.
"""

import datetime
import logging
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from cognito_auth.choices import AttemptKind, DeliveryMedium, MessageEvent
from cognito_auth.models import AbstractCognitoUser, UserPoolClient
from cognito_auth.services import attempts
from cognito_auth.services.messages import delivery, dispatch, links
from cognito_auth.services.messages.context import MessageContext, language_for
from cognito_auth.services.messages.risk_notice import RiskNotice
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.risk import configuration, feedback
from cognito_auth.services.triggers import custom_email_sender

logger = logging.getLogger(__name__)

# Who knows a password could otherwise fill the mailbox.
PER_HOUR = 5
API_TEXTS: Mapping[MessageEvent, str] = {
    MessageEvent.RISK_BLOCKED: "BlockEmail",
    MessageEvent.RISK_MFA: "MfaEmail",
    MessageEvent.RISK_NOTICED: "NoActionEmail",
}


def send(
    user: AbstractCognitoUser,
    message: MessageEvent,
    *,
    event_id: uuid.UUID,
    client: UserPoolClient,
    origin: RequestOrigin,
    found: Mapping[str, Any],
    now: datetime.datetime,
) -> None:
    """Tell ``user`` of the sign-in that the event is about; ``found`` are its columns."""
    if not user.email or not user.email_verified:
        return
    try:
        # Part of a transaction, so that it leaves after the commit, and a failure undoes nothing else.
        with transaction.atomic():
            if _is_too_often(user, now=now):
                logger.warning("Too many notices of risky sign-ins: user_pool=%s user=%s", user.pool_id, user.sub)
                return
            notify = configuration.notify_configuration(configuration.in_force(user.pool, client))
            notice = _notice(user, event_id, origin=origin, found=found, texts=notify.get(API_TEXTS[message]), now=now)
            outgoing = _outgoing(user, message, notice, notify, client=client, origin=origin)
            dispatch.send(outgoing, must_arrive=False)
    except Exception:
        logger.exception("A notice of a risky sign-in was not sent: user_pool=%s", user.pool_id)


def _is_too_often(user: AbstractCognitoUser, *, now: datetime.datetime) -> bool:
    sent = attempts.increment(
        AttemptKind.RATE,
        pool_id=user.pool_id,
        subject=f"risk_notice:{user.pk}",
        window_seconds=attempts.HOUR,
        now=now,
    )
    return sent > PER_HOUR


def _notice(
    user: AbstractCognitoUser,
    event_id: uuid.UUID,
    *,
    origin: RequestOrigin,
    found: Mapping[str, Any],
    texts: Mapping[str, str] | None,
    now: datetime.datetime,
) -> RiskNotice:
    token = feedback.token_of(event_id, now=now)
    try:
        valid, invalid = (
            links.feedback_link(user.pool, event_id=event_id, token=token, value=value)
            for value in ("Valid", "Invalid")
        )
    except ImproperlyConfigured:
        # Without a base URL nothing can be followed; the notice is worth sending all the same.
        valid = invalid = ""
    return RiskNotice(
        event_id=str(event_id),
        occurred_at=now,
        ip_address=origin.ip_address or "",
        device_name=found["device_name"],
        city=found["city"],
        country=found["country"],
        feedback_token=token,
        valid_link=valid,
        invalid_link=invalid,
        texts=texts or {},
    )


def _outgoing(
    user: AbstractCognitoUser,
    message: MessageEvent,
    notice: RiskNotice,
    notify: Mapping[str, Any],
    *,
    client: UserPoolClient,
    origin: RequestOrigin,
) -> dispatch.Outgoing:
    # "{one-click-link-valid}" becomes ONE_CLICK_LINK_VALID: what a sender of the project's own needs.
    further = {name.strip("{}").replace("-", "_").upper(): text for name, text in notice.placeholders.items()}
    handed_over = custom_email_sender.message(
        user, message, code="", client=client, origin=origin, further=further | {"MESSAGE": API_TEXTS[message]}
    )
    if handed_over is not None:
        return handed_over
    context = MessageContext(
        pool=user.pool,
        event=message,
        language=language_for(user, asked=origin.language),
        username=delivery.sign_in_name(user),
        notice=notice,
        user=user,
    )
    return delivery.message_to(
        user.email,
        context,
        medium=DeliveryMedium.EMAIL,
        sender=notify.get("From", ""),
        reply_to=notify.get("ReplyTo", ""),
    )
