"""Sends text messages through Amazon SNS; needs the extra ``aws`` (boto3).

Source: AWS API_Publish (SNS), "Publishing SMS messages to a mobile phone".
"""

import functools
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from cognito_auth.services.messages.sms import base

TIMEOUT_SECONDS = 10.0


@functools.lru_cache(maxsize=4)
def _client(region_name: str | None, endpoint_url: str | None, timeout_seconds: float) -> Any:
    # Optional, and slow to import: only who sends through SNS pays for it. Making a client takes
    # long too, and clients may be shared between threads.
    try:
        import boto3
        from botocore.config import Config
    except ImportError as error:
        raise ImproperlyConfigured("The SNS backend needs boto3: pip install django-cognito-auth[aws]") from error

    config = Config(connect_timeout=timeout_seconds, read_timeout=timeout_seconds, retries={"total_max_attempts": 2})
    return boto3.client("sns", region_name=region_name, endpoint_url=endpoint_url, config=config)


class SmsBackend(base.SmsBackend):
    """Publishes each message to its phone number, as ``Transactional`` unless told otherwise.

    Credentials come from boto3's usual places (environment, role, profile).
    """

    def __init__(
        self,
        *,
        region_name: str | None = None,
        endpoint_url: str | None = None,
        sender_id: str = "",
        sms_type: str = "Transactional",
        timeout_seconds: float = TIMEOUT_SECONDS,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self._sns = _client(region_name, endpoint_url, timeout_seconds)
        self._sender_id = sender_id
        self._sms_type = sms_type

    def send(self, message: base.SmsMessage) -> None:
        """Publish one message."""
        # Here boto3 is installed: __init__ made a client.
        from botocore.exceptions import BotoCoreError, ClientError

        attributes = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": self._sms_type}}
        sender = message.sender or self._sender_id
        if sender:
            attributes["AWS.SNS.SMS.SenderID"] = {"DataType": "String", "StringValue": sender}
        try:
            self._sns.publish(PhoneNumber=message.to, Message=message.body, MessageAttributes=attributes)
        except ClientError as error:
            raise base.SmsDeliveryError(f"SNS refused the message: {error.response['Error']['Code']}") from None
        except BotoCoreError as error:
            raise base.SmsDeliveryError(f"SNS cannot be reached: {type(error).__name__}") from None
