"""``/<pool id>/forgotPassword``: asking for a code to choose a new password."""

import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from cognito_auth.exceptions import CognitoError
from cognito_auth.managed_login import fields, problems, steps
from cognito_auth.managed_login.fields import Field
from cognito_auth.services import password_reset
from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest
from cognito_auth.web import addresses, pages
from cognito_auth.web.requests import of_authorization

_TEMPLATE = "cognito_auth/managed_login/forgot_password.html"


@require_http_methods(["GET", "HEAD", "POST"])
@csrf_protect
@of_authorization
def forgot_password(request: HttpRequest, asked: AuthorizationRequest) -> HttpResponse:
    """Ask for the name and send the code; the answer is the same whether there is such a person."""
    step = steps.current(request, asked)
    is_sent_here = step is not None and step.challenge == steps.RESET_PASSWORD
    username = step.username if step is not None and is_sent_here else asked.login_hint
    notice = str(step.kept.get("notice", "")) if step is not None and is_sent_here else ""
    if request.method != "POST":
        return _show(request, asked, [fields.username(asked.pool, username)], notice=notice)
    shown = fields.filled([fields.username(asked.pool)], request)
    if fields.has_problem(shown):
        return _show(request, asked, shown, notice=notice, status=400)
    try:
        return send(request, asked, shown[0].value, now=timezone.now())
    except CognitoError as error:
        placed, alert = problems.place(error, shown)
        return _show(request, asked, placed, alert=alert, status=error.status)


def send(
    request: HttpRequest,
    asked: AuthorizationRequest,
    username: str,
    *,
    was_repeated: bool = False,
    now: datetime.datetime,
) -> HttpResponse:
    """Send a code and go to the page that takes it.

    Raises:
        CognitoError: there is nowhere to send it to, or too many were sent.
    """
    sent = password_reset.forgot(asked.client, username, origin=pages.origin_of(request), now=now)
    kept = {"destination": sent.destination, "is_sms": sent.attribute == "phone_number"}
    step = steps.step_for(asked, steps.RESET_PASSWORD, username, kept=kept, was_repeated=was_repeated)
    return steps.turn_to(request, asked, "confirmForgotPassword", step)


def _show(
    request: HttpRequest,
    asked: AuthorizationRequest,
    shown: list[Field],
    *,
    notice: str = "",
    alert: str = "",
    status: int = 200,
) -> HttpResponse:
    values = {
        "pool": asked.pool,
        "client": asked.client,
        "fields": shown,
        "notice": notice,
        "alert": alert,
        "login": addresses.page(request, asked.pool.pk, "login", asked.query),
    }
    return pages.render(request, _TEMPLATE, values, status=status)
