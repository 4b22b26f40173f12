"""CUSTOM_CHALLENGE: a question that the project's own code makes and checks.

Source: AWS API_RespondToAuthChallenge, "CUSTOM_CHALLENGE".
"""

from collections.abc import Callable, Mapping

from cognito_auth import reasons
from cognito_auth.services.sign_in import custom_auth
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.sign_in.challenges import ChallengeHandler
from cognito_auth.services.triggers.create_auth_challenge import CHALLENGE


class CustomChallenge(ChallengeHandler):
    """Asks what CreateAuthChallenge made."""

    name = CHALLENGE

    def applies(self, sign_in: SignIn) -> bool:
        """Tell whether DefineAuthChallenge wants a question asked."""
        return custom_auth.asks_question(sign_in)

    def begin(self, sign_in: SignIn, session: str) -> dict[str, str]:
        """Have the question made and return its public part."""
        return custom_auth.ask(sign_in)

    def answer(self, sign_in: SignIn, answers: Mapping[str, str]) -> Callable[[], None]:
        """Have the answer checked, once: each session takes one answer, right or wrong.

        Raises:
            InvalidParameterException: no answer; the session stays open.
            NotAuthorizedException: DefineAuthChallenge gives up, or the session was used.
            TriggerError: a trigger refused or failed; the sign-in has to be started again.
        """
        given = answers.get("ANSWER")
        if not given:
            raise reasons.MISSING_PARAMETER(name="ANSWER")
        # Before it is compared: many answers at the same time get one check, as one after another.
        sign_in.use_up()
        custom_auth.take_answer(sign_in, given)
        return lambda: None
