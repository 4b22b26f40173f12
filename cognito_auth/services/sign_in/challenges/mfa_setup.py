"""MFA_SETUP: people without a second factor set one up, where the pool insists on one.

An authenticator app is set up between the challenge and its answer, with the operations
AssociateSoftwareToken and VerifySoftwareToken (``sign_in/software_token_setup``). For codes by e-mail the
answer holds the address (``EMAIL``), and EMAIL_OTP proves it; ``PHONE_NUMBER`` and SMS_MFA likewise. An
address becomes the user's with the code and not before: a half-finished sign-in changes nothing.
Source: AWS "MFA setup"; API_RespondToAuthChallenge, "MFA_SETUP".
"""

import json
from collections.abc import Callable, Mapping
from typing import Final

from cognito_auth import reasons
from cognito_auth.services import mfa
from cognito_auth.services.attributes import permissions, validation
from cognito_auth.services.mfa import decision
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.sign_in.challenges import ChallengeHandler

# In the sign-in's state: a code of the new authenticator app was right.
APP_VERIFIED: Final = "software_token_verified"
_ADDRESS_KEYS = {"EMAIL": mfa.EMAIL, "PHONE_NUMBER": mfa.SMS}


class MfaSetup(ChallengeHandler):
    """Asks for a second factor to be set up."""

    name = mfa.SETUP

    def applies(self, sign_in: SignIn) -> bool:
        """Tell whether the person owes a factor and has none."""
        return decision.owed(sign_in) == [self.name]

    def begin(self, sign_in: SignIn, session: str) -> dict[str, str]:
        """Return the factors that can be set up; clients parse them as JSON."""
        factors = decision.can_set_up(sign_in.known_user)
        return {
            "MFAS_CAN_SETUP": json.dumps(factors, separators=(",", ":")),
            "USER_ID_FOR_SRP": sign_in.known_user.username,
        }

    def answer(self, sign_in: SignIn, answers: Mapping[str, str]) -> Callable[[], None]:
        """Take the app that was verified meanwhile, or an address to prove next.

        Raises:
            SoftwareTokenMFANotFoundException: nothing was set up.
            InvalidParameterException: not an address.
            NotAuthorizedException: the client may not write the attribute.
        """
        if APP_VERIFIED in sign_in.state:
            return lambda: sign_in.state.update({decision.PASSED: mfa.SOFTWARE_TOKEN})
        factor = next((factor for key, factor in _ADDRESS_KEYS.items() if answers.get(key)), None)
        if factor is None:
            raise reasons.MFA_NOT_SET_UP()
        if decision.owed(sign_in) != [self.name] or factor not in decision.can_set_up(sign_in.known_user):
            raise reasons.MFA_TYPE_NOT_OFFERED(answer=factor)
        attribute = mfa.ATTRIBUTES[factor]
        given = {attribute: next(answers[key] for key, named in _ADDRESS_KEYS.items() if named == factor)}
        permissions.check_writable(sign_in.client, given)
        checked = validation.check(sign_in.pool, given, creating=False, by_admin=False, current=sign_in.known_user)
        return lambda: sign_in.state.update({decision.CHOSEN: factor, decision.NEW_ADDRESS: checked[attribute]})
