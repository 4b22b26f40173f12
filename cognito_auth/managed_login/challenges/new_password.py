"""NEW_PASSWORD_REQUIRED: people with a temporary password choose their own, and tell what the pool requires."""

import json
from collections.abc import Mapping

from django.http import HttpRequest

from cognito_auth.managed_login import fields
from cognito_auth.managed_login.challenges import ChallengePage
from cognito_auth.managed_login.fields import Field
from cognito_auth.managed_login.steps import Step
from cognito_auth.services.attributes import schema
from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest

_REQUIRED = "requiredAttributes"
_PREFIX = "userAttributes."


class NewPasswordPage(ChallengePage):
    """Asks for a new password and for required attributes that have no value."""

    challenge = "NEW_PASSWORD_REQUIRED"
    path = "changePassword"
    template = "cognito_auth/managed_login/new_password.html"
    shows = (_REQUIRED,)

    def fields(self, asked: AuthorizationRequest, step: Step) -> list[Field]:
        """Return the field for the password and one for each attribute."""
        pool_schema = schema.of(asked.pool)
        missing = [pool_schema.get(name.removeprefix(_PREFIX)) for name in _names_in(step)]
        return [
            fields.new_password(asked.pool, has_focus=True),
            *(fields.attribute(item, is_required=True) for item in missing if item is not None),
        ]

    def answers(self, request: HttpRequest, step: Step) -> Mapping[str, str]:
        """Return the password and the attributes."""
        password = fields.posted_secret(request, "new_password")
        given = {name: fields.posted(request, name.removeprefix(_PREFIX)) for name in _names_in(step)}
        if not password or not all(given.values()):
            return {}
        return {"NEW_PASSWORD": password, **given}


def _names_in(step: Step) -> list[str]:
    names: list[str] = json.loads(step.parameters.get(_REQUIRED, "[]"))
    return names
