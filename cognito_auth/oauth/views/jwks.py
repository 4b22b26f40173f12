"""The pool's public keys. Source: RFC 7517 5; AWS "Verifying JSON web tokens"."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cognito_auth.models import UserPool
from cognito_auth.oauth.documents import document, pool_or_refusal
from cognito_auth.services.tokens import keys


@require_safe
def jwks(request: HttpRequest, user_pool_id: str) -> HttpResponse:
    """Answer ``{"keys": […]}``: the active keys and those whose tokens still live."""
    pool = pool_or_refusal(user_pool_id)
    if not isinstance(pool, UserPool):
        return pool
    return document({"keys": keys.jwks(pool.pk, now=timezone.now())})
