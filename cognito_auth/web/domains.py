"""Pools with a host of their own: their pages and endpoints are at its root, and nothing else of the site is."""

from collections.abc import Callable

from django.conf import settings as django_settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, get_script_prefix, resolve, reverse

from cognito_auth.models import UserPool
from cognito_auth.services import user_pool_domains
from cognito_auth.services.tokens.issuer import issuer_of
from cognito_auth.web import addresses

_MIDDLEWARE = "cognito_auth.web.domains.CustomDomainMiddleware"


class CustomDomainMiddleware:
    """Serve a pool at the root of its domains; put it first in ``MIDDLEWARE``.

    ``https://login.example.com/oauth2/token`` is then what ``https://id.example.com/auth/<pool id>/oauth2/token``
    is. Paths of the site, of the API and of other pools are not found under such a host; requests to other
    hosts are left alone. One query for a host that is not that of ``BASE_URL``.

    Source: AWS "Using your own domain for managed login".
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Turn the path into the pool's where the host is a pool's.

        Raises:
            Http404: nothing of the pool is at this path.
            DisallowedHost: the host is not in ``ALLOWED_HOSTS``.
        """
        host = request.get_host()
        user_pool_id = user_pool_domains.pool_id_of_host(host)
        if user_pool_id is not None:
            path = f"{_root_of(user_pool_id)}{request.path_info.removeprefix('/')}"
            if not _is_of_pool(path, user_pool_id):
                raise Http404
            # ``request.path`` stays: it is what the browser shows.
            request.path_info = path
            # Without the port: what stands in links may come from the database only.
            setattr(request, addresses.DOMAIN_ATTRIBUTE, host.partition(":")[0].lower())
        return self.get_response(request)


def public_root(pool: UserPool) -> str:
    """Return where clients find the pool's endpoints, without a final slash.

    The pool's own host where it has one that :class:`CustomDomainMiddleware` serves, else below the issuer.
    """
    if _MIDDLEWARE in django_settings.MIDDLEWARE:
        _prefix, custom = user_pool_domains.of(pool)
        if custom is not None:
            return f"https://{custom.domain}"
    return issuer_of(pool.pk)


def _root_of(user_pool_id: str) -> str:
    """Return what the pool's paths begin with inside the site, whatever it is mounted under."""
    path = reverse("cognito_auth:login", args=[user_pool_id]).removesuffix("login")
    return f"/{path.removeprefix(get_script_prefix())}"


def _is_of_pool(path: str, user_pool_id: str) -> bool:
    """Tell whether a path of the site leads to a page or endpoint of this pool, not to a neighbour's pattern."""
    try:
        match = resolve(path)
    except Resolver404:
        return False
    return "cognito_auth" in match.app_names and match.kwargs.get("user_pool_id") == user_pool_id
