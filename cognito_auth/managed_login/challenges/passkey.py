"""WEB_AUTHN: a passkey, which only the browser's own script can ask for."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from cognito_auth.managed_login.challenges import ChallengePage
from cognito_auth.managed_login.steps import Step
from cognito_auth.services.first_factors import WEB_AUTHN
from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest

OPTIONS = "CREDENTIAL_REQUEST_OPTIONS"
_MAX_LENGTH = 64_000
# A cookie holds four kilobytes; all passkeys are discoverable, so the list of them may be left out.
_MAX_OPTIONS = 1_500


class PasskeyPage(ChallengePage):
    """Has a button that wakes the authenticator."""

    challenge = WEB_AUTHN
    path = "passkey"
    template = "cognito_auth/managed_login/passkey.html"
    shows = (OPTIONS,)

    def values(self, asked: AuthorizationRequest, step: Step) -> Mapping[str, Any]:
        """Return the options for the authenticator."""
        return {"passkey_options": options_of(step)}

    def answers(self, request: HttpRequest, step: Step) -> Mapping[str, str]:
        """Return the authenticator's answer."""
        credential = credential_in(request)
        return {"CREDENTIAL": credential} if credential else {}


def options_of(step: Step) -> Mapping[str, Any] | None:
    """Return the options for the authenticator, ``None`` where no passkey is asked for."""
    text = step.parameters.get(OPTIONS)
    options: Mapping[str, Any] | None = json.loads(text) if text else None
    return options


def shortened(parameters: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters of a challenge with options that a cookie can hold."""
    text = parameters.get(OPTIONS, "")
    if len(text) <= _MAX_OPTIONS:
        return dict(parameters)
    return {**parameters, OPTIONS: json.dumps({**json.loads(text), "allowCredentials": []})}


def credential_in(request: HttpRequest) -> str:
    """Return the answer of an authenticator, as the script put it into the form."""
    text = request.POST.get("credential", "")
    return text if len(text) <= _MAX_LENGTH and "\x00" not in text else ""
