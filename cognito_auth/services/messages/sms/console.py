"""Writes text messages to standard output: for development."""

import sys
import threading
from typing import Any, TextIO

from cognito_auth.services.messages.sms import base


class SmsBackend(base.SmsBackend):
    """Writes each message to ``stream``, by default standard output."""

    # One lock for all: messages of two threads must not be mixed line by line.
    _lock = threading.Lock()

    def __init__(self, *, stream: TextIO | None = None, **options: Any) -> None:
        super().__init__(**options)
        self._stream = stream

    def send(self, message: base.SmsMessage) -> None:
        """Write one message."""
        stream = self._stream or sys.stdout
        sender = f"From: {message.sender}\n" if message.sender else ""
        with self._lock:
            stream.write(f"SMS\n{sender}To: {message.to}\n\n{message.body}\n{'-' * 79}\n")
            stream.flush()
