"""PASSWORD: a plain password as the chosen first factor.

Source: AWS API_RespondToAuthChallenge, "PASSWORD".
"""

from collections.abc import Callable, Mapping

from cognito_auth import reasons
from cognito_auth.services.first_factors import PASSWORD
from cognito_auth.services.sign_in import choice, first_factor_proofs
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.sign_in.challenges import ChallengeHandler


class PasswordChallenge(ChallengeHandler):
    """Asks for the password."""

    name = PASSWORD

    def applies(self, sign_in: SignIn) -> bool:
        """Tell whether the person chose to give a password."""
        return choice.awaits(sign_in, self.name)

    def begin(self, sign_in: SignIn, session: str) -> dict[str, str]:
        """Ask; there is nothing to tell."""
        return {}

    def answer(self, sign_in: SignIn, answers: Mapping[str, str]) -> Callable[[], None]:
        """Check the password.

        Raises:
            InvalidParameterException: none given.
            NotAuthorizedException: wrong, locked, or the account may not sign in.
            UserNotConfirmedException, PasswordResetRequiredException: what has to be done first.
        """
        given = answers.get("PASSWORD")
        if not given:
            raise reasons.MISSING_PARAMETER(name="PASSWORD")
        return first_factor_proofs.password(sign_in, given)
