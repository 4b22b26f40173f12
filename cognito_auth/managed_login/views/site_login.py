"""``/site/login``, ``/site/callback``, ``/site/logout``: the pages as the log-in of the Django project itself.

The project is a client of its own pool, by the setting ``SITE_CLIENT_ID``: the browser goes to the authorization
endpoint and comes back with a code, which is redeemed here without tokens. ``django.contrib.auth.login`` then puts the
pool's user into Django's session, under a new key.

Source: RFC 6749 4.1, 10.12 (the state is kept in the session that asked); RFC 7636.
"""

import base64
import hashlib
import hmac
import secrets
from typing import Any
from urllib.parse import urlencode

from django.conf import settings as django_settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST, require_safe

from cognito_auth.conf import settings
from cognito_auth.exceptions import NotFoundError
from cognito_auth.models import UserPoolClient
from cognito_auth.services import user_pool_clients
from cognito_auth.services.oauth import authorization_codes
from cognito_auth.services.oauth.errors import OAuthError
from cognito_auth.services.tokens import issuer
from cognito_auth.web import addresses, pages

_WAITING = "cognito_auth_site_login"
# Windows in which one browser may be logging in at the same time.
_MOST_WAITING = 5
_BACKEND = "cognito_auth.backends.CognitoBackend"
_MAX_NEXT = 2048


@never_cache
@require_safe
def site_login(request: HttpRequest) -> HttpResponse:
    """Send the browser to the login pages; ``next`` is where it comes back to inside the site."""
    client = _client(request)
    if client is None:
        return _error(request, "not_set_up", 404)
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    waiting = list(request.session.get(_WAITING, []))[-_MOST_WAITING + 1 :]
    request.session[_WAITING] = [*waiting, {"state": state, "verifier": verifier, "next": _safe_next(request)}]
    asked = {
        "response_type": "code",
        "client_id": client.pk,
        "redirect_uri": callback_address(),
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    return HttpResponseRedirect(addresses.page(request, client.pool_id, "oauth2/authorize", urlencode(asked)))


@never_cache
@require_safe
def site_callback(request: HttpRequest) -> HttpResponse:
    """Take the code, log its user in, and go to where the person wanted to."""
    client = _client(request)
    if client is None:
        return _error(request, "not_set_up", 404)
    waiting = _taken(request)
    code = request.GET.get("code", "")
    if waiting is None or not code:
        # The person changed their mind, or the session that asked is another one.
        return _error(request, "site_login_failed", 400)
    try:
        user = authorization_codes.redeem(
            client,
            code,
            redirect_uri=callback_address(),
            code_verifier=waiting["verifier"],
            now=timezone.now(),
        )
    except OAuthError:
        return _error(request, "site_login_failed", 400)
    auth.login(request, user, backend=_BACKEND)  # type: ignore[arg-type]  # the stubs know Django's own user only
    return HttpResponseRedirect(waiting["next"])


@never_cache
@require_POST
@csrf_protect
def site_logout(request: HttpRequest) -> HttpResponse:
    """Log out of the site, and of the pages where the client has an address to come back to."""
    client = _client(request)
    if client is None:
        return _error(request, "not_set_up", 404)
    auth.logout(request)
    if client.logout_urls:
        query = urlencode({"client_id": client.pk, "logout_uri": client.logout_urls[0]})
        return HttpResponseRedirect(addresses.page(request, client.pool_id, "logout", query))
    return HttpResponseRedirect(resolve_url(django_settings.LOGOUT_REDIRECT_URL or "/"))


def callback_address() -> str:
    """Return the address that the client has to have among its callback URLs."""
    return f"{issuer.prefix()}site/callback"


def _client(request: HttpRequest) -> UserPoolClient | None:
    """Return the site's own client; ``None`` where there is none, or the project has no sessions."""
    if not settings.site_client_id or not hasattr(request, "session"):
        return None
    try:
        return user_pool_clients.get(settings.site_client_id)
    except NotFoundError:
        return None


def _safe_next(request: HttpRequest) -> str:
    """Return where to go afterwards: an address of this very site, else the project's default."""
    wanted = request.GET.get(auth.REDIRECT_FIELD_NAME, "")
    is_safe = len(wanted) <= _MAX_NEXT and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_safe else resolve_url(django_settings.LOGIN_REDIRECT_URL)


def _taken(request: HttpRequest) -> dict[str, Any] | None:
    """Return what waits in the session for this ``state``, once."""
    state = request.GET.get("state", "").encode()
    waiting = list(request.session.get(_WAITING, []))
    found = next((each for each in waiting if hmac.compare_digest(each["state"].encode(), state)), None)
    if found is not None:
        request.session[_WAITING] = [each for each in waiting if each is not found]
    return found


def _error(request: HttpRequest, error: str, status: int) -> HttpResponse:
    values = {"error": error, "languages": (), "again": f"{issuer.prefix()}site/login"}
    return pages.render(request, pages.ERROR_TEMPLATE, values, status=status)
