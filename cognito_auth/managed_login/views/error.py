"""``/<pool id>/error``: what went wrong, where there is no client to tell."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cognito_auth.models import UserPool
from cognito_auth.web import pages
from cognito_auth.web.requests import of_pool


@require_safe
@of_pool
def error(request: HttpRequest, pool: UserPool) -> HttpResponse:
    """Say it to the person; what the address says beyond known words is not repeated."""
    return pages.render(
        request, pages.ERROR_TEMPLATE, {"pool": pool, "error": request.GET.get("error", "")}, status=400
    )
