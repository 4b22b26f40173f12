"""What django-allauth asks of the project: set ``SOCIALACCOUNT_ADAPTER`` to this class, or one made of it."""

from contextvars import ContextVar
from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest

from cognito_auth.models import IdentityProvider
from cognito_auth.social import egress

# The provider that this thread is speaking with, and allauth's app for it.
current: ContextVar[tuple[IdentityProvider, Any] | None] = ContextVar("cognito_auth_provider", default=None)


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Gives allauth the providers of user pools while it speaks for them; the project's own otherwise."""

    def get_app(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Any:
        """Return the app of the provider that is spoken with."""
        speaking = current.get()
        return super().get_app(request, provider, client_id=client_id) if speaking is None else speaking[1]

    def get_requests_session(self) -> Any:
        """Return a session that reaches public addresses only, while it is a pool's provider that is asked."""
        speaking = current.get()
        return super().get_requests_session() if speaking is None else egress.session_for(speaking[0])
