"""Answers of the API: results and refusals as AWS JSON.

A refusal has AWS's two members and two of ours::

    HTTP/1.1 400
    x-amzn-ErrorType: NotAuthorizedException
    x-cognito-auth-reason: sign_in.incorrect
    {"__type": "NotAuthorizedException", "message": "Incorrect username or password.",
     "reason": "sign_in.incorrect", "detail": "Der Benutzername oder das Passwort ist falsch."}
"""

import base64
import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils import translation

from cognito_auth import reasons
from cognito_auth.api import cors
from cognito_auth.exceptions import CognitoError, LimitError

CONTENT_TYPE = "application/x-amz-json-1.1"
_MAX_HEADER_CHARACTERS = 1024


def result(response: Mapping[str, Any], *, request_id: str) -> HttpResponse:
    """Return the answer to a call that was carried out."""
    return HttpResponse(
        _ENCODER.encode(response), content_type=CONTENT_TYPE, headers={"x-amzn-RequestId": request_id, **cors.HEADERS}
    )


def refusal(error: CognitoError, *, request_id: str, language: str, status: int | None = None) -> HttpResponse:
    """Return the answer to a call that was refused, with the detail in ``language``."""
    # The bare name: no namespace before it and no colon after it, which some clients do not cut off.
    body: dict[str, Any] = {"__type": error.code}
    headers = {"x-amzn-RequestId": request_id, "x-amzn-ErrorType": error.code, **cors.HEADERS}
    if error.message:
        body["message"] = error.message
        headers["x-amzn-ErrorMessage"] = _header_text(error.message)
    if error.reason is not None:
        with translation.override(language or translation.get_language()):
            body |= {"reason": error.reason.id, "detail": error.detail}
        headers["x-cognito-auth-reason"] = error.reason.id
    if isinstance(error, LimitError) and "retry_after_seconds" in error.values:
        headers["Retry-After"] = str(error.values["retry_after_seconds"])
    body |= error.members
    response = HttpResponse(
        _ENCODER.encode(body), content_type=CONTENT_TYPE, status=status or error.status, headers=headers
    )
    # Django would log each refusal as a "Bad Request"; it is an answer, and faults are logged by the view.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def method_not_allowed(*, request_id: str, language: str) -> HttpResponse:
    """Return the answer to anything but POST and OPTIONS."""
    response = refusal(reasons.UNKNOWN_OPERATION(), request_id=request_id, language=language, status=405)
    response["Allow"] = "POST, OPTIONS"
    return response


def _header_text(message: str) -> str:
    """Return a message as one line of ASCII."""
    line = " ".join(message[:_MAX_HEADER_CHARACTERS].split())
    printable = "".join(character if character.isprintable() else "?" for character in line)
    return printable.encode("ascii", "replace").decode()


def _encode(value: Any) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} cannot be sent as JSON.")


_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False, default=_encode)
