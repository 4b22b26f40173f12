"""What services want to know of a request to the admin site."""

import ipaddress
from typing import TYPE_CHECKING

from django.utils.translation import get_language

from cognito_auth.conf import settings
from cognito_auth.services.request_origin import RequestOrigin

if TYPE_CHECKING:
    from django.http import HttpRequest


def origin_of(request: "HttpRequest") -> RequestOrigin:
    """Return where the request of a member of staff comes from.

    ``X-Forwarded-For`` counts only as far as the configured number of proxies wrote it.
    """
    address = request.META.get("REMOTE_ADDR") or None
    proxies = settings.trusted_proxy_count
    if proxies:
        forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
        if len(forwarded) >= proxies:
            address = forwarded[-proxies]
    return RequestOrigin(
        ip_address=_valid(address), user_agent=request.headers.get("User-Agent", ""), language=get_language() or ""
    )


def _valid(address: str | None) -> str | None:
    try:
        return str(ipaddress.ip_address(address or ""))
    except ValueError:
        return None
