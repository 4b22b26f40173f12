"""SELECT_CHALLENGE: people choose how to prove who they are.

One page holds all ways: a passkey, the password, a code. Where there is one way only, nothing is asked.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from cognito_auth.managed_login import fields
from cognito_auth.managed_login.challenges import ChallengePage, respond, selectable
from cognito_auth.managed_login.challenges.passkey import OPTIONS, credential_in, options_of
from cognito_auth.managed_login.fields import Field, posted
from cognito_auth.managed_login.steps import Step
from cognito_auth.services.first_factors import OTP_ATTRIBUTES, PASSWORD, WEB_AUTHN
from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.sign_in import choice, engine


class SelectPage(ChallengePage):
    """Asks which of the available challenges to go on with, and takes a proof along with the choice."""

    challenge = choice.SELECT
    path = "selectChallenge"
    template = "cognito_auth/managed_login/select_challenge.html"
    shows = (OPTIONS,)

    def arrive(
        self, asked: AuthorizationRequest, step: Step, *, origin: RequestOrigin, now: datetime.datetime
    ) -> Step | engine.Result:
        """Choose at once where there is one way only."""
        ways = selectable(step.available)
        if len(ways) == 1:
            return respond(asked, step, {"ANSWER": ways[0]}, origin=origin, now=now)
        return step

    def fields(self, asked: AuthorizationRequest, step: Step) -> list[Field]:
        """Return the field for the password, where there may be one."""
        return [fields.password()] if PASSWORD in step.available else []

    def values(self, asked: AuthorizationRequest, step: Step) -> Mapping[str, Any]:
        """Return the other ways."""
        return {
            "codes": [name for name in step.available if name in OTP_ATTRIBUTES],
            "passkey_options": options_of(step),
        }

    def answers(self, request: HttpRequest, step: Step) -> Mapping[str, str]:
        """Return the choice, with its proof where that came along."""
        credential, chosen = credential_in(request), posted(request, "answer", max_length=64)
        if credential:
            return {"ANSWER": WEB_AUTHN, "CREDENTIAL": credential}
        if chosen != PASSWORD:
            return {"ANSWER": chosen} if chosen else {}
        password = fields.posted_secret(request, "password")
        return {"ANSWER": PASSWORD, "PASSWORD": password} if password else {}
