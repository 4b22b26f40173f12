"""What people see whose form came without the cookie that belongs to it; the setting ``CSRF_FAILURE_VIEW`` names it.

Django's own view tells developers what to do; people at the pages of a pool need a page of the pool.
"""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views import csrf

from cognito_auth.models import UserPool
from cognito_auth.web import addresses, pages
from cognito_auth.web.requests import of_pool

_TEMPLATE = "cognito_auth/managed_login/restart.html"


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that cookies are needed and lead back to the page; leave pages that are no pool's to Django."""
    match = request.resolver_match
    user_pool_id = match.kwargs.get("user_pool_id") if match is not None and "cognito_auth" in match.app_names else None
    if user_pool_id is None:
        return csrf.csrf_failure(request, reason)
    return _page(request, user_pool_id)


@of_pool
def _page(request: HttpRequest, pool: UserPool) -> HttpResponse:
    page = request.path_info.partition(f"{pool.pk}/")[2]
    values = {
        "pool": pool,
        "sentence": _("Your browser did not send along the cookie of this page. Allow cookies here, then start again."),
        "login": addresses.page(request, pool.pk, page, request.META.get("QUERY_STRING", "")),
    }
    return pages.render(request, _TEMPLATE, values, status=403)
