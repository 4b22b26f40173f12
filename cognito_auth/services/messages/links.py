"""The address behind "confirm by link"."""

from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from cognito_auth.conf import settings
from cognito_auth.models import UserPool


def confirmation_link(pool: UserPool, *, client_id: str, username: str, code: str) -> str:
    """Return the address that confirms an account when its page is opened and its button pressed.

    Made from ``COGNITO_AUTH["BASE_URL"]`` and the project's URLs, never from a Host header. Empty if
    the project leaves out the pages.
    Source: AWS "Verifying updates to email addresses and phone numbers", the form of the link.
    """
    try:
        page = reverse("cognito_auth:confirm_user", kwargs={"user_pool_id": pool.pk})
    except NoReverseMatch:
        return ""
    query = urlencode({"client_id": client_id, "user_name": username, "confirmation_code": code})
    return f"{settings.base_url}{page}?{query}"
