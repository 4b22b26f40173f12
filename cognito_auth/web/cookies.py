"""What a pool keeps in a browser. All cookies have the pool's path, so that pools cannot mix.

==================  ========  ===============================================================
cookie              lives     holds
==================  ========  ===============================================================
``cognito``         1 hour    the value of a browser session
``cognito_step``    15 min    the question that a sign-in waits with, encrypted
``cognito_idp``     15 min    what ways to providers and back are bound to
``cognito_link``    15 min    an identity that waits to be linked to an account
``lang``            1 year    the language that was asked for
==================  ========  ===============================================================
"""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse

from cognito_auth import crypto
from cognito_auth.conf import settings
from cognito_auth.web import addresses

SESSION = "cognito"
STEP = "cognito_step"
BROWSER = "cognito_idp"
LINK = "cognito_link"
LANGUAGE = "lang"
_STEP_SECONDS = 15 * 60
_LANGUAGE_SECONDS = 365 * 24 * 3600


def set_session(request: HttpRequest, response: HttpResponse, user_pool_id: str, value: str, *, seconds: int) -> None:
    """Give the browser a session; what a sign-in waited with is done with."""
    _set(request, response, user_pool_id, SESSION, value, seconds)
    delete(request, response, user_pool_id, STEP)


def set_step(request: HttpRequest, response: HttpResponse, user_pool_id: str, step: dict[str, Any]) -> None:
    """Keep what a sign-in waits with, JSON-native; nobody but us can read or write it."""
    # Names in any script, as short as can be: a cookie holds four kilobytes.
    text = json.dumps(step, ensure_ascii=False, separators=(",", ":"))
    _set(request, response, user_pool_id, STEP, crypto.encrypt(text), _STEP_SECONDS)


def step_of(request: HttpRequest) -> dict[str, Any] | None:
    """Return what a sign-in waits with, or ``None``."""
    text = request.COOKIES.get(STEP)
    if not text:
        return None
    try:
        step = json.loads(crypto.decrypt(text))
    except (crypto.DecryptionError, ValueError):
        return None
    return step if isinstance(step, dict) else None


def set_browser(request: HttpRequest, response: HttpResponse, user_pool_id: str, value: str) -> None:
    """Bind the browser to a way to a provider and back."""
    _set(request, response, user_pool_id, BROWSER, value, _STEP_SECONDS)


def set_link(request: HttpRequest, response: HttpResponse, user_pool_id: str, state: str) -> None:
    """Keep which identity waits to be linked."""
    _set(request, response, user_pool_id, LINK, state, _STEP_SECONDS)


def set_language(request: HttpRequest, response: HttpResponse, user_pool_id: str, language: str) -> None:
    """Remember the language that was asked for."""
    _set(request, response, user_pool_id, LANGUAGE, language, _LANGUAGE_SECONDS)


def delete(request: HttpRequest, response: HttpResponse, user_pool_id: str, name: str) -> None:
    """Take a cookie back."""
    if name in request.COOKIES:
        response.delete_cookie(name, path=addresses.root(request, user_pool_id), samesite="Lax")


def _set(request: HttpRequest, response: HttpResponse, user_pool_id: str, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=addresses.root(request, user_pool_id),
        # Behind a proxy only the configuration tells that the browser speaks TLS.
        secure=request.is_secure() or settings.base_url.startswith("https:"),
        httponly=True,
        samesite="Lax",
    )
