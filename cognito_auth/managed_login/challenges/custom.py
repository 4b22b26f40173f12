"""CUSTOM_CHALLENGE: a question of the pool's own code.

Cognito's pages never start such a sign-in; where one comes up after a password, this page asks it. The public
parameters ``question`` and ``label`` stand on the page, if the code gives them.
"""

import datetime
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cognito_auth.managed_login.challenges import ChallengePage
from cognito_auth.managed_login.fields import Field, posted
from cognito_auth.managed_login.steps import Step
from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.sign_in import engine
from cognito_auth.services.triggers.create_auth_challenge import CHALLENGE

_QUESTION, _LABEL = "question", "label"
# A cookie holds four kilobytes, and the code may give any text.
_LONGEST = {_QUESTION: 280, _LABEL: 60}


class CustomPage(ChallengePage):
    """Asks for an answer in words."""

    challenge = CHALLENGE
    path = "question"
    template = "cognito_auth/managed_login/custom_challenge.html"
    shows = (_QUESTION, _LABEL)

    def arrive(
        self, asked: AuthorizationRequest, step: Step, *, origin: RequestOrigin, now: datetime.datetime
    ) -> Step | engine.Result:
        """Keep no more of the texts than a page has room for."""
        return replace(step, parameters={name: text[: _LONGEST[name]] for name, text in step.parameters.items()})

    def fields(self, asked: AuthorizationRequest, step: Step) -> list[Field]:
        """Return the field for the answer."""
        label = step.parameters.get(_LABEL) or _("Your answer")
        return [Field("answer", label, autocomplete="off", max_length=256, is_plain=True, has_focus=True)]

    def values(self, asked: AuthorizationRequest, step: Step) -> Mapping[str, Any]:
        """Return the question."""
        return {"question": step.parameters.get(_QUESTION, "")}

    def answers(self, request: HttpRequest, step: Step) -> Mapping[str, str]:
        """Return the answer."""
        answer = posted(request, "answer", max_length=256)
        return {"ANSWER": answer} if answer else {}
