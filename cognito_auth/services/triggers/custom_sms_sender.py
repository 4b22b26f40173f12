"""CustomSMSSender: sends a text message in our place. Its event carries the code as it is.

Source: AWS "Custom SMS sender Lambda trigger".
"""

from cognito_auth.choices import MessageEvent, TriggerKind
from cognito_auth.models import AbstractCognitoUser, UserPoolClient
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.triggers import custom_senders
from cognito_auth.services.triggers.custom_senders import HandedOver

KIND = TriggerKind.CUSTOM_SMS_SENDER


def message(
    user: AbstractCognitoUser,
    message_event: MessageEvent,
    *,
    code: str,
    client: UserPoolClient | None,
    origin: RequestOrigin | None,
) -> HandedOver | None:
    """Return the text message in our place, or ``None`` where there is no handler."""
    return custom_senders.message(
        KIND, "customSMSSenderRequestV1", user, message_event, code=code, client=client, origin=origin
    )
