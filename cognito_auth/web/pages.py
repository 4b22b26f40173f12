"""What all pages share: the headers they are served with, and facts of the request."""

import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as render_template
from django.utils.translation import get_language

from cognito_auth.conf import settings
from cognito_auth.services.request_origin import RequestOrigin, address_behind_proxies
from cognito_auth.web import languages, looks

_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]+")
ERROR_TEMPLATE = "cognito_auth/managed_login/error.html"


def render(
    request: HttpRequest, template: str, values: Mapping[str, Any], *, status: int = 200, leads_to: str = ""
) -> HttpResponse:
    """Return a page that is not stored, not framed, and loads nothing from elsewhere.

    ``leads_to`` is the address of the client that its forms end at: browsers follow a redirect after a form
    only to where the page allows. ``values`` of all pages: ``pool`` and ``client``, whose look the page has
    (either may be missing), and ``languages``, empty for pages that have no other language at their address.
    Templates get ``look`` and ``nonce`` besides; scripts and styles need the nonce, wherever they are served from.
    """
    nonce = secrets.token_urlsafe(16)
    look = looks.of(values.get("pool"), values.get("client"))
    # Images are served under the issuer, which is another host than a pool's own.
    images = _source_of(settings.base_url) if look.has_images else ""
    shown = {"languages": languages.choices(request), **values, "look": look, "nonce": nonce}
    response = render_template(request, template, shown, status=status)
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src 'self' data:{images};"
        f" form-action 'self'{_targets_of(leads_to)}; base-uri 'none'; frame-ancestors 'none'"
    )
    response["X-Frame-Options"] = "DENY"
    # Addresses of pages hold codes. Not "no-referrer": forms would be sent with "Origin: null", which
    # the CSRF check refuses.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _targets_of(address: str) -> str:
    """Return where forms may end besides this site, for pages that lead to a client.

    Browsers hold every redirect after a form against the policy, those of the client too: one that is called
    back at one host and goes on to another could not be named here in full. So its scheme is allowed.
    """
    scheme = urlsplit(address).scheme
    if scheme == "http":
        return " http: https:"
    return f" {scheme}:" if scheme else ""


def _source_of(address: str) -> str:
    """Return the origin of an address as a source of a content security policy."""
    parts = urlsplit(address)
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
