"""CUSTOM_AUTH: the pool's own code says what is asked, alone or together with the password by SRP.

Source: AWS API_InitiateAuth, "CUSTOM_AUTH".
"""

from collections.abc import Mapping

from cognito_auth import reasons
from cognito_auth.services import user_names
from cognito_auth.services.sign_in import custom_auth, password_check
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.sign_in.flows import required, user_srp

_SRP_A = "SRP_A"


class Custom:
    """Begins a custom sign-in."""

    def begin(self, sign_in: SignIn, parameters: Mapping[str, str]) -> None:
        """Take ``USERNAME`` and, to have the password proved too, ``CHALLENGE_NAME`` and ``SRP_A``.

        Raises:
            InvalidParameterException: a trigger or a parameter is missing.
            UserNotFoundException: unknown and not hidden.
            UserNotConfirmedException, PasswordResetRequiredException, NotAuthorizedException: the account
                may not sign in; hidden, that is told only to who passed everything.
            TriggerError: the trigger refused, failed, or decided nothing.
        """
        sign_in.username = required(parameters, "USERNAME")
        custom_auth.check_configured(sign_in.pool)
        if parameters.get("CHALLENGE_NAME") == _SRP_A:
            user_srp.ask(sign_in, parameters)
            custom_auth.begin(sign_in, [{"challengeName": _SRP_A, "challengeResult": True}])
            return
        self._identify(sign_in)
        custom_auth.begin(sign_in, [])

    def _identify(self, sign_in: SignIn) -> None:
        hides_users = sign_in.client.prevent_user_existence_errors
        user = sign_in.user = user_names.find(sign_in.pool, sign_in.username)
        if user is None:
            if not hides_users:
                raise reasons.USER_NOT_FOUND()
            return
        sign_in.token_epoch = user.token_epoch
        refusal = None if hides_users else password_check.why_not(user, now=sign_in.now)
        if refusal is not None:
            raise refusal
