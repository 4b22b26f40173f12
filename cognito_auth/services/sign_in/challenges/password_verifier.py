"""PASSWORD_VERIFIER: the proof of a password by SRP.

Source: AWS API_RespondToAuthChallenge, "PASSWORD_VERIFIER".
"""

import datetime
from collections.abc import Callable, Mapping

from cognito_auth import reasons
from cognito_auth.choices import AttemptKind
from cognito_auth.models import AbstractCognitoUser, UserPoolClient
from cognito_auth.services import attempts, devices, srp_verifiers
from cognito_auth.services.sign_in import password_check, srp_exchange
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.sign_in.challenges import ChallengeHandler
from cognito_auth.services.sign_in.flows.user_srp import EXCHANGE, PASSWORD_DIGEST


class PasswordVerifier(ChallengeHandler):
    """Compares the client's signature; guesses count together with those at plain passwords."""

    name = "PASSWORD_VERIFIER"

    def applies(self, sign_in: SignIn) -> bool:
        """Tell whether an exchange was begun and is not proved."""
        return srp_exchange.is_open(sign_in, EXCHANGE)

    def begin(self, sign_in: SignIn, session: str) -> dict[str, str]:
        """Return salt, public number and block; clients go by the returned name from here on."""
        identity = srp_exchange.identity_of(sign_in, EXCHANGE)
        return {
            **srp_exchange.parameters(sign_in, EXCHANGE, session),
            "USERNAME": identity,
            "USER_ID_FOR_SRP": identity,
        }

    def session_hash_in(
        self, client: UserPoolClient, answers: Mapping[str, str], *, now: datetime.datetime
    ) -> str | None:
        """Return the digest of the session that the secret block is."""
        return srp_exchange.session_hash_in(answers)

    def answer(self, sign_in: SignIn, answers: Mapping[str, str]) -> Callable[[], None]:
        """Check the proof, and only then what state the account is in.

        Raises:
            InvalidParameterException: a part of the proof is missing.
            NotAuthorizedException: wrong, stale or tampered with; locked; or the account is disabled.
            UserNotConfirmedException, PasswordResetRequiredException: what has to be done first.
            ResourceNotFoundException: the user has no such device; the same answer may come again
                without it.
        """
        proof = srp_exchange.read(answers)
        user = sign_in.user
        subject = attempts.subject_of(user.pk if user else None, sign_in.pool.key_of(sign_in.username))
        guess = attempts.reserve(AttemptKind.PASSWORD, pool_id=sign_in.pool.pk, subject=subject, now=sign_in.now)
        is_right = srp_exchange.is_proved(sign_in, EXCHANGE, proof)
        if user is None or not is_right or not self._is_of_present_password(sign_in, user):
            guess.failed(now=sign_in.now)
            raise reasons.INCORRECT_USERNAME_OR_PASSWORD()
        refusal = password_check.why_not(user, now=sign_in.now)
        if refusal is not None:
            guess.succeeded()
            raise refusal
        sign_in.later.append(guess.success)
        devices.recognise(sign_in, answers.get("DEVICE_KEY"))

        def change() -> None:
            srp_exchange.end(sign_in, EXCHANGE)
            del sign_in.state[PASSWORD_DIGEST]

        return change

    def _is_of_present_password(self, sign_in: SignIn, user: AbstractCognitoUser) -> bool:
        return srp_verifiers.belongs_to(user, sign_in.state[PASSWORD_DIGEST])
