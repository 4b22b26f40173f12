"""``/<pool id>/resendcode``: asking for another code of a sign-up, by user name."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from cognito_auth.exceptions import CognitoError
from cognito_auth.managed_login import fields, problems, steps
from cognito_auth.managed_login.fields import Field
from cognito_auth.managed_login.views import confirm_code
from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest
from cognito_auth.web import addresses, pages
from cognito_auth.web.requests import of_authorization

_TEMPLATE = "cognito_auth/managed_login/resend_code.html"


@require_http_methods(["GET", "HEAD", "POST"])
@csrf_protect
@of_authorization
def resendcode(request: HttpRequest, asked: AuthorizationRequest) -> HttpResponse:
    """Ask for the name and send the code; the answer is the same whether there is such a person."""
    if request.method != "POST":
        return _show(request, asked, [fields.username(asked.pool, asked.login_hint)])
    shown = fields.filled([fields.username(asked.pool)], request)
    if fields.has_problem(shown):
        return _show(request, asked, shown, status=400)
    step = steps.current(request, asked)
    if step is None or step.challenge != steps.CONFIRM_SIGN_UP or step.username != shown[0].value:
        step = steps.step_for(asked, steps.CONFIRM_SIGN_UP, shown[0].value)
    try:
        return confirm_code.resend(request, asked, step, now=timezone.now())
    except CognitoError as error:
        placed, alert = problems.place(error, shown)
        return _show(request, asked, placed, alert=alert, status=error.status)


def _show(
    request: HttpRequest, asked: AuthorizationRequest, shown: list[Field], *, alert: str = "", status: int = 200
) -> HttpResponse:
    values = {
        "pool": asked.pool,
        "client": asked.client,
        "fields": shown,
        "alert": alert,
        "login": addresses.page(request, asked.pool.pk, "login", asked.query),
    }
    return pages.render(request, _TEMPLATE, values, status=status)
