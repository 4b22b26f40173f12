"""Writes each text message to a file of its own: for development and acceptance tests."""

import os
import uuid
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from cognito_auth.services.messages.sms import base


class SmsBackend(base.SmsBackend):
    """Writes ``<directory>/<time>-<number>-<random>.txt``: headers, an empty line, the text."""

    def __init__(self, *, directory: str | os.PathLike[str] | None = None, **options: Any) -> None:
        super().__init__(**options)
        if not directory:
            raise ImproperlyConfigured("The SMS file backend needs COGNITO_AUTH['SMS_OPTIONS']['directory'].")
        self._directory = Path(directory)

    def send(self, message: base.SmsMessage) -> None:
        """Write one message, readable by this user only and complete as soon as it has its name."""
        digits = "".join(character for character in message.to if character.isdigit())
        moment = timezone.now().strftime("%Y%m%d-%H%M%S-%f")
        target = self._directory / f"{moment}-{digits}-{uuid.uuid4().hex[:8]}.txt"
        partial = target.with_suffix(".part")
        sender = f"From: {message.sender}\n" if message.sender else ""
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(f"{sender}To: {message.to}\n\n{message.body}\n")
            partial.replace(target)
        except OSError as error:
            raise base.SmsDeliveryError(f"The SMS directory cannot be written: {error.strerror}") from error
