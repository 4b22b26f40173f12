"""EMAIL_OTP: a code sent by e-mail, as first factor (eight digits) or as second (six).

The API has one name for both, so what the sign-in waits for tells which it is: a first factor is
awaited by ``sign_in/choice``, else it is the second.
Source: AWS API_RespondToAuthChallenge, "EMAIL_OTP"; "One-time passwords (OTPs) as authentication factor".
"""

from collections.abc import Callable, Mapping

from cognito_auth.services import mfa
from cognito_auth.services.sign_in import choice, first_factor_proofs
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.sign_in.challenges import ChallengeHandler
from cognito_auth.services.sign_in.challenges.mfa_by_message import MfaByMessage, code_in

# The older spelling is what clients of the preview release send.
_ANSWER_KEYS = ("EMAIL_OTP_CODE", "EMAIL_MFA_CODE")


class EmailMfa(MfaByMessage):
    """Asks for the code of an e-mail, after another factor."""

    name = mfa.EMAIL
    answer_keys = _ANSWER_KEYS


_SECOND_FACTOR = EmailMfa()


class EmailOtp(ChallengeHandler):
    """Asks for the code of an e-mail in place of a password; takes answers to both kinds."""

    name = mfa.EMAIL

    def applies(self, sign_in: SignIn) -> bool:
        """Tell whether it was chosen as first factor."""
        return choice.awaits(sign_in, self.name)

    def begin(self, sign_in: SignIn, session: str) -> dict[str, str]:
        """Send the code, or pretend to where there is no such person."""
        return first_factor_proofs.send_code(sign_in, self.name)

    def answer(self, sign_in: SignIn, answers: Mapping[str, str]) -> Callable[[], None]:
        """Check the code; a right one verifies the address, and confirms a new account.

        Raises:
            CodeMismatchException: wrong; the session stays open.
            NotAuthorizedException: locked after too many wrong codes.
        """
        if not choice.awaits(sign_in, self.name):
            return _SECOND_FACTOR.answer(sign_in, answers)
        return first_factor_proofs.code(sign_in, self.name, code_in(answers, *_ANSWER_KEYS))
