"""The page behind the link of an e-mail that confirms an account or an address: ``/<pool id>/confirmUser``.

Opening it only shows a button: mail scanners and previews open links, and must not use up the code.
The button sends the form, which confirms.
Without a code in its address the page asks for one; see ``confirm_code``.
Source: AWS "Verifying contact information at sign-up", the form of the link.
"""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cognito_auth import reasons
from cognito_auth.choices import CodePurpose
from cognito_auth.exceptions import CodeMismatchException, CognitoError, ExpiredCodeException, NotFoundError
from cognito_auth.managed_login.views.confirm_code import confirm_code
from cognito_auth.models import UserPool
from cognito_auth.services import confirmation_links, simultaneous, user_pool_clients, user_pools
from cognito_auth.web import pages

_TEMPLATE = "cognito_auth/managed_login/confirm_user.html"
_PARAMETERS = ("client_id", "user_name", "confirmation_code")
_LONGEST_PARAMETER = 2048


@sensitive_post_parameters("confirmation_code")
@require_http_methods(["GET", "HEAD", "POST"])
@csrf_protect
def confirm_user(request: HttpRequest, user_pool_id: str) -> HttpResponse:
    """Show the button, or confirm and say what happened."""
    if "redirect_uri" in request.GET and "confirmation_code" not in request.GET:
        return confirm_code(request, user_pool_id)
    given = _parameters(request)
    if given is None:
        return _failed(request, None, _("The link is not complete. Copy the whole address from the email."), status=400)
    try:
        pool = user_pools.get(user_pool_id)
        client = user_pool_clients.get(given["client_id"], pool=pool)
    except NotFoundError:
        return _failed(request, None, _("The link does not belong to this site."), status=404)
    if request.method != "POST":
        return pages.render(request, _TEMPLATE, {"languages": (), "state": "ask", "pool": pool, "parameters": given})
    try:
        done = simultaneous.run(
            lambda: confirmation_links.follow(
                client,
                given["user_name"],
                given["confirmation_code"],
                origin=pages.origin_of(request),
                now=timezone.now(),
            )
        )
    except CognitoError as error:
        return _refused(request, pool, error)
    state = "account" if done == CodePurpose.CONFIRM_SIGN_UP else "address"
    return pages.render(request, _TEMPLATE, {"languages": (), "state": state, "pool": pool})


def _parameters(request: HttpRequest) -> Mapping[str, str] | None:
    """Return the parts of the link, or ``None`` if one is missing or cannot be one."""
    source = request.POST if request.method == "POST" else request.GET
    given = {name: source.get(name, "") for name in _PARAMETERS}
    if all(value and len(value) <= _LONGEST_PARAMETER and "\x00" not in value for value in given.values()):
        return given
    return None


def _refused(request: HttpRequest, pool: UserPool, error: CognitoError) -> HttpResponse:
    if error.reason is reasons.CANNOT_CONFIRM:
        return pages.render(
            request, _TEMPLATE, {"languages": (), "state": "already", "pool": pool, "detail": error.detail}
        )
    if isinstance(error, CodeMismatchException | ExpiredCodeException):
        detail = _("It is too old, was used already, or a newer one was sent. Ask for a new one where you signed up.")
    else:
        detail = error.detail
    return _failed(request, pool, detail, status=error.status)


def _failed(request: HttpRequest, pool: UserPool | None, detail: str, *, status: int) -> HttpResponse:
    return pages.render(
        request, _TEMPLATE, {"languages": (), "state": "failed", "pool": pool, "detail": detail}, status=status
    )
