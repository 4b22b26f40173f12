"""What all pages share: the headers they are served with, and facts of the request."""

import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as render_template
from django.utils.translation import get_language

from cognito_auth.services.request_origin import RequestOrigin, address_behind_proxies

_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]+")
ERROR_TEMPLATE = "cognito_auth/managed_login/error.html"


def render(
    request: HttpRequest, template: str, values: Mapping[str, Any], *, status: int = 200, leads_to: str = ""
) -> HttpResponse:
    """Return a page that is not stored, not framed, and loads nothing from elsewhere.

    ``leads_to`` is the address of the client that its forms end at: browsers follow a redirect after a form
    only to where the page allows.
    """
    nonce = secrets.token_urlsafe(16)
    response = render_template(request, template, {**values, "nonce": nonce}, status=status)
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; img-src 'self' data:;"
        f" form-action 'self'{_source_of(leads_to)}; base-uri 'none'; frame-ancestors 'none'"
    )
    response["X-Frame-Options"] = "DENY"
    # Addresses of pages hold codes. Not "no-referrer": forms would be sent with "Origin: null", which
    # the CSRF check refuses.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _source_of(address: str) -> str:
    """Return a client's address as a source of a content security policy: its origin, or its own scheme."""
    if not address:
        return ""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https"):
        return f" {parts.scheme}:"
    # No user, no quotes, no separators of policies: they cannot be in a host.
    return f" {parts.scheme}://{parts.netloc}" if _HOST.fullmatch(parts.netloc) else ""


def origin_of(request: HttpRequest) -> RequestOrigin:
    """Return where the person's request comes from."""
    return RequestOrigin(
        ip_address=address_behind_proxies(
            request.META.get("REMOTE_ADDR"), forwarded_for=request.headers.get("X-Forwarded-For", "")
        ),
        user_agent=request.headers.get("User-Agent", ""),
        language=get_language() or "",
    )
