"""What a sign-in on the pages waits with, between one page and the next.

What a page has to know of the question (the session that is answered, where a code went) waits in an encrypted
cookie, bound to pool and app client. The address carries the authorization request and nothing else.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest
from cognito_auth.web import addresses, cookies, pages

# What waits besides challenges: the code of a sign-up, the code of a forgotten password, and a passkey of whomever.
CONFIRM_SIGN_UP, RESET_PASSWORD, NAMED_BY_PASSKEY = "CONFIRM_SIGN_UP", "RESET_PASSWORD", "NAMED_BY_PASSKEY"
_RESTART = "cognito_auth/managed_login/restart.html"


@dataclass(frozen=True, slots=True)
class Step:
    """What a sign-in waits with.

    Attributes:
        challenge: the API's name of the question, or one of ours.
        username: the name as the person gave it.
        parameters: of the challenge, those that its page shows.
        available: first factors to choose from, while none is proved.
        has_choice: whether the person may go back and choose another way.
        kept: what the page itself keeps, e.g. the secret of an app that is being set up.
    """

    challenge: str
    client_id: str
    pool_id: str
    username: str
    session: str = field(default="", repr=False)
    parameters: Mapping[str, str] = field(default_factory=dict)
    available: tuple[str, ...] = ()
    has_choice: bool = False
    was_repeated: bool = False
    kept: Mapping[str, Any] = field(default_factory=dict, repr=False)


def step_for(asked: AuthorizationRequest, challenge: str, username: str, **values: Any) -> Step:
    """Return a step of this client."""
    return Step(challenge, asked.client.pk, asked.pool.pk, username, **values)


def current(request: HttpRequest, asked: AuthorizationRequest) -> Step | None:
    """Return what the sign-in to this client waits with, ``None`` if none does."""
    stored = cookies.step_of(request)
    if stored is None:
        return None
    try:
        step = Step(**stored)
    except TypeError:  # of an older version of ours
        return None
    # The cookie's path holds pools apart; whoever copies it by hand meets this.
    if (step.client_id, step.pool_id) != (asked.client.pk, asked.pool.pk):
        return None
    return replace(step, available=tuple(step.available))


def turn_to(request: HttpRequest, asked: AuthorizationRequest, page: str, step: Step | None = None) -> HttpResponse:
    """Return the redirect to a page, with what it waits with."""
    response = HttpResponseRedirect(addresses.page(request, asked.pool.pk, page, asked.query))
    response["Cache-Control"] = "no-store"
    if step is not None:
        keep(request, response, asked, step)
    return response


def keep(request: HttpRequest, response: HttpResponse, asked: AuthorizationRequest, step: Step) -> None:
    """Let the browser keep what the sign-in waits with."""
    cookies.set_step(request, response, asked.pool.pk, asdict(step))


def restart(request: HttpRequest, asked: AuthorizationRequest, sentence: str = "") -> HttpResponse:
    """Return a friendly page for a sign-in that cannot go on, and forget it."""
    values = {
        "pool": asked.pool,
        "client": asked.client,
        "sentence": sentence,
        "login": addresses.page(request, asked.pool.pk, "login", asked.query),
    }
    response = pages.render(request, _RESTART, values, status=400)
    cookies.delete(request, response, asked.pool.pk, cookies.STEP)
    return response
