"""CustomEmailSender: sends an e-mail in our place. Its event carries the code as it is.

Source: AWS "Custom email sender Lambda trigger".
"""

from collections.abc import Mapping

from cognito_auth.choices import MessageEvent, TriggerKind
from cognito_auth.models import AbstractCognitoUser, UserPoolClient
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.triggers import custom_senders
from cognito_auth.services.triggers.custom_senders import HandedOver

KIND = TriggerKind.CUSTOM_EMAIL_SENDER


def message(
    user: AbstractCognitoUser,
    message_event: MessageEvent,
    *,
    code: str,
    client: UserPoolClient | None,
    origin: RequestOrigin | None,
    further: Mapping[str, str] | None = None,
) -> HandedOver | None:
    """Return the e-mail in our place, or ``None`` where there is no handler."""
    return custom_senders.message(
        KIND,
        "customEmailSenderRequestV1",
        user,
        message_event,
        code=code,
        client=client,
        origin=origin,
        further=further,
    )
