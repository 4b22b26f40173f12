"""``/<pool id>/login``: the first page of a sign-in. Source: AWS "Login endpoint"."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cognito_auth.choices import AuthFlow
from cognito_auth.exceptions import CognitoError
from cognito_auth.managed_login import steps
from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest
from cognito_auth.services.sign_in import engine, opening
from cognito_auth.web import pages
from cognito_auth.web.requests import of_authorization

_TEMPLATE = "cognito_auth/managed_login/login.html"


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@csrf_protect
@of_authorization
def login(request: HttpRequest, asked: AuthorizationRequest) -> HttpResponse:
    """Ask for name and password, and go on with what the sign-in asks next."""
    values = {"pool": asked.pool, "username": asked.login_hint}
    if request.method != "POST":
        return pages.render(request, _TEMPLATE, values, leads_to=asked.redirect_uri)
    username, password = request.POST.get("username", "").strip(), request.POST.get("password", "")
    values["username"] = username
    if not username or not password:
        values["problem"] = _("Enter your user name and your password.")
        return pages.render(request, _TEMPLATE, values, leads_to=asked.redirect_uri, status=400)
    parameters = {"USERNAME": username, "PASSWORD": password}
    if asked.acr_values:
        parameters["TARGET_ACR_VALUES"] = asked.acr_values
    now = timezone.now()
    try:
        result = engine.start(
            opening.read(asked.client.pk, AuthFlow.USER_PASSWORD_AUTH, parameters),
            AuthFlow.USER_PASSWORD_AUTH,
            parameters,
            is_browser=True,
            origin=pages.origin_of(request),
            now=now,
        )
    except CognitoError as error:
        values["problem"] = error.detail
        return pages.render(request, _TEMPLATE, values, leads_to=asked.redirect_uri, status=error.status)
    return steps.go_on(request, asked, result, username=username, now=now)
