"""USER_AUTH: people choose how to sign in, or their client does for them.

=====================================  ==========================================================
the request says                       what follows
=====================================  ==========================================================
``Session`` of a confirmation          signed in: the code proved who they are
``PREFERRED_CHALLENGE``, available     that challenge; ``PASSWORD`` or ``SRP_A`` is taken at once
nothing, or what is not available      SELECT_CHALLENGE
=====================================  ==========================================================

Source: AWS API_InitiateAuth, "USER_AUTH".
"""

from collections.abc import Mapping, Sequence

from cognito_auth import reasons
from cognito_auth.services import first_factors, user_names
from cognito_auth.services.sign_in import after_sign_up, choice, first_factor_proofs
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.sign_in.flows import required


class UserAuth:
    """Offers the first factors that the pool allows and the user has."""

    def begin(self, sign_in: SignIn, parameters: Mapping[str, str]) -> None:
        """Offer the choice, or go straight to the preferred challenge.

        Raises:
            UserNotFoundException: unknown and not hidden.
            NotAuthorizedException: the password is wrong, the account disabled or without any factor, or
                the session is not good.
        """
        sign_in.username = required(parameters, "USERNAME")
        if sign_in.continues:
            after_sign_up.redeem(sign_in, sign_in.continues)
            return
        choice.offer(sign_in, self._available(sign_in))
        preferred = parameters.get("PREFERRED_CHALLENGE")
        if preferred is None or preferred not in choice.available(sign_in):
            return
        choice.choose(sign_in, preferred)
        if preferred == first_factors.PASSWORD and parameters.get("PASSWORD"):
            first_factor_proofs.password(sign_in, parameters["PASSWORD"])()
        elif preferred == first_factors.PASSWORD_SRP and parameters.get("SRP_A"):
            first_factor_proofs.begin_srp(sign_in, parameters)()

    def _available(self, sign_in: SignIn) -> Sequence[str]:
        """Return the challenges to choose from; hidden, for people who do not exist too.

        An account that cannot sign in is treated like one that does not exist.
        """
        user = user_names.find(sign_in.pool, sign_in.username)
        hides_users = sign_in.client.prevent_user_existence_errors
        challenges = () if user is None else first_factors.challenges_of(user)
        if user is not None and user.is_active and challenges:
            sign_in.user = user
            sign_in.token_epoch = user.token_epoch
            return challenges
        if hides_users:
            return first_factors.simulated_challenges(sign_in.pool, sign_in.username)
        sign_in.user = user
        if user is None:
            raise reasons.USER_NOT_FOUND()
        raise reasons.NO_FIRST_FACTOR() if user.is_active else reasons.USER_DISABLED()
