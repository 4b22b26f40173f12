"""USER_SRP_AUTH: a name, and a password that is proved without being sent.

==============================  ==================================================================
the name is of                  what follows
==============================  ==================================================================
somebody with a verifier        PASSWORD_VERIFIER with their salt
nobody, and that is hidden      PASSWORD_VERIFIER with a salt and user id made up from the name
nobody                          UserNotFoundException
somebody without verifier       PASSWORD_VERIFIER that cannot be passed: their password (if they have
                                any) was never seen since a client of the pool allows SRP
==============================  ==================================================================

Source: AWS API_InitiateAuth, "USER_SRP_AUTH"; "Managing user existence error responses".
"""

import uuid
from collections.abc import Mapping

from cognito_auth import crypto, reasons
from cognito_auth.choices import UserStatus
from cognito_auth.models import UserPool
from cognito_auth.services import srp_verifiers, user_names
from cognito_auth.services.sign_in import srp_exchange
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.sign_in.flows import required

EXCHANGE = "srp"
PASSWORD_DIGEST = "srp_password"


class UserSrp:
    """Asks for the proof of a password."""

    def begin(self, sign_in: SignIn, parameters: Mapping[str, str]) -> None:
        """Take ``USERNAME`` and ``SRP_A``; see :func:`ask`."""
        sign_in.username = required(parameters, "USERNAME")
        ask(sign_in, parameters)


def ask(sign_in: SignIn, parameters: Mapping[str, str]) -> None:
    """Let PASSWORD_VERIFIER be the next challenge, for ``sign_in.username`` and the ``SRP_A`` given.

    For every flow and challenge that lets people prove their password by SRP.

    Raises:
        InvalidParameterException: ``SRP_A`` is missing, no number, or a multiple of N.
        UserNotFoundException: unknown and not hidden.
        PasswordResetRequiredException: imported without a password, and not hidden.
    """
    client_public = srp_exchange.client_public(parameters)
    pool, hides_users = sign_in.pool, sign_in.client.prevent_user_existence_errors
    user = sign_in.user = user_names.find(pool, sign_in.username)
    if user is None and not hides_users:
        raise reasons.USER_NOT_FOUND()
    verifier = srp_verifiers.find(user)
    if user is not None:
        sign_in.token_epoch = user.token_epoch
        if verifier is None and user.status == UserStatus.RESET_REQUIRED and not hides_users:
            raise reasons.PASSWORD_RESET_REQUIRED()
    identity = simulated_identity(pool, sign_in.username) if user is None else user.username
    # Made up for everybody, so that the time does not tell for whom it is needed.
    made_up = srp_verifiers.simulated(pool, sign_in.username if user is None else identity)
    srp_exchange.begin(
        sign_in,
        EXCHANGE,
        client_public=client_public,
        verifier=verifier or made_up,
        group=pool.srp_name,
        identity=identity,
    )
    sign_in.state["known_as"] = identity
    sign_in.state[PASSWORD_DIGEST] = "" if verifier is None else srp_verifiers.digest_of(user)


def simulated_identity(pool: UserPool, name: str) -> str:
    """Return a user id for a name that nobody has; the same each time for the same pool and name."""
    try:
        # Users may be called by a UUID; then it would be theirs.
        return str(uuid.UUID(name)) if len(name) == 36 else _made_up_id(pool, name)
    except ValueError:
        return _made_up_id(pool, name)


def _made_up_id(pool: UserPool, name: str) -> str:
    digest = crypto.keyed_digest("srp.user_id", pool.pk, pool.key_of(name))
    return str(uuid.UUID(hex=digest[:32], version=4))
