"""``/<pool id>/device``: a person lets a device without a browser sign in as them. Source: RFC 8628 3.3, 5.

===========  ==============================================================================
shown        when
===========  ==============================================================================
a field      no code was entered yet, or none that a device waits with
the login    a code was entered, and nobody is signed in to the device's app; then back here
a question   somebody is: which app, which code, and whether it is theirs
the end      they have answered
===========  ==============================================================================
"""

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from cognito_auth.managed_login import fields
from cognito_auth.managed_login.fields import Field
from cognito_auth.models import BrowserSession, DeviceAuthorization, UserPool
from cognito_auth.services.messages import delivery
from cognito_auth.services.oauth import authorization, authorization_requests, browser_sessions, device_authorizations
from cognito_auth.services.oauth.authorization import Next
from cognito_auth.services.oauth.device_authorizations import TooManyGuesses
from cognito_auth.web import addresses, cookies, pages, queries
from cognito_auth.web.requests import of_pool

_TEMPLATE = "cognito_auth/managed_login/device.html"
_APPROVE, _DENY = "approve", "deny"
_MAX_CODE = 32
_PAGES = {Next.LOGIN: "login", Next.PROVIDER: "oauth2/idprequest"}


@require_http_methods(["GET", "HEAD", "POST"])
@csrf_protect
@of_pool
def device(request: HttpRequest, pool: UserPool) -> HttpResponse:
    """Take the code, have the person sign in, ask, and note the answer."""
    now = timezone.now()
    session = browser_sessions.find(pool, request.COOKIES.get(cookies.SESSION), now=now)
    code = _code(request)
    if not code:
        missing = _("Please fill in this field.") if request.method == "POST" else ""
        return _enter(request, pool, error=missing)
    guesser = f"user:{session.user.pk}" if session is not None else f"ip:{pages.origin_of(request).ip_address}"
    try:
        found = device_authorizations.find(pool, code, guesser=guesser, now=now)
    except TooManyGuesses:
        return _enter(request, pool, alert=_("Too many attempts. Please try again later."), status=429)
    if found is None:
        return _enter(request, pool, code, error=_("No device waits with this code. Codes are good for 10 minutes."))
    return _go_on(request, found, session, now=now)


def _code(request: HttpRequest) -> str:
    """Return the code that was entered, came with the address that the device shows, or back from the login."""
    told = request.POST if request.method == "POST" else request.GET
    text = told.get("user_code", "") or told.get("state", "")
    return text.strip() if len(text) <= _MAX_CODE and text.isprintable() else "?"


def _go_on(
    request: HttpRequest, found: DeviceAuthorization, session: BrowserSession | None, *, now: datetime.datetime
) -> HttpResponse:
    pool = found.client.pool
    here = addresses.absolute(request, pool.pk, authorization_requests.DEVICE_PAGE)
    query = authorization_requests.for_device_page(
        found.client, here, user_code=device_authorizations.shown_code(found)
    )
    asked = authorization_requests.read(pool, query)
    decided = authorization.decide(asked, session, now=now)
    if decided is not Next.ANSWER or session is None:
        response = HttpResponseRedirect(addresses.page(request, pool.pk, _PAGES.get(decided, "login"), query))
        response["Cache-Control"] = "no-store"
        return response
    action = request.POST.get("action")
    if request.method == "POST" and action in (_APPROVE, _DENY):
        is_first = device_authorizations.decide(found, session, is_approved=action == _APPROVE, now=now)
        if not is_first:
            return _enter(request, pool, error=_("No device waits with this code. Codes are good for 10 minutes."))
        return _show(request, pool, "approved" if action == _APPROVE else "denied", client=found.client)
    if request.method == "POST":
        # So that going back and reloading asks nothing twice.
        code = device_authorizations.shown_code(found)
        location = addresses.page(request, pool.pk, "device", queries.changed("", user_code=code))
        return HttpResponseRedirect(location, status=303)
    return _ask(request, found, session, query)


def _ask(request: HttpRequest, found: DeviceAuthorization, session: BrowserSession, query: str) -> HttpResponse:
    pool = found.client.pool
    return _show(
        request,
        pool,
        "ask",
        client=found.client,
        user_code=device_authorizations.shown_code(found),
        name=session.user.email or delivery.sign_in_name(session.user),
        others=addresses.page(request, pool.pk, "login", queries.changed(query, prompt="login")),
    )


def _enter(
    request: HttpRequest, pool: UserPool, code: str = "", *, error: str = "", alert: str = "", status: int = 0
) -> HttpResponse:
    field = Field(
        "user_code",
        _("Code on your device"),
        value="" if code == "?" else code,
        error=error,
        autocomplete="off",
        max_length=_MAX_CODE,
        is_plain=True,
        has_focus=True,
    )
    status = status or (400 if error or alert else 200)
    return _show(request, pool, "enter", fields=fields.focused([field]), alert=alert, status=status)


def _show(request: HttpRequest, pool: UserPool, state: str, *, status: int = 200, **values: Any) -> HttpResponse:
    return pages.render(request, _TEMPLATE, {"pool": pool, "state": state, **values}, status=status)
