"""SOFTWARE_TOKEN_MFA: the code of an authenticator app, or a recovery code in its place."""

from collections.abc import Callable, Mapping

from cognito_auth import reasons
from cognito_auth.services import mfa
from cognito_auth.services.mfa import decision, recovery_codes, software_token
from cognito_auth.services.sign_in import sent_codes
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.sign_in.challenges import ChallengeHandler
from cognito_auth.services.sign_in.challenges.mfa_by_message import code_in


class SoftwareTokenMfa(ChallengeHandler):
    """Asks for the code that the app shows."""

    name = mfa.SOFTWARE_TOKEN

    def applies(self, sign_in: SignIn) -> bool:
        """Tell whether this is the one factor that is owed."""
        return decision.owed(sign_in) == [self.name]

    def begin(self, sign_in: SignIn, session: str) -> dict[str, str]:
        """Return the name of the device, if the person gave it one."""
        parameters = {"USER_ID_FOR_SRP": sign_in.known_user.username}
        token = software_token.verified_of(sign_in.known_user)
        if token is not None and token.friendly_name:
            parameters["FRIENDLY_DEVICE_NAME"] = token.friendly_name
        return parameters

    def answer(self, sign_in: SignIn, answers: Mapping[str, str]) -> Callable[[], None]:
        """Check the code.

        Raises:
            CodeMismatchException: wrong; the session stays open.
            ExpiredCodeException: right, but used before.
            NotAuthorizedException: locked after too many wrong codes.
        """
        code = code_in(answers, "SOFTWARE_TOKEN_MFA_CODE")
        reserved = sent_codes.guess(sign_in)
        use = self._use_of(sign_in, code)
        if use is None:
            reserved.failed(now=sign_in.now)
            raise reasons.SOFTWARE_TOKEN_MISMATCH()
        # A code that was used before is no guess, and no reason to forget wrong ones either.
        sign_in.later.append(reserved.release)

        def change() -> None:
            use()
            sign_in.later[-1] = reserved.success
            sign_in.state[decision.PASSED] = self.name

        return change

    def _use_of(self, sign_in: SignIn, code: str) -> Callable[[], None] | None:
        """Return what uses the code up, or ``None`` if it is wrong."""
        user, now = sign_in.known_user, sign_in.now
        if not code.isdigit():
            recovery_code = recovery_codes.find(user, code)
            return None if recovery_code is None else lambda: recovery_codes.use(recovery_code, now=now)
        token = software_token.verified_of(user)
        if token is None:
            return None
        step = software_token.step_of(token.secret, code, now=now)
        return None if step is None else lambda: software_token.use(token, step)
