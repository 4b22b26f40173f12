"""DEVICE_SRP_AUTH: a known device begins to prove itself.

Source: AWS "Working with user devices", API_RespondToAuthChallenge "DEVICE_SRP_AUTH".
"""

import datetime
from collections.abc import Callable, Mapping

from cognito_auth import reasons
from cognito_auth.models import SignInAttempt, UserPoolClient
from cognito_auth.services import devices, srp, user_names
from cognito_auth.services.mfa import decision
from cognito_auth.services.sign_in import srp_exchange
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.sign_in.challenges import ChallengeHandler
from cognito_auth.services.sign_in.flows import required

EXCHANGE = "device_srp"
# Half-finished sign-ins of one user, of which one is meant.
_LATEST = 5


class DeviceSrpAuth(ChallengeHandler):
    """Takes the device's key and public number."""

    name = "DEVICE_SRP_AUTH"

    def applies(self, sign_in: SignIn) -> bool:
        """Tell whether a known device is to be proved: instead of a second factor, or after it."""
        if devices.key_in(sign_in) is None or self.name in sign_in.passed:
            return False
        return decision.device_stands_in(sign_in) or not decision.owed(sign_in)

    def begin(self, sign_in: SignIn, session: str) -> dict[str, str]:
        """Return whose device is asked for."""
        return {"USERNAME": sign_in.known_user.username}

    def session_hash_in(
        self, client: UserPoolClient, answers: Mapping[str, str], *, now: datetime.datetime
    ) -> str | None:
        """Return the digest of the user's latest session that waits for this device.

        Its password was proved; the key alone opens nothing, for the device's own proof is still to come.
        """
        user = user_names.find(client.pool, answers.get("USERNAME", ""))
        if user is None or not answers.get("DEVICE_KEY"):
            return None
        waiting = SignInAttempt.objects.filter(
            client=client.pk, user=user.pk, challenge=self.name, consumed_at=None, expires_at__gt=now
        )
        for row in waiting.order_by("-created_at")[:_LATEST]:
            if (row.state.get("device") or {}).get("key") == answers["DEVICE_KEY"]:
                return row.session_hash
        return None

    def answer(self, sign_in: SignIn, answers: Mapping[str, str]) -> Callable[[], None]:
        """Begin the device's exchange.

        Raises:
            InvalidParameterException: a part is missing or no number.
            NotAuthorizedException: another device than the one that was recognised.
            ResourceNotFoundException: forgotten meanwhile.
        """
        key = required(answers, "DEVICE_KEY")
        client_public = srp_exchange.client_public(answers)
        if key != devices.key_in(sign_in):
            raise reasons.INCORRECT_USERNAME_OR_PASSWORD()
        device = devices.get(sign_in.known_user, key)

        def change() -> None:
            srp_exchange.begin(
                sign_in,
                EXCHANGE,
                client_public=client_public,
                verifier=srp.Verifier.from_text(device.srp_secret),
                group=device.group_key,
                identity=device.key,
            )

        return change
