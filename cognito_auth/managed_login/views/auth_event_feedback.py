"""The page behind the links of a notice about a risky sign-in: ``/<pool id>/authEventFeedback``.

Opening it only shows a button: mail scanners and previews open links, and must not speak for the person.
The button sends the form, which notes what they say.
Source: AWS "Threat protection", one-click links; API_UpdateAuthEventFeedback.
"""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from cognito_auth.exceptions import CognitoError, NotFoundError, ProofError
from cognito_auth.models import UserPool
from cognito_auth.services import user_pools
from cognito_auth.services.risk import feedback
from cognito_auth.web import pages

_TEMPLATE = "cognito_auth/managed_login/auth_event_feedback.html"
_PARAMETERS = ("event_id", "feedback_token", "feedback_value")
_VALUES = ("Valid", "Invalid")
_LONGEST_PARAMETER = 2048


@require_http_methods(["GET", "HEAD", "POST"])
@csrf_protect
def auth_event_feedback(request: HttpRequest, user_pool_id: str) -> HttpResponse:
    """Show the button, or note what the person says and thank them."""
    given = _parameters(request)
    if given is None:
        return _failed(request, None, _("The link is not complete. Copy the whole address from the email."), status=400)
    try:
        pool = user_pools.get(user_pool_id)
    except NotFoundError:
        return _failed(request, None, _("The link does not belong to this site."), status=404)
    values = {"pool": pool, "is_own": given["feedback_value"] == "Valid"}
    if request.method != "POST":
        return pages.render(request, _TEMPLATE, {"languages": (), **values, "state": "ask", "parameters": given})
    try:
        feedback.give_by_token(
            given["event_id"], given["feedback_token"], value=given["feedback_value"], pool=pool, now=timezone.now()
        )
    except (ProofError, NotFoundError):
        return _failed(request, pool, _("It is too old, or was used already."), status=400)
    except CognitoError as error:
        return _failed(request, pool, error.detail, status=error.status)
    return pages.render(request, _TEMPLATE, {"languages": (), **values, "state": "done"})


def _parameters(request: HttpRequest) -> Mapping[str, str] | None:
    """Return the parts of the link, or ``None`` if one is missing or cannot be one."""
    source = request.POST if request.method == "POST" else request.GET
    given = {name: source.get(name, "") for name in _PARAMETERS}
    is_whole = all(value and len(value) <= _LONGEST_PARAMETER and "\x00" not in value for value in given.values())
    return given if is_whole and given["feedback_value"] in _VALUES else None


def _failed(request: HttpRequest, pool: UserPool | None, detail: str, *, status: int) -> HttpResponse:
    return pages.render(
        request, _TEMPLATE, {"languages": (), "state": "failed", "pool": pool, "detail": detail}, status=status
    )
