"""SMS_MFA: a code sent to the phone number, as second factor."""

from cognito_auth.services import mfa
from cognito_auth.services.sign_in.challenges.mfa_by_message import MfaByMessage


class SmsMfa(MfaByMessage):
    """Asks for the code of a text message."""

    name = mfa.SMS
    answer_keys = ("SMS_MFA_CODE",)
