"""``/<pool id>/passkeys/add``: a person who is signed in with the browser makes a passkey.

Takes ``client_id`` and ``redirect_uri``, where the browser goes afterwards. Source: AWS "Passkeys in managed login".
"""

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from cognito_auth.exceptions import CognitoError
from cognito_auth.managed_login import problems
from cognito_auth.managed_login.challenges.passkey import credential_in
from cognito_auth.models import BrowserSession, UserPool
from cognito_auth.services.oauth import authorization_requests, browser_sessions
from cognito_auth.services.oauth.authorization_requests import Return
from cognito_auth.services.oauth.errors import NobodyToTell
from cognito_auth.services.passkeys import registration
from cognito_auth.web import addresses, cookies, pages
from cognito_auth.web.requests import AppRedirect, of_pool, tell_person

_TEMPLATE = "cognito_auth/managed_login/add_passkey.html"


@require_http_methods(["GET", "HEAD", "POST"])
@csrf_protect
@of_pool
def add_passkey(request: HttpRequest, pool: UserPool) -> HttpResponse:
    """Show the button that makes a passkey, keep what the authenticator answers, and go back to the client."""
    try:
        back = authorization_requests.read_return(pool, request.META.get("QUERY_STRING", ""))
    except NobodyToTell as error:
        return tell_person(request, pool, error)
    now = timezone.now()
    session = browser_sessions.find(pool, request.COOKIES.get(cookies.SESSION), now=now)
    if session is None:
        return _show(request, back, "signed_out", status=401)
    if not browser_sessions.is_fresh(session, now=now):
        # There the person is asked to prove again who they are: a passkey lets its owner in for good.
        return HttpResponseRedirect(addresses.page(request, pool.pk, authorization_requests.PASSKEYS_PAGE), status=303)
    if request.method != "POST":
        return _ask(request, back, session, now=now)
    credential = credential_in(request)
    try:
        if credential:
            registration.complete(session.user, back.client, credential, now=now)
            return AppRedirect(back.redirect_uri)
    except CognitoError as error:
        return _ask(request, back, session, alert=problems.sentence(error), status=error.status, now=now)
    here = addresses.page(request, pool.pk, "passkeys/add", request.META.get("QUERY_STRING", ""))
    return HttpResponseRedirect(here)


def _ask(
    request: HttpRequest,
    back: Return,
    session: BrowserSession,
    *,
    alert: str = "",
    status: int = 200,
    now: datetime.datetime,
) -> HttpResponse:
    try:
        options = registration.start(session.user, back.client, now=now)
    except CognitoError as error:
        return _show(request, back, "refused", alert=problems.sentence(error), status=error.status)
    return _show(request, back, "ask", alert=alert, passkey_options=options, status=status)


def _show(request: HttpRequest, back: Return, state: str, *, status: int = 200, **values: Any) -> HttpResponse:
    shown = {"pool": back.client.pool, "client": back.client, "state": state, "back": back.redirect_uri, **values}
    return pages.render(request, _TEMPLATE, shown, leads_to=back.redirect_uri, status=status)
