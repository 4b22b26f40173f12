"""Sends text messages through Twilio's REST API, without its SDK.

Source: Twilio "Messages resource", create a Message.
"""

import base64
from typing import Any
from urllib.parse import quote, urlencode

from django.core.exceptions import ImproperlyConfigured

from cognito_auth.services.messages.sms import base
from cognito_auth.services.messages.sms.http import TIMEOUT_SECONDS, check_url, post

API_URL = "https://api.twilio.com"


class SmsBackend(base.SmsBackend):
    """Sends from ``from_number`` (a number or a sender id) or through a messaging service.

    Example of ``SMS_OPTIONS``: ``{"account_sid": "AC…", "auth_token": "…", "from_number": "+15017122661"}``.
    """

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        from_number: str = "",
        messaging_service_sid: str = "",
        api_url: str = API_URL,
        timeout_seconds: float = TIMEOUT_SECONDS,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        if not (from_number or messaging_service_sid):
            raise ImproperlyConfigured(
                "The Twilio backend needs from_number or messaging_service_sid in COGNITO_AUTH['SMS_OPTIONS']."
            )
        account = quote(account_sid, safe="")
        self._url = f"{check_url(api_url).rstrip('/')}/2010-04-01/Accounts/{account}/Messages.json"
        credentials = base64.b64encode(f"{account_sid}:{auth_token}".encode()).decode()
        self._headers = {
            "Authorization": f"Basic {credentials}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self._from_number = from_number
        self._messaging_service_sid = messaging_service_sid
        self._timeout_seconds = timeout_seconds

    def send(self, message: base.SmsMessage) -> None:
        """Send one message."""
        fields = {"To": message.to, "Body": message.body}
        if message.sender or self._from_number:
            fields["From"] = message.sender or self._from_number
        if self._messaging_service_sid:
            fields["MessagingServiceSid"] = self._messaging_service_sid
        post(self._url, data=urlencode(fields).encode(), headers=self._headers, timeout_seconds=self._timeout_seconds)
