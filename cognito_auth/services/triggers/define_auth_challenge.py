"""DefineAuthChallenge: says what a custom sign-in asks next, or that it is over.

Source: AWS "Define Auth challenge Lambda trigger".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cognito_auth.choices import TriggerKind
from cognito_auth.services.triggers import calling, event, responses
from cognito_auth.services.triggers.event import Occasion

KIND = TriggerKind.DEFINE_AUTH_CHALLENGE
SOURCE = "DefineAuthChallenge_Authentication"
_CHECKS = {
    "challengeName": responses.is_text,
    "issueTokens": responses.is_flag,
    "failAuthentication": responses.is_flag,
}


@dataclass(frozen=True, slots=True)
class Definition:
    """What comes next: tokens, the end, or the challenge of this name."""

    issues_tokens: bool
    fails: bool
    challenge: str


def run(occasion: Occasion, session: Sequence[Mapping[str, Any]]) -> Definition:
    """Ask the handler, given the challenges so far: ``challengeName``, ``challengeResult``, ``challengeMetadata``.

    Raises:
        TriggerError: it refused, failed, or decided nothing.
        InvalidParameterException: there is no handler.
    """
    handler = calling.required(KIND, occasion.pool.pk)
    request = {"session": [dict(entry) for entry in session], "userNotFound": occasion.user is None}
    happening = event.build(SOURCE, occasion, request=request, response=dict.fromkeys(_CHECKS))
    answer = responses.ask(handler, happening, _CHECKS, strict=occasion.pool.strict)
    name, issues_tokens, fails = (answer[key] for key in _CHECKS)
    if not (name or issues_tokens or fails):
        raise responses.malformed(KIND, "it gave no challengeName, issueTokens or failAuthentication.")
    return Definition(bool(issues_tokens), bool(fails), name or "")
