"""SELECT_MFA_TYPE: people with several second factors choose one."""

import json
from collections.abc import Callable, Mapping

from cognito_auth import reasons
from cognito_auth.services import mfa
from cognito_auth.services.mfa import decision
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.sign_in.challenges import ChallengeHandler

# Amplify answers with its own name for the factor.
_OTHER_NAMES = {"EMAIL_MFA": mfa.EMAIL}


class SelectMfaType(ChallengeHandler):
    """Asks which factor to use."""

    name = "SELECT_MFA_TYPE"

    def applies(self, sign_in: SignIn) -> bool:
        """Tell whether there is more than one factor to choose from."""
        return len(decision.owed(sign_in)) > 1

    def begin(self, sign_in: SignIn, session: str) -> dict[str, str]:
        """Return the factors under both names that AWS documents."""
        factors = json.dumps(decision.owed(sign_in), separators=(",", ":"))
        return {
            "MFAS_CAN_CHOOSE": factors,
            "MFAS_CAN_SELECT": factors,
            "USER_ID_FOR_SRP": sign_in.known_user.username,
        }

    def answer(self, sign_in: SignIn, answers: Mapping[str, str]) -> Callable[[], None]:
        """Note the choice; its challenge comes next.

        Raises:
            InvalidParameterException: not one of the factors offered.
        """
        given = answers.get("ANSWER")
        if not given:
            raise reasons.MISSING_PARAMETER(name="ANSWER")
        factor = _OTHER_NAMES.get(given, given)
        if factor not in decision.owed(sign_in):
            raise reasons.MFA_TYPE_NOT_OFFERED(answer=given)

        def change() -> None:
            sign_in.state[decision.CHOSEN] = factor

        return change
