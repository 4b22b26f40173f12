"""Pages of challenges, one file each: what a page shows of the question, and how it reads the answer.

A page decides no rule: it hands the answer to the sign-in engine, which says what comes next. To add a page, write
its class and its line in ``registry``; its address and its view come from there.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest

from cognito_auth.managed_login.fields import Field, posted
from cognito_auth.managed_login.steps import Step
from cognito_auth.services import mfa
from cognito_auth.services.first_factors import PASSWORD_SRP
from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.sign_in import choice, engine

# Challenges by which people choose what comes next.
CHOICES = frozenset({choice.SELECT, "SELECT_MFA_TYPE", mfa.SETUP})


def selectable(available: Sequence[str]) -> list[str]:
    """Return the first factors that a page offers: a password is sent to us as it is, not proved by SRP."""
    return [name for name in available if name != PASSWORD_SRP]


class ChallengePage:
    """One page; subclass it for what a challenge has of its own.

    Attributes:
        challenge: the API's name of the question.
        path: the last part of the page's address.
        template: what it is drawn with.
        shows: parameters of the challenge that the page needs.
        sends_code: whether the person may ask for another code.
    """

    challenge: str
    path: str
    template: str
    shows: Sequence[str] = ()
    sends_code = False

    def arrive(
        self, asked: AuthorizationRequest, step: Step, *, origin: RequestOrigin, now: datetime.datetime
    ) -> Step | engine.Result:
        """Prepare the page: return the step to show, or what comes next where there is nothing to ask.

        Raises:
            CognitoError: what is done here was refused.
        """
        return step

    def fields(self, asked: AuthorizationRequest, step: Step) -> list[Field]:
        """Return the fields of the form."""
        return []

    def values(self, asked: AuthorizationRequest, step: Step) -> Mapping[str, Any]:
        """Return what the template needs besides step and fields."""
        return {}

    def answers(self, request: HttpRequest, step: Step) -> Mapping[str, str]:
        """Return the answer in the API's keys, without the user name; empty if nothing was entered."""
        return {}

    def submit(
        self,
        request: HttpRequest,
        asked: AuthorizationRequest,
        step: Step,
        *,
        origin: RequestOrigin,
        now: datetime.datetime,
    ) -> Step | engine.Result | None:
        """Answer the challenge and return what comes next, ``None`` if nothing was entered.

        Raises:
            CognitoError: the answer was refused.
        """
        answers = self.answers(request, step)
        if not answers:
            return None
        return respond(asked, step, answers, origin=origin, now=now)


def respond(
    asked: AuthorizationRequest,
    step: Step,
    answers: Mapping[str, str],
    *,
    origin: RequestOrigin,
    now: datetime.datetime,
) -> engine.Result:
    """Answer the challenge of a step; see :func:`engine.respond`."""
    return engine.respond(
        asked.client,
        step.challenge,
        step.session,
        {"USERNAME": step.username, **answers},
        is_browser=True,
        origin=origin,
        now=now,
    )


def code_of(request: HttpRequest, key: str, *, name: str = "code") -> Mapping[str, str]:
    """Return the answer of a page for a code: people copy spaces along with it."""
    code = "".join(posted(request, name, max_length=64).split())
    return {key: code} if code else {}
