"""From one page of a sign-in to the next: what the engine asks decides the page."""

import datetime
from collections.abc import Mapping
from dataclasses import replace

from django.http import HttpRequest, HttpResponse

from cognito_auth.choices import AuthFlow
from cognito_auth.exceptions import CognitoError, PasswordResetRequiredException, UserNotConfirmedException
from cognito_auth.managed_login import challenges, problems, steps
from cognito_auth.managed_login.challenges import passkey, registry
from cognito_auth.managed_login.steps import Step
from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest
from cognito_auth.services.sign_in import engine, opening
from cognito_auth.services.sign_in.attempt import Challenge, SignedIn
from cognito_auth.web import completion, pages

# A page that answers at once leads to another one; no more of them can follow each other.
_MOST_AT_ONCE = 4


def start(
    request: HttpRequest,
    asked: AuthorizationRequest,
    flow: AuthFlow,
    parameters: Mapping[str, str],
    *,
    session: str | None = None,
    now: datetime.datetime,
) -> engine.Result:
    """Begin a sign-in with the client's wishes; see :func:`engine.start`."""
    wanted = {**parameters, "TARGET_ACR_VALUES": asked.acr_values} if asked.acr_values else parameters
    return engine.start(
        opening.read(asked.client.pk, flow, wanted),
        flow,
        wanted,
        is_browser=True,
        session=session,
        origin=pages.origin_of(request),
        now=now,
    )


def go_on(
    request: HttpRequest,
    asked: AuthorizationRequest,
    result: engine.Result | Step,
    *,
    username: str,
    before: Step | None = None,
    now: datetime.datetime,
) -> HttpResponse:
    """Return the browser to its client, or go to the page of the next challenge.

    ``before`` is the step that was answered.

    Raises:
        CognitoError: the next challenge could not be begun.
    """
    for _time in range(_MOST_AT_ONCE):
        if isinstance(result, SignedIn):
            return completion.complete(request, asked, result, now=now)
        if isinstance(result, Step):
            return steps.turn_to(request, asked, registry.page_of(result.challenge).path, result)
        assert isinstance(result, Challenge)
        step = _step(asked, result, username, before)
        result = registry.page_of(result.name).arrive(asked, step, origin=pages.origin_of(request), now=now)
        before = step
    raise RuntimeError("The pages of a sign-in go round in circles.")


def _step(asked: AuthorizationRequest, challenge: Challenge, username: str, before: Step | None) -> Step:
    shown = registry.page_of(challenge.name).shows
    step = steps.step_for(
        asked,
        challenge.name,
        username,
        session=challenge.session,
        parameters=passkey.shortened({name: text for name, text in challenge.parameters.items() if name in shown}),
        available=challenge.available,
    )
    was_repeated = before is not None and before.was_repeated and before.challenge == step.challenge
    return replace(step, has_choice=_has_choice(challenge), was_repeated=was_repeated)


def _has_choice(challenge: Challenge) -> bool:
    """Tell whether the person could go another way than this one."""
    if challenge.name in challenges.CHOICES:
        return False
    return challenge.has_other_factors or len(challenges.selectable(challenge.available)) > 1


def elsewhere(
    request: HttpRequest, asked: AuthorizationRequest, error: CognitoError, *, username: str
) -> HttpResponse | None:
    """Return the page where a refusal is put right, ``None`` if it is said on the page that it came from."""
    if isinstance(error, UserNotConfirmedException):
        step = steps.step_for(asked, steps.CONFIRM_SIGN_UP, username, kept={"notice": problems.sentence(error)})
        return steps.turn_to(request, asked, "confirmUser", step)
    if isinstance(error, PasswordResetRequiredException):
        step = steps.step_for(asked, steps.RESET_PASSWORD, username, kept={"notice": problems.sentence(error)})
        return steps.turn_to(request, asked, "forgotPassword", step)
    if problems.is_end(error):
        return steps.restart(request, asked, problems.sentence(error))
    return None
