"""Two ways to sign people in with the login pages: a single-page app, and a page of Django's own."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from cognito_auth.services.tokens.issuer import issuer_of
from example_project.demo import pool

# No inline scripts or styles, nothing from elsewhere.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@never_cache
def single_page_app(request: HttpRequest) -> HttpResponse:
    """Show a page whose script signs people in: authorization code with PKCE, no library, no build step."""
    demo = pool.find()
    context = {"demo": demo, "issuer": "" if demo is None else issuer_of(demo.pool.pk)}
    response = render(request, "example_project/spa.html", context)
    response["Content-Security-Policy"] = _POLICY
    # The address has the code for a moment.
    response["Referrer-Policy"] = "no-referrer"
    return response


@never_cache
@login_required
def me(request: HttpRequest) -> HttpResponse:
    """Show who is logged in to this project: an ordinary ``@login_required`` view."""
    response = render(request, "example_project/me.html")
    response["Content-Security-Policy"] = _POLICY
    return response
