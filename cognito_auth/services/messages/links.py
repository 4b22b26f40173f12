"""The addresses that messages lead to."""

import uuid
from urllib.parse import urlencode

from cognito_auth.models import UserPool
from cognito_auth.services.tokens import issuer


def confirmation_link(pool: UserPool, *, client_id: str, username: str, code: str) -> str:
    """Return the address whose page confirms an account when its button is pressed.

    It lies under the pool's issuer: made from ``COGNITO_AUTH["BASE_URL"]`` and the project's URLs,
    never from a Host header.
    Source: AWS "Verifying contact information at sign-up", the form of the link.

    Raises:
        ImproperlyConfigured: no base URL is set.
    """
    query = urlencode({"client_id": client_id, "user_name": username, "confirmation_code": code})
    return f"{issuer.issuer_of(pool.pk)}/confirmUser/?{query}"


def feedback_link(pool: UserPool, *, event_id: uuid.UUID | str, token: str, value: str) -> str:
    """Return the address whose page says whether a sign-in was one's own: ``"Valid"`` or ``"Invalid"``.

    Raises:
        ImproperlyConfigured: no base URL is set.
    """
    query = urlencode({"event_id": str(event_id), "feedback_token": token, "feedback_value": value})
    return f"{issuer.issuer_of(pool.pk)}/authEventFeedback/?{query}"
