"""``/<pool id>/signup``: making an account. Source: AWS "Signup endpoint"."""

import datetime
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cognito_auth.choices import AuthFlow, UserStatus
from cognito_auth.exceptions import CognitoError
from cognito_auth.managed_login import fields, problems, progress, providers, steps
from cognito_auth.managed_login.fields import Field
from cognito_auth.services import sign_up, sign_up_form, terms
from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest
from cognito_auth.web import addresses, pages
from cognito_auth.web.requests import of_authorization

_TEMPLATE = "cognito_auth/managed_login/sign_up.html"
_CLOSED = "cognito_auth/managed_login/sign_up_closed.html"


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@csrf_protect
@of_authorization
def signup(request: HttpRequest, asked: AuthorizationRequest) -> HttpResponse:
    """Ask for what the pool requires, make the account, and go on to its code or to the client."""
    if not providers.has_native(asked) or not sign_up_form.is_open(asked.pool):
        return _closed(request, asked)
    if request.method != "POST":
        return _show(request, asked, fields.focused(_fields(asked, asked.login_hint)))
    shown = fields.filled(_fields(asked), request)
    if fields.has_problem(shown):
        return _show(request, asked, fields.focused(shown), status=400)
    try:
        return _make(request, asked, shown, now=timezone.now())
    except CognitoError as error:
        placed, alert = problems.place(error, shown)
        return _show(request, asked, placed, alert=alert, status=error.status)


def _fields(asked: AuthorizationRequest, username: str = "") -> list[Field]:
    pool = asked.pool
    name = replace(fields.username(pool, username), autocomplete="username")
    attributes = [
        fields.attribute(item, is_required=is_required)
        for item, is_required in sign_up_form.attributes_of(asked.client)
    ]
    found = [name, *attributes]
    if sign_up_form.takes_password(asked.client):
        password = fields.new_password(pool, name="password", label=_("Password"))
        if sign_up_form.may_omit_password(asked.client):
            hint = _("Leave it empty to sign in with codes that we send you.")
            password = replace(password, is_required=False, hint=hint)
        found.append(password)
    return found


def _make(
    request: HttpRequest, asked: AuthorizationRequest, shown: list[Field], *, now: datetime.datetime
) -> HttpResponse:
    given = {field.name: field.value for field in shown if field.value}
    username = given.pop("username")
    password = fields.posted_secret(request, "password") or None
    made = sign_up.sign_up(asked.client, username, password, given, origin=pages.origin_of(request), now=now)
    if made.user.status == UserStatus.CONFIRMED:
        return _sign_in(request, asked, made, username, password, now=now)
    step = steps.step_for(
        asked,
        steps.CONFIRM_SIGN_UP,
        username,
        session=made.session or "",
        kept={
            "sub": str(made.user.sub),
            "destination": made.delivery.destination if made.delivery else "",
            "is_sms": made.delivery is not None and made.delivery.attribute == "phone_number",
        },
    )
    return steps.turn_to(request, asked, "confirmUser", step)


def _sign_in(
    request: HttpRequest,
    asked: AuthorizationRequest,
    made: sign_up.SignedUp,
    username: str,
    password: str | None,
    *,
    now: datetime.datetime,
) -> HttpResponse:
    """Sign somebody in whose account was confirmed by the pool's own code as it was made."""
    try:
        if password is not None:
            parameters = {"USERNAME": username, "PASSWORD": password}
            result = progress.start(request, asked, AuthFlow.USER_PASSWORD_AUTH, parameters, now=now)
        else:
            result = progress.start(request, asked, AuthFlow.USER_AUTH, {"USERNAME": username}, now=now)
        return progress.go_on(request, asked, result, username=username, now=now)
    except CognitoError:
        # The account is there; whatever keeps them out is said where they sign in.
        return steps.turn_to(request, asked, "login")


def _show(
    request: HttpRequest, asked: AuthorizationRequest, shown: list[Field], *, alert: str = "", status: int = 200
) -> HttpResponse:
    language = (get_language() or "").partition("-")
    tag = f"{language[0]}-{language[2].upper()}" if language[2] else language[0]
    documents = terms.links_for(asked.client, language=tag)
    values = {
        "pool": asked.pool,
        "client": asked.client,
        "fields": shown,
        "alert": alert,
        "providers": providers.buttons(request, asked),
        "login": addresses.page(request, asked.pool.pk, "login", asked.query),
        "terms_of_use": documents.get(terms.TERMS_OF_USE, ""),
        "privacy_policy": documents.get(terms.PRIVACY_POLICY, ""),
    }
    return pages.render(request, _TEMPLATE, values, leads_to=asked.redirect_uri, status=status)


def _closed(request: HttpRequest, asked: AuthorizationRequest) -> HttpResponse:
    login = addresses.page(request, asked.pool.pk, "login", asked.query)
    return pages.render(request, _CLOSED, {"pool": asked.pool, "client": asked.client, "login": login}, status=403)
