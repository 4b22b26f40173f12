"""Posts text messages as JSON to an address: for gateways, and services of one's own.

The body is ``{"to": "+14155552671", "body": "…", "sender": "…"}`` and what ``extra`` adds; any 2xx
answer means that the message was taken.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException, HTTPMessage
from typing import IO, Any

from django.core.exceptions import ImproperlyConfigured

from cognito_auth.services.messages.sms import base

TIMEOUT_SECONDS = 10.0


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected POST would be repeated as a GET, and the message lost without an error."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


def post(url: str, *, data: bytes, headers: Mapping[str, str], timeout_seconds: float) -> None:
    """Send ``data`` to ``url`` and see that the answer is a 2xx.

    Raises:
        SmsDeliveryError: it cannot be reached in time, or answers otherwise. The answer's body is left
            out: gateways repeat the message, and with it the code.
    """
    request = urllib.request.Request(url, data=data, headers=dict(headers), method="POST")  # noqa: S310
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=timeout_seconds) as answer:
            answer.read(65536)
    except urllib.error.HTTPError as error:
        error.close()
        raise base.SmsDeliveryError(f"The SMS gateway answered {error.code}.") from None
    except urllib.error.URLError as error:
        raise base.SmsDeliveryError(f"The SMS gateway cannot be reached: {error.reason}") from None
    except TimeoutError:
        raise base.SmsDeliveryError(f"The SMS gateway did not answer in {timeout_seconds:g} seconds.") from None
    except (OSError, HTTPException) as error:
        raise base.SmsDeliveryError(f"The SMS gateway broke off: {type(error).__name__}") from None


def check_url(url: str) -> str:
    """Return ``url`` if it is a web address.

    Raises:
        ImproperlyConfigured: it is not; ``file:`` and its like must not be opened.
    """
    if not url.startswith(("https://", "http://")):
        raise ImproperlyConfigured("The address of an SMS gateway must begin with https:// or http://.")
    return url


class SmsBackend(base.SmsBackend):
    """Posts each message to ``url`` with ``headers`` (an API key, for example)."""

    def __init__(
        self,
        *,
        url: str,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self._url = check_url(url)
        self._headers = {"Content-Type": "application/json", **(headers or {})}
        self._extra = dict(extra or {})
        self._timeout_seconds = timeout_seconds

    def send(self, message: base.SmsMessage) -> None:
        """Post one message."""
        body = {**self._extra, "to": message.to, "body": message.body, "sender": message.sender}
        post(self._url, data=json.dumps(body).encode(), headers=self._headers, timeout_seconds=self._timeout_seconds)
