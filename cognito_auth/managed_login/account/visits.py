"""Who is at the account page: the browser's session, how fresh it is, and how often it comes.

====================  ==================================================================================
there is              shown
====================  ==================================================================================
no session            the login, which leads back here; for which app says ``client_id``, or the
                      session that has ended
one, too old          for what others could lock the person out with: a page that asks them to prove
                      again who they are
one                   the section, if the person has a use for it
====================  ==================================================================================
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cognito_auth.conf import settings
from cognito_auth.exceptions import NotFoundError, TooManyRequestsException
from cognito_auth.managed_login.account import notices, sections
from cognito_auth.models import AbstractCognitoUser, BrowserSession, UserPool, UserPoolClient
from cognito_auth.models.browser_sessions import NATIVE
from cognito_auth.services import throttling, user_pool_clients
from cognito_auth.services.messages import delivery
from cognito_auth.services.oauth import authorization_requests, browser_sessions
from cognito_auth.services.oauth.authorization_requests import has_account_page, offered_providers
from cognito_auth.services.oauth.browser_sessions import FRESH_FOR
from cognito_auth.services.oauth.errors import NobodyToTell
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.web import addresses, cookies, pages
from cognito_auth.web.requests import View, of_pool, tell_person

_TEMPLATES = "cognito_auth/account/"
_REAUTHENTICATE = f"{_TEMPLATES}reauthenticate.html"
_SIGN_IN_FIRST = f"{_TEMPLATES}sign_in_first.html"


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of the person of a session, at one section of their account page."""

    request: HttpRequest
    client: UserPoolClient
    session: BrowserSession
    section: str
    now: datetime.datetime

    @property
    def pool(self) -> UserPool:
        """The pool of the account."""
        return self.client.pool

    @property
    def user(self) -> AbstractCognitoUser:
        """The person."""
        user: AbstractCognitoUser = self.session.user
        return user

    @property
    def origin(self) -> RequestOrigin:
        """Where the request comes from."""
        return pages.origin_of(self.request)

    @property
    def is_post(self) -> bool:
        """Whether the person sends something."""
        return self.request.method == "POST"

    def address(self, section: str = "", **query: str) -> str:
        """Return the path of a section, by default of the overview."""
        return addresses.page(self.request, self.pool.pk, _page_of(section), urlencode(query))

    def done(self, word: str, *, section: str | None = None) -> HttpResponse:
        """Return the redirect to a section, by default this one, where ``word`` says what was done."""
        response = HttpResponseRedirect(
            self.address(self.section if section is None else section, done=word), status=303
        )
        response["Cache-Control"] = "no-store"
        return response

    def show(self, template: str, *, status: int = 200, **values: Any) -> HttpResponse:
        """Return the page of the section; all pages have the menu and a sentence about what was done."""
        shown = {
            "pool": self.pool,
            "client": self.client,
            "session": self.session,
            "person": name_of(self.user),
            "sign_in_name": delivery.sign_in_name(self.user),
            "section": self.section,
            "title": _title_of(self.section),
            "menu": self._menu(),
            "overview": self.address(),
            "notice": notices.done(self.request.GET.get("done", "")) if status == 200 else "",
            **values,
        }
        return pages.render(self.request, f"{_TEMPLATES}{template}", shown, status=status)

    def _menu(self) -> list[dict[str, Any]]:
        return [
            {
                "title": group.title,
                "sections": [
                    {
                        "path": section.path,
                        "title": section.title,
                        "address": self.address(section.path),
                        "is_current": section.path == self.section,
                    }
                    for section in found
                ],
            }
            for group, found in sections.offered(self.user, self.client)
        ]


SectionView = Callable[[Visit], HttpResponse]


def name_of(user: AbstractCognitoUser) -> str:
    """Return what a person is called on their pages."""
    return user.given_name or user.name or delivery.sign_in_name(user)


def _page_of(section: str) -> str:
    return f"account/{section}" if section else "account"


def _title_of(section: str) -> Any:
    return next((found.title for group in sections.GROUPS for found in group.sections if found.path == section), "")


def of_account(section: str, *, fresh: datetime.timedelta | None = None) -> Callable[[SectionView], View]:
    """Return a decorator for the view of a section; ``fresh`` is how old the proof of who it is may be."""

    def decorate(view: SectionView) -> View:
        @sensitive_post_parameters()
        @require_http_methods(["GET", "HEAD", "POST"])
        @csrf_protect
        @of_pool
        @wraps(view)
        def visited(request: HttpRequest, pool: UserPool) -> HttpResponse:
            return _visit(request, pool, view, section, fresh, now=timezone.now())

        return visited

    return decorate


def _visit(
    request: HttpRequest,
    pool: UserPool,
    view: SectionView,
    section: str,
    fresh: datetime.timedelta | None,
    *,
    now: datetime.datetime,
) -> HttpResponse:
    session = browser_sessions.find(pool, request.COOKIES.get(cookies.SESSION), now=now)
    client = None if session is None else _client(pool, session.client_id or "")
    if session is None or client is None:
        return _to_login(request, pool, session, section)
    visit = Visit(request, client, session, section, now)
    try:
        _count(visit)
    except TooManyRequestsException as error:
        values = {"pool": pool, "client": client, "error": "too_many_requests"}
        response = pages.render(request, pages.ERROR_TEMPLATE, values, status=429)
        response["Retry-After"] = str(error.values["retry_after_seconds"])
        return response
    if section and section not in sections.paths_of(sections.offered(visit.user, client)):
        return HttpResponseRedirect(visit.address(), status=303)
    if fresh is not None and not browser_sessions.is_fresh(session, within=fresh, now=now):
        return _reauthenticate(visit, fresh)
    return view(visit)


def _client(pool: UserPool, client_id: str) -> UserPoolClient | None:
    """Return a client whose people have an account page, or ``None``."""
    if not client_id or not client_id.isascii():
        return None
    try:
        client = user_pool_clients.get(client_id, pool=pool)
    except NotFoundError:
        return None
    return client if has_account_page(client) else None


def _count(visit: Visit) -> None:
    """Count the request as the API counts one of this person."""
    counted = [("user", f"{visit.client.pk}:{visit.user.sub}"), ("client", visit.client.pk), ("pool", visit.pool.pk)]
    address = visit.origin.ip_address
    throttling.check(counted if address is None else [("ip", address), *counted], now=visit.now)


def _to_login(request: HttpRequest, pool: UserPool, session: BrowserSession | None, section: str) -> HttpResponse:
    asked = request.GET.get("client_id", "")
    client = _client(pool, asked)
    if asked and client is None:
        return tell_person(request, pool, NobodyToTell("invalid_client"))
    if client is None:
        last = browser_sessions.last_client(pool, request.COOKIES.get(cookies.SESSION))
        client = _client(pool, "" if last is None else last.pk) or _client(pool, settings.site_client_id or "")
    if client is None:
        return pages.render(request, _SIGN_IN_FIRST, {"pool": pool}, status=401)
    query = authorization_requests.for_account_page(
        client,
        addresses.absolute(request, pool.pk, authorization_requests.ACCOUNT_PAGE),
        section=section,
        # A session that is no good here must not answer at once.
        max_age=None if session is None else 0,
    )
    response = HttpResponseRedirect(addresses.page(request, pool.pk, "login", query), status=303)
    response["Cache-Control"] = "no-store"
    return response


def _reauthenticate(visit: Visit, fresh: datetime.timedelta) -> HttpResponse:
    """Ask the person, in a friendly way, to prove again who they are; what they sent is not done."""
    provider = visit.session.provider_name
    if provider not in offered_providers(visit.client):
        provider = NATIVE
    query = authorization_requests.for_account_page(
        visit.client,
        addresses.absolute(visit.request, visit.pool.pk, authorization_requests.ACCOUNT_PAGE),
        section=visit.section,
        provider=provider,
        login_hint="" if provider != NATIVE else delivery.sign_in_name(visit.user),
        max_age=int(fresh.total_seconds()),
    )
    page = "login" if provider == NATIVE else "oauth2/idprequest"
    return visit.show(
        _REAUTHENTICATE.removeprefix(_TEMPLATES),
        status=403 if visit.is_post else 200,
        minutes=int(fresh.total_seconds()) // 60,
        was_sent=visit.is_post,
        login=addresses.page(visit.request, visit.pool.pk, page, query),
    )


__all__ = ["FRESH_FOR", "SectionView", "Visit", "name_of", "of_account"]
