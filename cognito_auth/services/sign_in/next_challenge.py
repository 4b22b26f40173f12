"""Decides what a sign-in is asked next. Nothing else does.

========================  =======================================================
asked                     when
========================  =======================================================
PASSWORD_VERIFIER         the password is to be proved by SRP
NEW_PASSWORD_REQUIRED     the account has a temporary password
(tokens)                  nothing is left to ask
========================  =======================================================
"""

from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.sign_in.challenges import ChallengeHandler
from cognito_auth.services.sign_in.challenges.new_password_required import NewPasswordRequired
from cognito_auth.services.sign_in.challenges.password_verifier import PasswordVerifier

# In the order in which they are asked.
_ORDER: tuple[ChallengeHandler, ...] = (PasswordVerifier(), NewPasswordRequired())
_BY_NAME = {challenge.name: challenge for challenge in _ORDER}


def decide(sign_in: SignIn) -> ChallengeHandler | None:
    """Return what to ask next, or ``None`` when the person has proved enough."""
    for challenge in _ORDER:
        if challenge.applies(sign_in):
            return challenge
    return None


def handler_of(name: str) -> ChallengeHandler | None:
    """Return the challenge of this name, or ``None``."""
    return _BY_NAME.get(name)
