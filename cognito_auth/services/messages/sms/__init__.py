"""Text messages: one module per backend, in the manner of ``django.core.mail``."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from cognito_auth.conf import settings
from cognito_auth.services.messages.sms.base import SmsBackend, SmsDeliveryError, SmsMessage

__all__ = ["SmsBackend", "SmsDeliveryError", "SmsMessage", "get_connection", "send", "try_connection"]


def get_connection(backend: str | None = None, *, fail_silently: bool = False, **options: Any) -> SmsBackend:
    """Return a backend: the given one with ``options``, by default the one of the settings.

    Raises:
        ImproperlyConfigured: the backend does not take these options.
    """
    path = backend or settings.sms_backend
    given = options if backend else {**settings.sms_options, **options}
    try:
        connection: SmsBackend = import_string(path)(fail_silently=fail_silently, **given)
    except TypeError as error:
        raise ImproperlyConfigured(f"COGNITO_AUTH['SMS_OPTIONS'] does not fit {path}: {error}") from error
    return connection


def send(*, to: str, body: str, sender: str = "") -> None:
    """Send one text message through the backend of the settings.

    Raises:
        SmsDeliveryError: it could not be handed over; foreign backends raise what they like.
    """
    with get_connection() as connection:
        connection.send_messages([SmsMessage(to=to, body=body, sender=sender)])


def try_connection() -> None:
    """Open and close the backend, sending nothing."""
    with get_connection():
        pass
