"""SMS_OTP: a code sent to the phone number as the chosen first factor.

Source: AWS API_RespondToAuthChallenge, "SMS_OTP".
"""

from collections.abc import Callable, Mapping

from cognito_auth.services.first_factors import SMS_OTP
from cognito_auth.services.sign_in import choice, first_factor_proofs
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.sign_in.challenges import ChallengeHandler
from cognito_auth.services.sign_in.challenges.mfa_by_message import code_in


class SmsOtp(ChallengeHandler):
    """Asks for the code in a text message."""

    name = SMS_OTP

    def applies(self, sign_in: SignIn) -> bool:
        """Tell whether the person chose it."""
        return choice.awaits(sign_in, self.name)

    def begin(self, sign_in: SignIn, session: str) -> dict[str, str]:
        """Send the code and tell where it went, masked."""
        return first_factor_proofs.send_code(sign_in, self.name)

    def answer(self, sign_in: SignIn, answers: Mapping[str, str]) -> Callable[[], None]:
        """Check the code; see :func:`first_factor_proofs.code` for refusals."""
        return first_factor_proofs.code(sign_in, self.name, code_in(answers, "SMS_OTP_CODE"))
