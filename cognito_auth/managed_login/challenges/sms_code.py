"""SMS_OTP: a code sent to the phone number, as first factor."""

from cognito_auth.managed_login.challenges.sent_code import SentCodePage
from cognito_auth.services.first_factors import SMS_OTP


class SmsCodePage(SentCodePage):
    """Asks for the code of a text message."""

    challenge = SMS_OTP
    path = "smsCode"
    answer_key = "SMS_OTP_CODE"
