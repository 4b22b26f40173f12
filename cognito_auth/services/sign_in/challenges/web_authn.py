"""WEB_AUTHN: a passkey as the chosen first factor.

Source: AWS API_RespondToAuthChallenge, "WEB_AUTHN".
"""

import json
from collections.abc import Callable, Mapping

from cognito_auth import reasons
from cognito_auth.services.first_factors import WEB_AUTHN
from cognito_auth.services.sign_in import choice, first_factor_proofs
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.sign_in.challenges import ChallengeHandler


class WebAuthn(ChallengeHandler):
    """Asks for the signature of an authenticator."""

    name = WEB_AUTHN

    def applies(self, sign_in: SignIn) -> bool:
        """Tell whether the person chose a passkey."""
        return choice.awaits(sign_in, self.name)

    def begin(self, sign_in: SignIn, session: str) -> dict[str, str]:
        """Return the options for the authenticator, which clients parse as JSON."""
        return {"CREDENTIAL_REQUEST_OPTIONS": json.dumps(first_factor_proofs.ask_passkey(sign_in))}

    def answer(self, sign_in: SignIn, answers: Mapping[str, str]) -> Callable[[], None]:
        """Check the authenticator's answer (``AuthenticationResponseJSON`` as a text).

        Raises:
            InvalidParameterException: none given.
            NotAuthorizedException: anything about it is wrong.
        """
        credential = answers.get("CREDENTIAL")
        if not credential:
            raise reasons.MISSING_PARAMETER(name="CREDENTIAL")
        return first_factor_proofs.passkey(sign_in, credential)
