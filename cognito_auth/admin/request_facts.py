"""What services want to know of a request to the admin site."""

from typing import TYPE_CHECKING

from cognito_auth.services.request_origin import RequestOrigin, address_behind_proxies

if TYPE_CHECKING:
    from django.http import HttpRequest


def origin_of(request: "HttpRequest") -> RequestOrigin:
    """Return where the request of a member of staff comes from.

    It names no language: messages are written in the person's, not in that of staff.
    """
    return RequestOrigin(
        ip_address=address_behind_proxies(
            request.META.get("REMOTE_ADDR"), forwarded_for=request.headers.get("X-Forwarded-For", "")
        ),
        user_agent=request.headers.get("User-Agent", ""),
    )
