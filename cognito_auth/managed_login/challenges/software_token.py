"""SOFTWARE_TOKEN_MFA: the code of an authenticator app, or a recovery code in its place."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cognito_auth.managed_login import fields
from cognito_auth.managed_login.challenges import ChallengePage, code_of
from cognito_auth.managed_login.fields import Field, posted
from cognito_auth.managed_login.steps import Step
from cognito_auth.services import mfa
from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest

_DEVICE = "FRIENDLY_DEVICE_NAME"
_ANSWER = "SOFTWARE_TOKEN_MFA_CODE"


class SoftwareTokenPage(ChallengePage):
    """Asks for the code that the app shows; a second form takes a recovery code."""

    challenge = mfa.SOFTWARE_TOKEN
    path = "mfa/app"
    template = "cognito_auth/managed_login/app_code.html"
    shows = (_DEVICE,)

    def fields(self, asked: AuthorizationRequest, step: Step) -> list[Field]:
        """Return the field for the app's code and the one for a recovery code."""
        recovery = Field("recovery_code", _("Recovery code"), autocomplete="off", max_length=64, is_plain=True)
        return [fields.code(), recovery]

    def values(self, asked: AuthorizationRequest, step: Step) -> Mapping[str, Any]:
        """Return the name of the device with the app."""
        return {"device": step.parameters.get(_DEVICE, "")}

    def answers(self, request: HttpRequest, step: Step) -> Mapping[str, str]:
        """Return one code or the other."""
        if "recovery_code" in request.POST:
            code = posted(request, "recovery_code", max_length=64)
            return {_ANSWER: code} if code else {}
        return code_of(request, _ANSWER)
