"""SELECT_CHALLENGE: people choose how to prove who they are, and may prove it in the same answer.

Source: AWS API_RespondToAuthChallenge, "SELECT_CHALLENGE".
"""

import json
from collections.abc import Callable, Mapping

from cognito_auth import reasons
from cognito_auth.services.first_factors import PASSWORD, PASSWORD_SRP, WEB_AUTHN
from cognito_auth.services.sign_in import choice, first_factor_proofs
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.sign_in.challenges import ChallengeHandler


class SelectChallenge(ChallengeHandler):
    """Asks which of the available challenges to go on with."""

    name = choice.SELECT

    def applies(self, sign_in: SignIn) -> bool:
        """Tell whether nothing was chosen yet."""
        return choice.awaits(sign_in, self.name)

    def begin(self, sign_in: SignIn, session: str) -> dict[str, str]:
        """Return what an authenticator needs to answer at once, if the person has a passkey."""
        if WEB_AUTHN not in choice.available(sign_in):
            return {}
        return {"CREDENTIAL_REQUEST_OPTIONS": json.dumps(first_factor_proofs.ask_passkey(sign_in))}

    def answer(self, sign_in: SignIn, answers: Mapping[str, str]) -> Callable[[], None]:
        """Take the choice, and its proof if it came along.

        Raises:
            InvalidParameterException: nothing chosen, or what is not available.
            CognitoError: the refusals of the proof.
        """
        chosen = answers.get("ANSWER")
        if not chosen:
            raise reasons.MISSING_PARAMETER(name="ANSWER")
        if chosen not in choice.available(sign_in):
            raise reasons.CHALLENGE_NOT_AVAILABLE(answer=chosen)
        if chosen == PASSWORD and answers.get("PASSWORD"):
            return first_factor_proofs.password(sign_in, answers["PASSWORD"])
        if chosen == PASSWORD_SRP and answers.get("SRP_A"):
            return first_factor_proofs.begin_srp(sign_in, answers)
        if chosen == WEB_AUTHN and answers.get("CREDENTIAL"):
            return first_factor_proofs.passkey(sign_in, answers["CREDENTIAL"])

        def change() -> None:
            choice.choose(sign_in, chosen)

        return change
