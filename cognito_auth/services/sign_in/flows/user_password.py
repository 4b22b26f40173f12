"""USER_PASSWORD_AUTH and its administrative twins: a name and a plain password."""

from collections.abc import Mapping

from cognito_auth.services import devices, user_names
from cognito_auth.services.risk import protection
from cognito_auth.services.sign_in import password_check
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.sign_in.flows import required


class UserPassword:
    """Compares a plain password."""

    def begin(self, sign_in: SignIn, parameters: Mapping[str, str]) -> None:
        """Check ``USERNAME`` and ``PASSWORD``; see :func:`password_check.check` for refusals."""
        username = required(parameters, "USERNAME")
        password = required(parameters, "PASSWORD")
        sign_in.username = username
        # Known before it is proved, so that a refusal is recorded for the right account.
        sign_in.user = sign_in.opening_user or user_names.find(sign_in.pool, username)
        user = password_check.check(
            sign_in.pool,
            sign_in.user,
            username,
            password,
            hides_users=sign_in.client.prevent_user_existence_errors,
            now=sign_in.now,
            later=sign_in.later,
            client=sign_in.client,
        )
        sign_in.identify(user, passed="PASSWORD")
        devices.recognise(sign_in, parameters.get("DEVICE_KEY"))
        protection.note_password(sign_in, password)
