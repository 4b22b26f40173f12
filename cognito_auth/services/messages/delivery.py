"""What services call to send a message: codes, invitations, notices.

A message is rendered at once and leaves through ``dispatch``. The answer says where it went, masked.
"""

import datetime
from collections.abc import Mapping, Sequence

from cognito_auth import reasons
from cognito_auth.choices import CodePurpose, DeliveryMedium, MessageEvent
from cognito_auth.exceptions import CodeDeliveryFailureException
from cognito_auth.models import AbstractCognitoUser, MessageTemplate, UserPool, UserPoolClient
from cognito_auth.services import codes
from cognito_auth.services.messages import dispatch, email, links, templates
from cognito_auth.services.messages.context import MessageContext, gettext_language, language_for
from cognito_auth.services.messages.destinations import CodeDeliveryDetails, details_for, simulated_details
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.triggers import custom_email_sender, custom_message, custom_senders, custom_sms_sender
from cognito_auth.services.triggers.custom_senders import HandedOver

__all__ = [
    "LINK_EVENTS",
    "CodeDeliveryDetails",
    "details_for",
    "message_to",
    "pretend_code",
    "send_code",
    "send_invitation",
    "send_notice",
    "sign_in_name",
    "simulated_details",
    "valid_for",
]

_PURPOSES: Mapping[MessageEvent, CodePurpose] = {
    MessageEvent.SIGN_UP: CodePurpose.CONFIRM_SIGN_UP,
    MessageEvent.RESEND_CODE: CodePurpose.CONFIRM_SIGN_UP,
    MessageEvent.FORGOT_PASSWORD: CodePurpose.RESET_PASSWORD,
    MessageEvent.VERIFY_ATTRIBUTE: CodePurpose.VERIFY_EMAIL,
    MessageEvent.UPDATE_ATTRIBUTE: CodePurpose.VERIFY_EMAIL,
}
# The events whose e-mail may ask to follow a link; resets and SMS always carry a code.
LINK_EVENTS = frozenset(
    {MessageEvent.SIGN_UP, MessageEvent.RESEND_CODE, MessageEvent.VERIFY_ATTRIBUTE, MessageEvent.UPDATE_ATTRIBUTE}
)
# What a stranger can cause by naming somebody.
_ASKED_BY_ANYBODY = frozenset({MessageEvent.FORGOT_PASSWORD, MessageEvent.RESEND_CODE})
_DEFAULT_SESSION = datetime.timedelta(minutes=3)
_SAMPLE_CODE = "000000"


def send_code(
    user: AbstractCognitoUser,
    event: MessageEvent,
    *,
    attribute: str,
    destination: str,
    code: str,
    client: UserPoolClient | None,
    origin: RequestOrigin | None,
    now: datetime.datetime,
) -> CodeDeliveryDetails:
    """Send a one-time code to ``destination``, the value of ``attribute`` (``"email"``, ``"phone_number"``).

    In pools that confirm by link the e-mail carries a link that holds the code. Where the client hides
    who exists, a failure that strangers could cause is told only if nothing can be sent to anybody.

    Raises:
        CodeDeliveryFailureException: it could not be sent.
        TriggerError: the custom message trigger refused or failed.
    """
    details = details_for(attribute, destination)
    handed_over = _handed_over(user, event, medium=details.medium, code=code, client=client, origin=origin)
    if handed_over is not None:
        dispatch.send(handed_over, must_arrive=False)
        return details
    link = ""
    if user.pool.sends_link and event in LINK_EVENTS and details.medium is DeliveryMedium.EMAIL:
        link = _link(user, client, code)
    template = custom_message.template_for(
        user, event, client=client, origin=origin, mediums=[details.medium], carries_link=bool(link)
    )
    lifetime = valid_for(user.pool, event, client=client)
    context = MessageContext(
        pool=user.pool,
        event=event,
        language=language_for(user, asked=origin.language if origin else ""),
        username=sign_in_name(user),
        code=code,
        link=link,
        is_link=bool(link),
        attribute=attribute,
        valid_for=lifetime,
        expires_at=None if lifetime is None else now + lifetime,
        user=user,
    )
    message = message_to(destination, context, medium=details.medium, template=template)
    try:
        dispatch.send(message)
    except CodeDeliveryFailureException:
        if client is None or not client.prevent_user_existence_errors or event not in _ASKED_BY_ANYBODY:
            raise
        # That this one address is refused would tell that somebody has it; an outage is everybody's.
        dispatch.pretend(details.medium)
    return details


def _handed_over(
    user: AbstractCognitoUser,
    event: MessageEvent,
    *,
    medium: DeliveryMedium,
    code: str,
    client: UserPoolClient | None,
    origin: RequestOrigin | None,
) -> HandedOver | None:
    """Return the message for the project's own sender of this medium, or ``None`` where we send."""
    sender = custom_email_sender if medium is DeliveryMedium.EMAIL else custom_sms_sender
    handed_over: HandedOver | None = sender.message(user, event, code=code, client=client, origin=origin)
    return handed_over


def send_invitation(
    user: AbstractCognitoUser,
    *,
    mediums: Sequence[DeliveryMedium],
    password: str | None,
    client: UserPoolClient | None = None,
    origin: RequestOrigin | None,
    now: datetime.datetime,
) -> list[CodeDeliveryDetails]:
    """Send the invitation to a person that staff made an account for, by each medium they can be reached by.

    ``password`` is the temporary one, ``None`` where the account has none. The answer is empty if the
    person has none of the addresses.

    Raises:
        CodeDeliveryFailureException: one of the messages could not be sent; each was tried.
        TriggerError: the custom message trigger refused or failed.
    """
    targets = [details_for(attribute, getattr(user, attribute)) for attribute in _attributes_of(user, mediums)]
    lifetime = valid_for(user.pool, MessageEvent.INVITATION, client=client) if password else None
    theirs = {
        details.medium: _handed_over(
            user, MessageEvent.INVITATION, medium=details.medium, code=password or "", client=client, origin=origin
        )
        for details in targets
    }
    ours = [medium for medium, handed_over in theirs.items() if handed_over is None]
    template = None
    if ours:
        template = custom_message.template_for(
            user, MessageEvent.INVITATION, client=client, origin=origin, mediums=ours
        )
    failed = False
    for details in targets:
        handed_over = theirs[details.medium]
        if handed_over is not None:
            dispatch.send(handed_over, must_arrive=False)
            continue
        context = MessageContext(
            pool=user.pool,
            event=MessageEvent.INVITATION,
            language=language_for(user, asked=origin.language if origin else ""),
            username=sign_in_name(user),
            code=password or "",
            attribute=details.attribute,
            valid_for=lifetime,
            expires_at=None if lifetime is None else now + lifetime,
            user=user,
        )
        try:
            dispatch.send(
                message_to(getattr(user, details.attribute), context, medium=details.medium, template=template)
            )
        except CodeDeliveryFailureException:
            failed = True
    if failed:
        raise reasons.CODE_DELIVERY_FAILED()
    return targets


def send_notice(
    user: AbstractCognitoUser,
    event: MessageEvent,
    *,
    destination: str,
    origin: RequestOrigin | None,
    now: datetime.datetime,
) -> None:
    """Tell a person of something that has happened, e.g. the old address of its change.

    A failure is logged and not raised: what the notice is about is done.
    """
    attribute = "email" if "@" in destination else "phone_number"
    context = MessageContext(
        pool=user.pool,
        event=event,
        language=language_for(user, asked=origin.language if origin else ""),
        username=sign_in_name(user),
        attribute=attribute,
        expires_at=now,
        user=user,
    )
    medium = details_for(attribute, destination).medium
    dispatch.send(message_to(destination, context, medium=medium), must_arrive=False)


def pretend_code(
    pool: UserPool,
    event: MessageEvent,
    *,
    name: str,
    user: AbstractCognitoUser | None = None,
    attribute: str | None = None,
    origin: RequestOrigin | None,
    now: datetime.datetime,
) -> CodeDeliveryDetails:
    """Do the work of :func:`send_code` for a person who does not exist or gets no code now, and send nothing.

    The answer has the shape of a real one and is the same each time for the same pool and name; ``user`` is who
    the name is of, if anybody. Without ``attribute`` the pool's first choice is pretended.

    Raises:
        CodeDeliveryFailureException: nothing can be sent at the moment.
    """
    details = simulated_details(pool, name, event=event, attribute=attribute, user=user)
    lifetime = valid_for(pool, event)
    context = MessageContext(
        pool=pool,
        event=event,
        language=language_for(None, asked=origin.language if origin else ""),
        username=name,
        code=_SAMPLE_CODE,
        attribute=details.attribute,
        valid_for=lifetime,
        expires_at=None if lifetime is None else now + lifetime,
    )
    if custom_senders.is_configured(pool, details.medium):
        dispatch.pretend(details.medium, is_handed_over=True)
        return details
    custom_message.pretend(pool)
    message_to(name, context, medium=details.medium)
    dispatch.pretend(details.medium)
    return details


def message_to(
    destination: str,
    context: MessageContext,
    *,
    medium: DeliveryMedium,
    template: MessageTemplate | None = None,
    sender: str = "",
    reply_to: str = "",
) -> dispatch.OutgoingMessage:
    """Return the finished message to one recipient; ``template`` is a text that is not saved yet.

    ``sender`` and ``reply_to`` are addresses of an e-mail that stand for the pool's.
    """
    language = gettext_language(context.language)
    if medium is DeliveryMedium.SMS:
        rendered = templates.render_sms(context, template=template)
        return dispatch.OutgoingMessage(
            medium=medium,
            pool_id=context.pool.pk,
            event=context.event.value,
            to=destination,
            text=rendered.sms,
            language=language,
            secrets=(context.code,),
        )
    rendered = templates.render_email(context, template=template)
    return dispatch.OutgoingMessage(
        medium=medium,
        pool_id=context.pool.pk,
        event=context.event.value,
        to=destination,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        sender=email.sender_of(context.pool, sender),
        reply_to=(reply_to,) if reply_to else tuple(email.reply_to_of(context.pool)),
        language=language,
        secrets=(context.code, *(context.notice.secrets if context.notice else ())),
    )


def sign_in_name(user: AbstractCognitoUser) -> str:
    """Return the name the person types to sign in: in pools without usernames, their address."""
    for attribute in user.pool.username_attributes:
        value: str = getattr(user, attribute)
        if value:
            return value
    return user.username


def valid_for(
    pool: UserPool, event: MessageEvent, *, client: UserPoolClient | None = None
) -> datetime.timedelta | None:
    """Return how long the code or password of a message works; ``None`` where there is none."""
    if event is MessageEvent.INVITATION:
        return pool.temporary_password_validity
    if event is MessageEvent.AUTHENTICATION:
        return _DEFAULT_SESSION if client is None else datetime.timedelta(minutes=client.auth_session_validity_minutes)
    purpose = _PURPOSES.get(event)
    return None if purpose is None else codes.LIFETIMES[purpose]


def _attributes_of(user: AbstractCognitoUser, mediums: Sequence[DeliveryMedium]) -> list[str]:
    attributes = {DeliveryMedium.EMAIL: "email", DeliveryMedium.SMS: "phone_number"}
    wanted = [attributes[medium] for medium in dict.fromkeys(mediums)]
    return [attribute for attribute in wanted if getattr(user, attribute)]


def _link(user: AbstractCognitoUser, client: UserPoolClient | None, code: str) -> str:
    """Return the link that confirms account or address; empty if the pool has no client to do it for."""
    if client is None:
        # Staff asked for the message. Any client of the pool can confirm; take the oldest.
        client = user.pool.clients.order_by("created_at", "pk").first()
    if client is None:
        return ""
    return links.confirmation_link(user.pool, client_id=client.pk, username=user.username, code=code)
