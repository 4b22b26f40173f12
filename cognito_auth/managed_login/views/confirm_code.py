"""``/<pool id>/confirmUser`` without a code in its address: entering the code of a sign-up.

Reached from the sign-up, and from a sign-in of somebody who has not confirmed. Who signed up in this very browser is
signed in by the code; all others have to prove their password.
"""

import datetime
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from cognito_auth.choices import AuthFlow
from cognito_auth.exceptions import CognitoError
from cognito_auth.managed_login import fields, problems, progress, steps
from cognito_auth.managed_login.challenges import code_of
from cognito_auth.managed_login.fields import Field
from cognito_auth.managed_login.steps import Step
from cognito_auth.services import sign_up
from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest
from cognito_auth.services.sign_in import after_sign_up
from cognito_auth.web import addresses, pages
from cognito_auth.web.requests import of_authorization

_TEMPLATE = "cognito_auth/managed_login/confirm_code.html"
_DONE = "cognito_auth/managed_login/confirmed.html"


@sensitive_post_parameters()
@of_authorization
def confirm_code(request: HttpRequest, asked: AuthorizationRequest) -> HttpResponse:
    """Ask for the code, confirm, and sign the person in where the browser is known to be theirs."""
    step = steps.current(request, asked)
    if step is None or step.challenge != steps.CONFIRM_SIGN_UP:
        return steps.restart(request, asked)
    if request.method != "POST":
        return _show(request, asked, step, [fields.code()])
    now = timezone.now()
    try:
        if request.POST.get("action") == "resend":
            return resend(request, asked, step, now=now)
        code = code_of(request, "code").get("code", "")
        if not code:
            return _show(request, asked, step, fields.filled([fields.code()], request), status=400)
        return _confirm(request, asked, step, code, now=now)
    except CognitoError as error:
        placed, alert = problems.place(error, [fields.code()])
        return _show(request, asked, step, placed, alert=alert, status=error.status)


def resend(request: HttpRequest, asked: AuthorizationRequest, step: Step, *, now: datetime.datetime) -> HttpResponse:
    """Send another code and show where it went.

    Raises:
        CognitoError: there is none to send, or too many were.
    """
    sent = sign_up.resend(asked.client, step.username, origin=pages.origin_of(request), now=now)
    kept = {
        "destination": sent.destination,
        "is_sms": sent.attribute == "phone_number",
        "sub": step.kept.get("sub", ""),
    }
    return steps.turn_to(request, asked, "confirmUser", replace(step, kept=kept, was_repeated=True))


def _confirm(
    request: HttpRequest, asked: AuthorizationRequest, step: Step, code: str, *, now: datetime.datetime
) -> HttpResponse:
    origin = pages.origin_of(request)
    user = sign_up.confirm(asked.client, step.username, code, origin=origin, now=now)
    # The account may have been deleted and made anew by somebody else since this browser signed up.
    if str(user.sub) == step.kept.get("sub"):
        session = after_sign_up.confirmed(asked.client, user, step.username, is_browser=True, origin=origin, now=now)
        try:
            parameters = {"USERNAME": step.username}
            result = progress.start(request, asked, AuthFlow.USER_AUTH, parameters, session=session, now=now)
            return progress.go_on(request, asked, result, username=step.username, now=now)
        except CognitoError:
            # Confirmed they are; whatever keeps them out is said where they sign in.
            pass
    values = {
        "pool": asked.pool,
        "client": asked.client,
        "login": addresses.page(request, asked.pool.pk, "login", asked.query),
    }
    return pages.render(request, _DONE, values)


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
        "notice": _notice(step),
        "login": addresses.page(request, asked.pool.pk, "login", asked.query),
    }
    return pages.render(request, _TEMPLATE, values, leads_to=asked.redirect_uri, status=status)


def _notice(step: Step) -> str:
    """Return what is said first: why the person is here, or that no code is on its way."""
    if step.kept.get("notice") or step.kept.get("destination"):
        return str(step.kept.get("notice", ""))
    return _("No code was sent. Please ask the people who run this site to confirm your account.")
