"""EMAIL_OTP: a code sent by e-mail, as first or as second factor."""

from cognito_auth.managed_login.challenges.sent_code import SentCodePage
from cognito_auth.services import mfa


class EmailCodePage(SentCodePage):
    """Asks for the code of an e-mail."""

    challenge = mfa.EMAIL
    path = "emailCode"
    answer_key = "EMAIL_OTP_CODE"
