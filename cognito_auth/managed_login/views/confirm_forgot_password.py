"""``/<pool id>/confirmForgotPassword``: a new password by the code that was sent, and the sign-in with it."""

import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cognito_auth.choices import AuthFlow
from cognito_auth.exceptions import CognitoError
from cognito_auth.managed_login import fields, problems, progress, steps
from cognito_auth.managed_login.challenges import code_of
from cognito_auth.managed_login.fields import Field
from cognito_auth.managed_login.steps import Step
from cognito_auth.managed_login.views import forgot_password
from cognito_auth.services import password_reset
from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest
from cognito_auth.web import addresses, pages
from cognito_auth.web.requests import of_authorization

_TEMPLATE = "cognito_auth/managed_login/confirm_forgot_password.html"


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@csrf_protect
@of_authorization
def confirm_forgot_password(request: HttpRequest, asked: AuthorizationRequest) -> HttpResponse:
    """Ask for code and new password, set it, and sign the person in with it."""
    step = steps.current(request, asked)
    if step is None or step.challenge != steps.RESET_PASSWORD:
        return steps.restart(request, asked)
    if request.method != "POST":
        return _show(request, asked, step, _fields(asked))
    now = timezone.now()
    shown = fields.filled(_fields(asked), request)
    try:
        if request.POST.get("action") == "resend":
            return forgot_password.send(request, asked, step.username, was_repeated=True, now=now)
        if fields.has_problem(shown):
            return _show(request, asked, step, fields.focused(shown), status=400)
        code = code_of(request, "code")["code"]
        return _set(request, asked, step, code, fields.posted_secret(request, "new_password"), now=now)
    except CognitoError as error:
        placed, alert = problems.place(error, fields.filled(_fields(asked), request, marks=False))
        return _show(request, asked, step, placed, alert=alert, status=error.status)


def _fields(asked: AuthorizationRequest) -> list[Field]:
    return [fields.code(), fields.new_password(asked.pool)]


def _set(
    request: HttpRequest, asked: AuthorizationRequest, step: Step, code: str, password: str, *, now: datetime.datetime
) -> HttpResponse:
    origin = pages.origin_of(request)
    password_reset.confirm(asked.client, step.username, code, password, origin=origin, now=now)
    parameters = {"USERNAME": step.username, "PASSWORD": password}
    try:
        result = progress.start(request, asked, AuthFlow.USER_PASSWORD_AUTH, parameters, now=now)
        return progress.go_on(request, asked, result, username=step.username, now=now)
    except CognitoError as error:
        there = progress.elsewhere(request, asked, error, username=step.username)
        # The password is the new one; what keeps the person out is said where they sign in.
        return there or steps.turn_to(request, asked, "login")


def _show(
    request: HttpRequest,
    asked: AuthorizationRequest,
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
        "alert": alert,
        "destination": step.kept.get("destination", ""),
        "is_sms": step.kept.get("is_sms", False),
        "login": addresses.page(request, asked.pool.pk, "login", asked.query),
    }
    return pages.render(request, _TEMPLATE, values, leads_to=asked.redirect_uri, status=status)
