"""A mail server that is down."""

from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Refuses every message."""

    def send_messages(self, email_messages):
        raise OSError("down")
