"""PASSWORD_SRP: a password proved by SRP as the chosen first factor.

Source: AWS API_RespondToAuthChallenge, "PASSWORD_SRP".
"""

from collections.abc import Callable, Mapping

from cognito_auth.services.first_factors import PASSWORD_SRP
from cognito_auth.services.sign_in import choice, first_factor_proofs
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.sign_in.challenges import ChallengeHandler


class PasswordSrp(ChallengeHandler):
    """Asks for the client's public number, from which PASSWORD_VERIFIER goes on."""

    name = PASSWORD_SRP

    def applies(self, sign_in: SignIn) -> bool:
        """Tell whether the person chose it, and the client has sent no number yet."""
        return choice.awaits(sign_in, self.name)

    def begin(self, sign_in: SignIn, session: str) -> dict[str, str]:
        """Ask; there is nothing to tell."""
        return {}

    def answer(self, sign_in: SignIn, answers: Mapping[str, str]) -> Callable[[], None]:
        """Take ``SRP_A``.

        Raises:
            InvalidParameterException: missing, no number, or a multiple of N.
        """
        return first_factor_proofs.begin_srp(sign_in, answers)
