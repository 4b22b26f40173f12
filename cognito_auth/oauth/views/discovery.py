"""The pool's OpenID Provider metadata.

Endpoints that the pool does not have yet are left out, rather than named and missing.
Source: OpenID Connect Discovery 1.0; the members of AWS's document.
"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cognito_auth.models import UserPool
from cognito_auth.oauth.documents import document, pool_or_refusal
from cognito_auth.services.tokens.issuer import issuer_of


@require_safe
def openid_configuration(request: HttpRequest, user_pool_id: str) -> HttpResponse:
    """Answer the metadata; every address is built from the settings, never from the request's host."""
    pool = pool_or_refusal(user_pool_id)
    if not isinstance(pool, UserPool):
        return pool
    issuer = issuer_of(pool.pk)
    return document(
        {
            "id_token_signing_alg_values_supported": ["RS256"],
            "issuer": issuer,
            "jwks_uri": f"{issuer}/.well-known/jwks.json",
            "response_types_supported": ["code", "token"],
            "scopes_supported": ["openid", "email", "phone", "profile"],
            "subject_types_supported": ["public"],
        }
    )
