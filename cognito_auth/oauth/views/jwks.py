"""``/<pool id>/.well-known/jwks.json``: the keys with which the pool's tokens are checked.

Source: RFC 7517 5; AWS "Verifying JSON web tokens".
"""

from typing import Any

from django.utils import timezone

from cognito_auth.oauth.documents import document_view
from cognito_auth.services import user_pools
from cognito_auth.services.tokens import keys


# A new key signs from the moment it is published: a copy that is older than that would have tokens
# refused. So every cache asks again, which an ETag makes cheap.
@document_view(cache_control="public, max-age=0, must-revalidate")
def jwks(user_pool_id: str) -> dict[str, Any]:
    """Return the pool's published keys."""
    pool = user_pools.get(user_pool_id)
    now = timezone.now()
    keys.ensure(pool, now=now)
    return {"keys": keys.jwks(pool.pk, now=now)}
