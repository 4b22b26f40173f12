"""``/<pool id>/.well-known/openid-configuration``: the pool as an OpenID provider.

Source: OpenID Connect Discovery 3; the members and their values are Cognito's, without the endpoints
of a domain, as for a pool that has none.
"""

from typing import Any

from cognito_auth.oauth.documents import document_view
from cognito_auth.services import user_pools
from cognito_auth.services.tokens.issuer import issuer_of


@document_view(cache_control="public, max-age=3600")
def openid_configuration(user_pool_id: str) -> dict[str, Any]:
    """Return what an OpenID Connect client needs to know of the pool."""
    issuer = issuer_of(user_pools.get(user_pool_id).pk)
    return {
        "id_token_signing_alg_values_supported": ["RS256"],
        "issuer": issuer,
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "response_types_supported": ["code", "token"],
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    }
