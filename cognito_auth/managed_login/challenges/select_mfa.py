"""SELECT_MFA_TYPE: people with several second factors choose one."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from cognito_auth.managed_login.challenges import ChallengePage
from cognito_auth.managed_login.fields import posted
from cognito_auth.managed_login.steps import Step
from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest

_FACTORS = "MFAS_CAN_CHOOSE"


class SelectMfaPage(ChallengePage):
    """Shows a button for each factor."""

    challenge = "SELECT_MFA_TYPE"
    path = "mfa"
    template = "cognito_auth/managed_login/select_mfa.html"
    shows = (_FACTORS,)

    def values(self, asked: AuthorizationRequest, step: Step) -> Mapping[str, Any]:
        """Return the factors to choose from."""
        return {"factors": json.loads(step.parameters.get(_FACTORS, "[]"))}

    def answers(self, request: HttpRequest, step: Step) -> Mapping[str, str]:
        """Return the factor that was chosen."""
        chosen = posted(request, "answer", max_length=64)
        return {"ANSWER": chosen} if chosen else {}
