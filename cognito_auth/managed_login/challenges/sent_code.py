"""What the pages for codes in messages have in common."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from cognito_auth.managed_login import fields
from cognito_auth.managed_login.challenges import ChallengePage, code_of
from cognito_auth.managed_login.fields import Field
from cognito_auth.managed_login.steps import Step
from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest

_DESTINATION, _MEDIUM = "CODE_DELIVERY_DESTINATION", "CODE_DELIVERY_DELIVERY_MEDIUM"


class SentCodePage(ChallengePage):
    """Asks for a code and says, masked, where it went.

    Attributes:
        answer_key: under which the API takes the code.
    """

    template = "cognito_auth/managed_login/code.html"
    shows = (_DESTINATION, _MEDIUM)
    sends_code = True
    answer_key: str

    def fields(self, asked: AuthorizationRequest, step: Step) -> list[Field]:
        """Return the field for the code."""
        return [fields.code()]

    def values(self, asked: AuthorizationRequest, step: Step) -> Mapping[str, Any]:
        """Return where the code went."""
        return {"destination": step.parameters.get(_DESTINATION, ""), "is_sms": step.parameters.get(_MEDIUM) == "SMS"}

    def answers(self, request: HttpRequest, step: Step) -> Mapping[str, str]:
        """Return the code."""
        return code_of(request, self.answer_key)
