"""``/<pool id>/login``: the first page of a sign-in. Source: AWS "Login endpoint".

==========================  ==================================================================================
shown                       when
==========================  ==================================================================================
"Continue as Jane"          the browser's session is good enough and nobody has to be asked again
user name                   the client lets people choose how to prove who they are; the ways come next
user name and password      else
buttons of providers        the client offers accounts elsewhere; alone where it offers nothing else
e-mail of an organization   one of these has domains of e-mail addresses among its identifiers
==========================  ==================================================================================
"""

import datetime
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cognito_auth.choices import AuthFlow
from cognito_auth.exceptions import CognitoError
from cognito_auth.managed_login import fields, problems, progress, providers, steps
from cognito_auth.managed_login.challenges.passkey import credential_in
from cognito_auth.managed_login.fields import Field
from cognito_auth.models import BrowserSession
from cognito_auth.services import account_recovery, first_factors
from cognito_auth.services.messages import delivery
from cognito_auth.services.oauth import authorization, browser_sessions
from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest
from cognito_auth.services.sign_in import named_by_passkey
from cognito_auth.web import addresses, cookies, pages, queries
from cognito_auth.web.requests import AppRedirect, of_authorization

_TEMPLATE = "cognito_auth/managed_login/login.html"
_CONTINUE = "cognito_auth/managed_login/continue.html"


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@csrf_protect
@of_authorization
def login(request: HttpRequest, asked: AuthorizationRequest) -> HttpResponse:
    """Ask who it is, and go on with what the sign-in asks next."""
    now = timezone.now()
    session = _session(request, asked, now=now)
    if request.method == "POST":
        if session is not None and request.POST.get("action") == "continue":
            return AppRedirect(authorization.answer(asked, session, origin=pages.origin_of(request), now=now))
        if "organization_email" in request.POST:
            return _route(request, asked)
        return _take(request, asked, now=now)
    if session is not None:
        return _offer_to_continue(request, asked, session)
    return _ask(request, asked, now=now)


def _ask(
    request: HttpRequest, asked: AuthorizationRequest, *, alert: str = "", status: int = 200, now: datetime.datetime
) -> HttpResponse:
    """Show the form; where the browser may offer passkeys in it, with what they are asked."""
    shown = _fields(asked, asked.login_hint)
    if not (providers.has_native(asked) and named_by_passkey.is_offered(asked.client)):
        return _show(request, asked, shown)
    options, kept = named_by_passkey.ask(asked.pool, now=now)
    response = _show(request, asked, shown, alert=alert, passkey_options=options, status=status)
    steps.keep(request, response, asked, steps.step_for(asked, steps.NAMED_BY_PASSKEY, "", kept=kept))
    return response


def _session(request: HttpRequest, asked: AuthorizationRequest, *, now: datetime.datetime) -> BrowserSession | None:
    """Return the browser's session, if the person may go on with it without being asked again."""
    session = browser_sessions.find(asked.pool, request.COOKIES.get(cookies.SESSION), now=now)
    if session is None or "login" in asked.prompt or not authorization.is_enough(asked, session, now=now):
        return None
    return session


def _offer_to_continue(request: HttpRequest, asked: AuthorizationRequest, session: BrowserSession) -> HttpResponse:
    user = session.user
    others = queries.changed(asked.query, prompt="login")
    values = {
        "pool": asked.pool,
        "client": asked.client,
        "name": user.given_name or user.name or delivery.sign_in_name(user),
        "detail": user.email or delivery.sign_in_name(user),
        "others": addresses.page(request, asked.pool.pk, "login", others),
    }
    return pages.render(request, _CONTINUE, values, leads_to=asked.redirect_uri)


def _fields(asked: AuthorizationRequest, username: str) -> list[Field]:
    name = fields.username(asked.pool, username, has_focus=not username)
    if first_factors.may_choose(asked.client):
        return [replace(name, has_focus=True)]
    return [name, fields.password(has_focus=bool(username))]


def _show(
    request: HttpRequest,
    asked: AuthorizationRequest,
    shown: list[Field],
    *,
    alert: str = "",
    organization: Field | None = None,
    passkey_options: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    def address(page: str) -> str:
        return addresses.page(request, asked.pool.pk, page, asked.query)

    values: dict[str, Any] = {
        "pool": asked.pool,
        "client": asked.client,
        "has_native": providers.has_native(asked),
        "providers": providers.buttons(request, asked),
        "field": {field.name: field for field in shown},
        "fields": shown,
        "organization": organization or (fields.organization_email() if providers.domains(asked) else None),
        "alert": alert,
        "passkey_options": passkey_options,
        "sign_up": "" if asked.pool.admin_create_user_only else address("signup"),
        "forgot": address("forgotPassword") if account_recovery.recovery_attributes(asked.pool) else "",
    }
    return pages.render(request, _TEMPLATE, values, leads_to=asked.redirect_uri, status=status)


def _take(request: HttpRequest, asked: AuthorizationRequest, *, now: datetime.datetime) -> HttpResponse:
    credential = credential_in(request)
    if credential:
        return _take_passkey(request, asked, credential, now=now)
    username = fields.posted(request, "username", max_length=fields.MAX_NAME_LENGTH)
    shown = fields.filled(_fields(asked, username), request)
    if not providers.has_native(asked):
        alert = _("This app is signed in to with an account elsewhere.")
        return _show(request, asked, shown, alert=alert, status=400)
    if fields.has_problem(shown):
        return _show(request, asked, fields.focused(shown), status=400)
    flow = AuthFlow.USER_AUTH if first_factors.may_choose(asked.client) else AuthFlow.USER_PASSWORD_AUTH
    parameters = {"USERNAME": username}
    if flow is AuthFlow.USER_PASSWORD_AUTH:
        parameters["PASSWORD"] = fields.posted_secret(request, "password")
    try:
        result = progress.start(request, asked, flow, parameters, now=now)
        return progress.go_on(request, asked, result, username=username, now=now)
    except CognitoError as error:
        there = progress.elsewhere(request, asked, error, username=username)
        if there is not None:
            return there
        placed, alert = problems.place(error, shown)
        return _show(request, asked, placed, alert=alert, status=error.status)


def _route(request: HttpRequest, asked: AuthorizationRequest) -> HttpResponse:
    """Go to the provider that an e-mail address leads to by its domain."""
    (field,) = fields.filled([fields.organization_email(has_focus=True)], request)
    provider = None if field.error else providers.button_for(request, asked, field.value)
    if provider is None:
        error = field.error or _("There is no sign-in for this address here. Check it for typing errors.")
        shown = [replace(each, has_focus=False) for each in _fields(asked, "")]
        return _show(request, asked, shown, organization=replace(field, error=error), status=400)
    response = pages.render(request, _TEMPLATE, {"pool": asked.pool, "client": asked.client, "providers": [provider]})
    # Not a redirect: browsers follow those after a form only to where the page allows, and a page
    # cannot know to which address of the provider this one leads.
    response["Refresh"] = f"0;url={provider.address}"
    return response


def _take_passkey(
    request: HttpRequest, asked: AuthorizationRequest, credential: str, *, now: datetime.datetime
) -> HttpResponse:
    step = steps.current(request, asked)
    if step is None or step.challenge != steps.NAMED_BY_PASSKEY:
        return steps.restart(request, asked)
    try:
        username, result = named_by_passkey.answer(
            asked.client, step.kept, credential, origin=pages.origin_of(request), now=now
        )
        return progress.go_on(request, asked, result, username=username, now=now)
    except CognitoError as error:
        there = progress.elsewhere(request, asked, error, username="")
        return there or _ask(request, asked, alert=problems.sentence(error), status=error.status, now=now)
