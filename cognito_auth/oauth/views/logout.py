"""``/<pool id>/logout``: end the browser's session, and go where the client wants it.

Source: AWS "Logout endpoint"; OpenID Connect RP-Initiated Logout.
"""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cognito_auth.models import BrowserSession, UserPool
from cognito_auth.services import sign_out
from cognito_auth.services.federation import saml_sessions
from cognito_auth.services.identity_providers import records
from cognito_auth.services.oauth import browser_sessions, sign_out_requests
from cognito_auth.services.oauth.errors import NobodyToTell
from cognito_auth.web import addresses, cookies, pages
from cognito_auth.web.requests import AppRedirect, of_pool

_TEMPLATE = "cognito_auth/managed_login/signed_out.html"


# A sign-out by somebody else's page does no harm that a session's end does not do anyway, and RP-initiated
# logout posts from the client's.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@of_pool
def logout(request: HttpRequest, pool: UserPool) -> HttpResponse:
    """End the session and redirect, or say that it is done."""
    if request.method == "POST":
        # The form comes from the client's site, without our cookie (SameSite=Lax); what it leads to has it.
        pairs = [(name, value) for name, values in request.POST.lists() for value in values]
        return HttpResponseRedirect(addresses.page(request, pool.pk, "logout", urlencode(pairs)), status=303)
    now, query = timezone.now(), request.META.get("QUERY_STRING", "")
    try:
        asked = sign_out_requests.read(pool, query, now=now)
    except NobodyToTell as error:
        return pages.render(request, pages.ERROR_TEMPLATE, {"pool": pool, "error": error.error}, status=400)
    session = browser_sessions.find(pool, request.COOKIES.get(cookies.SESSION), now=now)
    if session is not None:
        if _ends_elsewhere_too(pool, session):
            return HttpResponseRedirect(addresses.page(request, pool.pk, "saml2/logoutrequest", query))
        sign_out.of_browser(session, origin=pages.origin_of(request), now=now)
    response: HttpResponse
    if asked.address:
        response = AppRedirect(asked.address)
    elif asked.login_query:
        response = HttpResponseRedirect(addresses.page(request, pool.pk, "login", asked.login_query))
    else:
        response = pages.render(request, _TEMPLATE, {"pool": pool, "client": asked.client})
    cookies.delete(request, response, pool.pk, cookies.SESSION)
    cookies.delete(request, response, pool.pk, cookies.STEP)
    return response


def _ends_elsewhere_too(pool: UserPool, session: BrowserSession) -> bool:
    """Tell whether a SAML provider's session is to end along with ours."""
    theirs = saml_sessions.read(session.saml_session)
    if theirs is None:
        return False
    found = records.find(pool, theirs.provider_name)
    return found is not None and found.details.get("IDPSignout") == "true"
