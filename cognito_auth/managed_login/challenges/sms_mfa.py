"""SMS_MFA: a code sent to the phone number, as second factor."""

from cognito_auth.managed_login.challenges.sent_code import SentCodePage
from cognito_auth.services import mfa


class SmsMfaPage(SentCodePage):
    """Asks for the code of a text message."""

    challenge = mfa.SMS
    path = "mfa/sms"
    answer_key = "SMS_MFA_CODE"
