"""Where the pages of a pool are: below its id, or at the root of a host of its own."""

from django.http import HttpRequest
from django.urls import reverse

from cognito_auth.services.tokens.issuer import issuer_of

# Set by ``domains.CustomDomainMiddleware``: the host itself says which pool it is.
DOMAIN_ATTRIBUTE = "cognito_domain"


def root(request: HttpRequest, user_pool_id: str) -> str:
    """Return the path that all pages and cookies of the pool are below, with a final slash."""
    if getattr(request, DOMAIN_ATTRIBUTE, None) is not None:
        return "/"
    return reverse("cognito_auth:login", args=[user_pool_id]).removesuffix("login")


def page(request: HttpRequest, user_pool_id: str, name: str, query: str = "") -> str:
    """Return the path of a page, e.g. ``"login"`` or ``"oauth2/authorize"``, with a query string as it is."""
    path = f"{root(request, user_pool_id)}{name}"
    return f"{path}?{query}" if query else path


def absolute(request: HttpRequest, user_pool_id: str, name: str) -> str:
    """Return the whole address of a page, of the configured host or the pool's own, never of the Host header."""
    domain = getattr(request, DOMAIN_ATTRIBUTE, None)
    if domain is not None:
        return f"https://{domain}/{name}"
    return f"{issuer_of(user_pool_id)}/{name}"
