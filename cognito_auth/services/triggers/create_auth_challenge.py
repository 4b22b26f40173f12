"""CreateAuthChallenge: makes the question of a custom sign-in.

Source: AWS "Create Auth challenge Lambda trigger".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cognito_auth.choices import TriggerKind
from cognito_auth.services.triggers import calling, event, responses
from cognito_auth.services.triggers.event import Occasion

KIND = TriggerKind.CREATE_AUTH_CHALLENGE
SOURCE = "CreateAuthChallenge_Authentication"
CHALLENGE = "CUSTOM_CHALLENGE"
_CHECKS = {
    "publicChallengeParameters": responses.is_text_map,
    "privateChallengeParameters": responses.is_text_map,
    "challengeMetadata": responses.is_text,
}


@dataclass(frozen=True, slots=True)
class Question:
    """What the app shows, and what the answer is checked against."""

    public: dict[str, str]
    private: dict[str, str] = field(repr=False)
    metadata: str | None


def run(occasion: Occasion, session: Sequence[Mapping[str, Any]]) -> Question:
    """Ask the handler for the question.

    Raises:
        TriggerError: it refused or failed.
        InvalidParameterException: there is no handler.
    """
    handler = calling.required(KIND, occasion.pool.pk)
    request = {
        "challengeName": CHALLENGE,
        "session": [dict(entry) for entry in session],
        "userNotFound": occasion.user is None,
    }
    defaults: dict[str, Any] = {
        "publicChallengeParameters": {},
        "privateChallengeParameters": {},
        "challengeMetadata": None,
    }
    happening = event.build(SOURCE, occasion, request=request, response=defaults)
    answer = responses.ask(handler, happening, _CHECKS, strict=occasion.pool.strict)
    public, private, metadata = (answer[name] for name in _CHECKS)
    return Question(public or {}, private or {}, metadata)
