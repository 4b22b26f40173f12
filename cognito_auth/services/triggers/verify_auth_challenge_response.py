"""VerifyAuthChallengeResponse: checks the answer of a custom sign-in.

Source: AWS "Verify Auth challenge response Lambda trigger".
"""

from collections.abc import Mapping

from cognito_auth.choices import TriggerKind
from cognito_auth.services.triggers import calling, event, responses
from cognito_auth.services.triggers.event import Occasion

KIND = TriggerKind.VERIFY_AUTH_CHALLENGE_RESPONSE
SOURCE = "VerifyAuthChallengeResponse_Authentication"


def run(occasion: Occasion, *, private: Mapping[str, str], answer: str) -> bool:
    """Tell whether ``answer`` is right; ``private`` is what CreateAuthChallenge kept for this.

    Raises:
        TriggerError: the handler refused or failed.
        InvalidParameterException: there is no handler.
    """
    handler = calling.required(KIND, occasion.pool.pk)
    request = {
        "privateChallengeParameters": dict(private),
        "challengeAnswer": answer,
        "userNotFound": occasion.user is None,
    }
    happening = event.build(SOURCE, occasion, request=request, response={"answerCorrect": False})
    found = responses.ask(handler, happening, {"answerCorrect": responses.is_flag}, strict=occasion.pool.strict)
    return bool(found["answerCorrect"])
