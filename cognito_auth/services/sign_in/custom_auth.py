"""Where a custom sign-in stands: what was asked so far, and what the pool's own code wants next.

====================  =====================================================================
the trigger says      what follows
====================  =====================================================================
CUSTOM_CHALLENGE      CreateAuthChallenge makes a question, VerifyAuthChallengeResponse checks
PASSWORD_VERIFIER     the password by SRP; then MFA, as in other sign-ins
another challenge     that one, if the person can pass it
issueTokens           tokens, after a new password where a temporary one has to go
failAuthentication    the end
====================  =====================================================================

DefineAuthChallenge is asked at the start and after each step, with the history.
Source: AWS "Custom authentication challenge Lambda triggers".
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cognito_auth import reasons
from cognito_auth.choices import TriggerKind
from cognito_auth.models import UserPool
from cognito_auth.services.sign_in import password_check
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.triggers import (
    calling,
    create_auth_challenge,
    define_auth_challenge,
    responses,
    verify_auth_challenge_response,
)
from cognito_auth.services.triggers.create_auth_challenge import CHALLENGE
from cognito_auth.services.triggers.event import Occasion

PASSWORD_VERIFIER: Final = "PASSWORD_VERIFIER"
_STATE: Final = "custom"
_TOKENS: Final = "(tokens)"
# What the trigger may want while nothing is proved; setting a password or a factor is not among it.
_DEFINABLE = frozenset(
    {
        CHALLENGE,
        PASSWORD_VERIFIER,
        "SMS_MFA",
        "EMAIL_OTP",
        "SOFTWARE_TOKEN_MFA",
        "DEVICE_SRP_AUTH",
        "DEVICE_PASSWORD_VERIFIER",
    }
)
# Asked for by us rather than by the trigger, which is not told of them.
_UNTOLD = frozenset({CHALLENGE, "NEW_PASSWORD_REQUIRED", "SELECT_MFA_TYPE", "MFA_SETUP"})


def check_configured(pool: UserPool) -> None:
    """Refuse a custom sign-in that could not go on.

    Raises:
        InvalidParameterException: a trigger is missing.
    """
    for kind in (
        TriggerKind.DEFINE_AUTH_CHALLENGE,
        TriggerKind.CREATE_AUTH_CHALLENGE,
        TriggerKind.VERIFY_AUTH_CHALLENGE_RESPONSE,
    ):
        calling.required(kind, pool.pk)


def begin(sign_in: SignIn, history: Sequence[Mapping[str, Any]]) -> None:
    """Make this a custom sign-in with these steps behind it, and ask what comes first; see :func:`define`."""
    sign_in.state[_STATE] = {"history": list(history), "told": len(sign_in.passed), "next": ""}
    define(sign_in)


def is_undecided(sign_in: SignIn) -> bool:
    """Tell whether the trigger has to say what comes next before there are tokens."""
    return _STATE in sign_in.state and sign_in.state[_STATE]["next"] != _TOKENS


def permits(sign_in: SignIn, challenge: str) -> bool:
    """Tell whether a challenge may be asked now: before anything is proved, only what the trigger wants."""
    if not is_undecided(sign_in) or PASSWORD_VERIFIER in sign_in.passed:
        return True
    return challenge in _DEFINABLE and sign_in.state[_STATE]["next"] == challenge


def needs_no_mfa(sign_in: SignIn) -> bool:
    """Tell whether this is a custom sign-in whose trigger alone says what has to be proved."""
    return _STATE in sign_in.state and not (
        PASSWORD_VERIFIER in sign_in.passed or sign_in.state[_STATE]["next"] not in ("", _TOKENS, CHALLENGE)
    )


def asks_question(sign_in: SignIn) -> bool:
    """Tell whether the next challenge is a question of the project's own."""
    return is_undecided(sign_in) and sign_in.state[_STATE]["next"] == CHALLENGE


def define(sign_in: SignIn) -> None:
    """Ask the trigger what comes next and note it.

    Raises:
        NotAuthorizedException: the sign-in has failed, or the account may not sign in.
        TriggerError: the trigger refused, failed, or decided nothing.
        UserNotConfirmedException, PasswordResetRequiredException: what has to be done first.
    """
    state = sign_in.state[_STATE]
    passed = [name for name in sign_in.passed[state["told"] :] if name not in _UNTOLD]
    state["history"] += [{"challengeName": name, "challengeResult": True} for name in passed]
    state["told"] = len(sign_in.passed)
    definition = define_auth_challenge.run(_occasion(sign_in), state["history"])
    if definition.fails:
        raise reasons.INCORRECT_USERNAME_OR_PASSWORD()
    if not definition.issues_tokens:
        # A factor that the trigger names is the one asked for, whatever the person prefers.
        from cognito_auth.services.mfa.decision import CHOSEN  # which needs this module

        state["next"] = sign_in.state[CHOSEN] = definition.challenge
        return
    if sign_in.user is None:
        # Whatever the trigger says: nobody can be signed in.
        raise reasons.INCORRECT_USERNAME_OR_PASSWORD()
    refusal = password_check.why_not(sign_in.user, now=sign_in.now)
    if refusal is not None:
        raise refusal
    state["next"] = _TOKENS


def check_possible(sign_in: SignIn) -> None:
    """Refuse what the trigger wants to ask where it cannot be asked.

    Raises:
        InvalidLambdaResponseException: the trigger named such a challenge.
    """
    wanted = sign_in.state[_STATE]["next"]
    if wanted != _TOKENS:
        raise responses.malformed(define_auth_challenge.KIND, f"{wanted[:64]!r} cannot be asked now.")


def ask(sign_in: SignIn) -> dict[str, str]:
    """Have the question made and return what the app shows.

    Raises:
        TriggerError: the trigger refused or failed.
    """
    state = sign_in.state[_STATE]
    question = create_auth_challenge.run(_occasion(sign_in), state["history"])
    state["private"], state["metadata"] = question.private, question.metadata
    name = sign_in.username if sign_in.user is None else sign_in.user.username
    return {"USERNAME": name, **question.public}


def take_answer(sign_in: SignIn, answer: str) -> None:
    """Have the answer checked, and ask what comes next; see :func:`define`.

    A wrong answer is no refusal: the trigger decides what it means.
    """
    state = sign_in.state[_STATE]
    private, metadata = state.pop("private"), state.pop("metadata")
    is_right = verify_auth_challenge_response.run(_occasion(sign_in), private=private, answer=answer)
    step: dict[str, Any] = {"challengeName": CHALLENGE, "challengeResult": is_right}
    if metadata is not None:
        step["challengeMetadata"] = metadata
    state["history"].append(step)
    state["next"] = ""
    define(sign_in)


def _occasion(sign_in: SignIn) -> Occasion:
    return Occasion(sign_in.pool, sign_in.client, sign_in.user, sign_in.username, sign_in.origin.metadata)
