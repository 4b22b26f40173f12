"""Second factors whose code is sent: what SMS_MFA and EMAIL_OTP have in common.

Source: AWS "SMS and email message MFA".
"""

from collections.abc import Callable, Mapping

from cognito_auth import reasons
from cognito_auth.services import mfa
from cognito_auth.services.mfa import addresses, decision
from cognito_auth.services.sign_in import sent_codes
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.sign_in.challenges import ChallengeHandler


def code_in(answers: Mapping[str, str], *keys: str) -> str:
    """Return the answer under the first of ``keys`` that was given.

    Raises:
        InvalidParameterException: none was.
    """
    code = next((answers[key] for key in keys if answers.get(key)), None)
    if code is None:
        raise reasons.MISSING_PARAMETER(name=keys[0])
    return code.strip()


class MfaByMessage(ChallengeHandler):
    """Asks for a code that was sent to an address of the person.

    Attributes:
        name: the challenge's and the factor's name.
        answer_keys: under which clients answer, the usual one first.
    """

    name: str = ""
    answer_keys: tuple[str, ...] = ()

    def applies(self, sign_in: SignIn) -> bool:
        """Tell whether this is the one factor that is owed."""
        return decision.owed(sign_in) == [self.name]

    def begin(self, sign_in: SignIn, session: str) -> dict[str, str]:
        """Send the code, to the address that is being set up if there is one.

        Raises:
            TooManyRequestsException: this person was sent too many.
        """
        sent_codes.count_request(sign_in)
        parameters = sent_codes.send(
            sign_in,
            attribute=mfa.ATTRIBUTES[self.name],
            digits=sent_codes.MFA_DIGITS,
            destination=sign_in.state.get(decision.NEW_ADDRESS),
        )
        return {**parameters, "USER_ID_FOR_SRP": sign_in.known_user.username}

    def answer(self, sign_in: SignIn, answers: Mapping[str, str]) -> Callable[[], None]:
        """Check the code; a right one verifies the address.

        Raises:
            CodeMismatchException: wrong; the session stays open.
            NotAuthorizedException: locked after too many wrong codes.
        """
        sent_codes.check(sign_in, code_in(answers, *self.answer_keys))

        def change() -> None:
            address = sign_in.state.pop(decision.NEW_ADDRESS, None)
            if address is not None:
                addresses.adopt(sign_in, self.name, address)
            sent_codes.settle(sign_in)
            sign_in.state[decision.PASSED] = self.name

        return change
