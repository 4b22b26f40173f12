"""Keeps text messages in a list: for tests."""

from cognito_auth.services.messages.sms import base

#: Messages sent in this process, oldest first; empty it between tests.
outbox: list[base.SmsMessage] = []


class SmsBackend(base.SmsBackend):
    """Appends each message to :data:`outbox`."""

    def send(self, message: base.SmsMessage) -> None:
        """Keep one message."""
        outbox.append(message)
