"""The pages of challenges: one view for all of them, since only the questions differ.

============  ========================================================================
the form says what happens
============  ========================================================================
(an answer)   the challenge is answered
``resend``    another code is sent
``other``     the person goes back and chooses another way
============  ========================================================================
"""

import datetime
from collections.abc import Callable
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cognito_auth.exceptions import CognitoError
from cognito_auth.managed_login import fields, problems, progress, steps
from cognito_auth.managed_login.challenges import ChallengePage, registry
from cognito_auth.managed_login.fields import Field
from cognito_auth.managed_login.steps import Step
from cognito_auth.services import account_recovery
from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest
from cognito_auth.services.sign_in import engine
from cognito_auth.web import addresses, pages
from cognito_auth.web.requests import of_authorization

_RESEND, _OTHER = "resend", "other"


def view_of(page: ChallengePage) -> Callable[..., HttpResponse]:
    """Return the view of a challenge's page."""

    @sensitive_post_parameters()
    @require_http_methods(["GET", "HEAD", "POST"])
    @csrf_protect
    @of_authorization
    def challenge(request: HttpRequest, asked: AuthorizationRequest) -> HttpResponse:
        step = steps.current(request, asked)
        if step is None or registry.path_of(step.challenge) is None:
            return steps.restart(request, asked)
        if step.challenge != page.challenge:
            # An old page of the browser's history: on with the question that waits.
            return steps.turn_to(request, asked, str(registry.path_of(step.challenge)))
        if request.method != "POST":
            return _show(request, asked, page, step, page.fields(asked, step))
        return _take(request, asked, page, step, now=timezone.now())

    return challenge


def _take(
    request: HttpRequest, asked: AuthorizationRequest, page: ChallengePage, step: Step, *, now: datetime.datetime
) -> HttpResponse:
    origin = pages.origin_of(request)
    action = request.POST.get("action")
    try:
        result: engine.Result | Step | None
        if action in (_RESEND, _OTHER):
            result = engine.ask_again(
                asked.client,
                step.challenge,
                step.session,
                step.username,
                wants_other=action == _OTHER,
                origin=origin,
                now=now,
            )
        else:
            result = page.submit(request, asked, step, origin=origin, now=now)
        if result is None:
            shown = fields.focused(fields.filled(page.fields(asked, step), request, only_sent=True))
            return _show(request, asked, page, step, shown, status=400)
        before = replace(step, was_repeated=action == _RESEND)
        return progress.go_on(request, asked, result, username=step.username, before=before, now=now)
    except CognitoError as error:
        there = progress.elsewhere(request, asked, error, username=step.username)
        if there is not None:
            return there
        shown, alert = problems.place(
            error, fields.filled(page.fields(asked, step), request, marks=False), sent=request.POST
        )
        return _show(request, asked, page, step, shown, alert=alert, status=error.status)


def _show(
    request: HttpRequest,
    asked: AuthorizationRequest,
    page: ChallengePage,
    step: Step,
    shown: list[Field],
    *,
    alert: str = "",
    status: int = 200,
) -> HttpResponse:
    values = {
        "pool": asked.pool,
        "client": asked.client,
        "step": step,
        "fields": shown,
        "field": {field.name: field for field in shown},
        "alert": alert,
        "sends_code": page.sends_code,
        "login": addresses.page(request, asked.pool.pk, "login", asked.query),
        "forgot": _forgot(request, asked),
        **page.values(asked, step),
    }
    return pages.render(request, page.template, values, leads_to=asked.redirect_uri, status=status)


def _forgot(request: HttpRequest, asked: AuthorizationRequest) -> str:
    """Return where a forgotten password is replaced, if people of the pool may do so."""
    if not account_recovery.recovery_attributes(asked.pool):
        return ""
    return addresses.page(request, asked.pool.pk, "forgotPassword", asked.query)
