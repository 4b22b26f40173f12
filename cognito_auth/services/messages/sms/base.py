"""What every SMS backend is, in the manner of ``django.core.mail.backends.base``.

A backend of one's own subclasses :class:`SmsBackend`, writes :meth:`~SmsBackend.send`, and is named
in ``COGNITO_AUTH["SMS_BACKEND"]``; ``COGNITO_AUTH["SMS_OPTIONS"]`` are its keyword arguments.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self


class SmsDeliveryError(Exception):
    """A text message could not be handed over. Says why, never what it says: it holds a code."""


@dataclass(frozen=True, slots=True)
class SmsMessage:
    """One text message.

    Attributes:
        to: phone number, E.164.
        body: the text; it holds a code, so it is not in the ``repr``.
        sender: number or name shown as the sender; empty leaves it to the backend.
    """

    to: str
    body: str = field(repr=False)
    sender: str = ""


class SmsBackend:
    """Base of SMS backends; :meth:`send` is what a subclass writes."""

    def __init__(self, *, fail_silently: bool = False, **options: Any) -> None:
        if options:
            unknown = ", ".join(sorted(options))
            raise TypeError(f"{type(self).__module__}.{type(self).__name__} has no option {unknown}")
        self.fail_silently = fail_silently

    def open(self) -> bool:
        """Connect, where the backend keeps a connection; tell whether a new one was made."""
        return False

    def close(self) -> None:
        """Close what :meth:`open` opened."""

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def send_messages(self, messages: Iterable[SmsMessage]) -> int:
        """Send the messages and return how many were handed over.

        Raises:
            SmsDeliveryError: one could not be, unless ``fail_silently``.
        """
        count = 0
        for message in messages:
            try:
                self.send(message)
            except SmsDeliveryError:
                if not self.fail_silently:
                    raise
            else:
                count += 1
        return count

    def send(self, message: SmsMessage) -> None:
        """Hand one message over.

        Raises:
            SmsDeliveryError: it could not be.
        """
        raise NotImplementedError(f"{type(self).__name__} must define send()")
