"""DEVICE_PASSWORD_VERIFIER: the proof of a device by SRP, with the password that it keeps.

Source: AWS "Working with user devices", API_RespondToAuthChallenge "DEVICE_PASSWORD_VERIFIER".
"""

import datetime
from collections.abc import Callable, Mapping

from cognito_auth import reasons
from cognito_auth.choices import AttemptKind
from cognito_auth.models import UserPoolClient
from cognito_auth.services import attempts, devices
from cognito_auth.services.sign_in import srp_exchange
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.sign_in.challenges import ChallengeHandler
from cognito_auth.services.sign_in.challenges.device_srp_auth import EXCHANGE


class DevicePasswordVerifier(ChallengeHandler):
    """Compares the device's signature; guesses count together with those at MFA codes."""

    name = "DEVICE_PASSWORD_VERIFIER"

    def applies(self, sign_in: SignIn) -> bool:
        """Tell whether the device's exchange was begun and is not proved."""
        return srp_exchange.is_open(sign_in, EXCHANGE)

    def begin(self, sign_in: SignIn, session: str) -> dict[str, str]:
        """Return salt, public number and block."""
        return {
            **srp_exchange.parameters(sign_in, EXCHANGE, session),
            "USERNAME": sign_in.known_user.username,
            "DEVICE_KEY": srp_exchange.identity_of(sign_in, EXCHANGE),
        }

    def session_hash_in(
        self, client: UserPoolClient, answers: Mapping[str, str], *, now: datetime.datetime
    ) -> str | None:
        """Return the digest of the session that the secret block is."""
        return srp_exchange.session_hash_in(answers)

    def answer(self, sign_in: SignIn, answers: Mapping[str, str]) -> Callable[[], None]:
        """Check the proof.

        Raises:
            InvalidParameterException: a part of the proof is missing.
            NotAuthorizedException: wrong, stale or tampered with, or locked.
            ResourceNotFoundException: the device was forgotten meanwhile.
        """
        proof = srp_exchange.read(answers)
        user = sign_in.known_user
        device = devices.get(user, srp_exchange.identity_of(sign_in, EXCHANGE))
        guess = attempts.reserve(
            AttemptKind.MFA_CODE,
            pool_id=sign_in.pool.pk,
            subject=attempts.subject_of(user.pk, ""),
            now=sign_in.now,
        )
        is_own_key = answers.get("DEVICE_KEY", device.key) == device.key
        if not srp_exchange.is_proved(sign_in, EXCHANGE, proof) or not is_own_key:
            guess.failed(now=sign_in.now)
            raise reasons.INCORRECT_USERNAME_OR_PASSWORD()
        sign_in.later.append(guess.success)

        def change() -> None:
            srp_exchange.end(sign_in, EXCHANGE)
            devices.note_use(device.key, origin=sign_in.origin, now=sign_in.now)

        return change
