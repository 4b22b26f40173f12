"""``/<pool id>/oauth2/authorize``: where a client sends a browser for a sign-in.

Source: AWS "Authorize endpoint"; RFC 6749 3.1; OpenID Connect Core 3.1.2.
"""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from cognito_auth.services.oauth import authorization, browser_sessions
from cognito_auth.services.oauth.authorization import Next
from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest
from cognito_auth.web import addresses, cookies, pages
from cognito_auth.web.requests import AppRedirect, of_authorization

_PAGES = {Next.LOGIN: "login", Next.PROVIDER: "oauth2/idprequest"}


# So that a client that posts reads 405 and not a page about forms.
@csrf_exempt
@require_safe
@of_authorization
def authorize(request: HttpRequest, asked: AuthorizationRequest) -> HttpResponse:
    """Answer at once who is signed in already, or go to the page or provider that asks."""
    now = timezone.now()
    session = browser_sessions.find(asked.pool, request.COOKIES.get(cookies.SESSION), now=now)
    decided = authorization.decide(asked, session, now=now)
    if decided is Next.ANSWER and session is not None:
        return AppRedirect(authorization.answer(asked, session, origin=pages.origin_of(request), now=now))
    if decided is Next.REFUSE:
        return AppRedirect(authorization.login_required(asked))
    response = HttpResponseRedirect(addresses.page(request, asked.pool.pk, _PAGES[decided], asked.query))
    response["Cache-Control"] = "no-store"
    return response
