"""PASSWORD: the password of somebody who chose to give one."""

from collections.abc import Mapping

from django.http import HttpRequest

from cognito_auth.managed_login import fields
from cognito_auth.managed_login.challenges import ChallengePage
from cognito_auth.managed_login.fields import Field
from cognito_auth.managed_login.steps import Step
from cognito_auth.services.first_factors import PASSWORD
from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest


class PasswordPage(ChallengePage):
    """Asks for the password, beside the name that was given."""

    challenge = PASSWORD
    path = "password"
    template = "cognito_auth/managed_login/password.html"

    def fields(self, asked: AuthorizationRequest, step: Step) -> list[Field]:
        """Return the field for the password."""
        return [fields.password(has_focus=True)]

    def answers(self, request: HttpRequest, step: Step) -> Mapping[str, str]:
        """Return the password."""
        password = fields.posted_secret(request, "password")
        return {"PASSWORD": password} if password else {}
