"""What the admin shows before a text is used: the message with sample values, and one sent for a test."""

import datetime

from cognito_auth import names
from cognito_auth.choices import DeliveryMedium, MessageEvent
from cognito_auth.models import AbstractCognitoUser, MessageTemplate, UserPool
from cognito_auth.services.messages import delivery, dispatch, links, templates
from cognito_auth.services.messages.context import MessageContext
from cognito_auth.services.messages.risk_notice import RiskNotice
from cognito_auth.services.messages.templates import RenderedMessage
from cognito_auth.services.risk import configuration, notices

SAMPLE_USERNAME = "jane"
SAMPLE_CODE = "123456"
SAMPLE_PASSWORD = "aB3-xK9-qT7"
SAMPLE_CLIENT_ID = "sample"
SAMPLE_EVENT_ID = "00000000-0000-4000-8000-000000000000"
_SAMPLE_TIME = datetime.datetime(2026, 1, 2, 15, 4, 5, tzinfo=datetime.UTC)


def render(
    pool: UserPool,
    event: MessageEvent,
    *,
    language: str,
    user: AbstractCognitoUser | None = None,
    template: MessageTemplate | None = None,
) -> RenderedMessage:
    """Return all parts of a message with sample values, in ``language``.

    ``template`` is a text that is not saved yet; what it leaves empty comes from where it would come
    from afterwards.
    """
    context = _context(pool, event, language=language, user=user, attribute="email")
    email = templates.render_email(context, template=template)
    sms = templates.render_sms(
        _context(pool, event, language=language, user=user, attribute="phone_number"), template=template
    )
    return RenderedMessage(subject=email.subject, text=email.text, html=email.html, sms=sms.sms)


def send_test(
    pool: UserPool,
    event: MessageEvent,
    *,
    language: str,
    to: str,
    template: MessageTemplate | None = None,
) -> DeliveryMedium:
    """Send a message with sample values to an e-mail address or a phone number; return the medium.

    Raises:
        CodeDeliveryFailureException: it could not be sent.
    """
    is_sms = names.looks_like_phone_number(to)
    medium = DeliveryMedium.SMS if is_sms else DeliveryMedium.EMAIL
    attribute = "phone_number" if is_sms else "email"
    context = _context(pool, event, language=language, user=None, attribute=attribute)
    dispatch.send(delivery.message_to(to, context, medium=medium, template=template))
    return medium


def _context(
    pool: UserPool, event: MessageEvent, *, language: str, user: AbstractCognitoUser | None, attribute: str
) -> MessageContext:
    username = SAMPLE_USERNAME if user is None else delivery.sign_in_name(user)
    is_link = attribute == "email" and pool.sends_link and event in delivery.LINK_EVENTS
    link = ""
    if is_link:
        link = links.confirmation_link(pool, client_id=SAMPLE_CLIENT_ID, username=username, code=SAMPLE_CODE)
    code = SAMPLE_PASSWORD if event is MessageEvent.INVITATION else SAMPLE_CODE
    lifetime: datetime.timedelta | None = delivery.valid_for(pool, event)
    notice = _notice(pool, event) if event in notices.API_TEXTS else None
    return MessageContext(
        pool=pool,
        event=event,
        language=language,
        username=username,
        code="" if notice is not None else code,
        link=link,
        notice=notice,
        is_link=is_link,
        attribute=attribute,
        valid_for=lifetime,
        user=user,
    )


def _notice(pool: UserPool, event: MessageEvent) -> RiskNotice:
    row = configuration.stored(pool, None)
    notify = {} if row is None else configuration.notify_configuration(row.configuration)
    valid, invalid = (
        links.feedback_link(pool, event_id=SAMPLE_EVENT_ID, token="sample", value=value)  # noqa: S106
        for value in ("Valid", "Invalid")
    )
    return RiskNotice(
        event_id=SAMPLE_EVENT_ID,
        occurred_at=_SAMPLE_TIME,
        ip_address="192.0.2.1",
        device_name="Firefox, Linux",
        city="Porto",
        country="Portugal",
        feedback_token="sample",  # noqa: S106
        valid_link=valid,
        invalid_link=invalid,
        texts=notify.get(notices.API_TEXTS[event], {}),
    )
