"""One e-mail through Django's mail API."""

import email.utils
from collections.abc import Sequence
from typing import Any

from django.conf import settings as django_settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from django.core.mail.message import make_msgid
from django.utils.module_loading import import_string

from cognito_auth.conf import settings
from cognito_auth.models import UserPool
from cognito_auth.services.messages.context import visible

SMTP_TIMEOUT_SECONDS = 10


class AddressRefused(ValueError):
    """An address that is not exactly one address; its text is not repeated."""


def sender_of(pool: UserPool, given: str = "") -> str:
    """Return the From header of a pool's e-mails: its own address or the site's, with a name to show.

    ``given`` stands for the pool's address.
    """
    configured = visible(given or (pool.email_configuration or {}).get("From") or settings.email_from)
    name, address = email.utils.parseaddr(configured)
    # Django encodes names that are not ASCII; here only quotes are needed.
    shown = name or visible(settings.message_sender_name or pool.name)
    quoted = shown.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{address or configured}>'


def reply_to_of(pool: UserPool) -> list[str]:
    """Return the Reply-To addresses of a pool's e-mails, none or one."""
    address = visible((pool.email_configuration or {}).get("ReplyToEmailAddress") or "")
    return [address] if address else []


def send(
    *, to: str, subject: str, text: str, html: str, from_email: str, reply_to: Sequence[str], language: str
) -> None:
    """Send one e-mail to one recipient.

    Raises:
        AddressRefused: ``to`` is not one address.
        OSError, smtplib.SMTPException: the mail server cannot be reached or refuses; other backends
            raise what they like.
    """
    _check_recipient(to)
    headers = {
        # RFC 3834: nobody's out-of-office answers an automatic message.
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        # By default Django names this machine, which is nobody's business and slow to look up.
        "Message-ID": make_msgid(domain=from_email.rpartition("@")[2].rstrip("> ") or None),
    }
    if language:
        headers["Content-Language"] = language
    message = EmailMultiAlternatives(
        subject=subject,
        body=text,
        from_email=from_email,
        to=[to],
        reply_to=list(reply_to),
        headers=headers,
        connection=_connection(),
    )
    message.attach_alternative(html, "text/html")
    message.send()


def try_connection() -> None:
    """Open and close a connection to the mail server, sending nothing.

    Raises:
        Exception: as :func:`send` when the server cannot be reached.
    """
    connection = _connection()
    connection.open()
    connection.close()


def _connection() -> BaseEmailBackend:
    path = settings.email_connection or django_settings.EMAIL_BACKEND
    options: dict[str, Any] = {}
    if issubclass(import_string(path), SmtpBackend) and django_settings.EMAIL_TIMEOUT is None:
        # Django waits for ever by default: a dead mail server would hold every worker.
        options["timeout"] = SMTP_TIMEOUT_SECONDS
    connection: BaseEmailBackend = get_connection(path, **options)
    return connection


def _check_recipient(to: str) -> None:
    """Refuse what a mail program would read as more than this one address."""
    parsed = email.utils.getaddresses([to])
    if len(parsed) != 1 or parsed[0] != ("", to) or visible(to) != to:
        raise AddressRefused("The recipient is not one e-mail address.")
