"""``/<pool id>/.well-known/openid-configuration``: the pool as an OpenID provider.

The members and their values are Cognito's; endpoints are at the pool's own host where it has one. Where
the pool is not strict PKCE is named too, which clients of the standards look for; and device authorization
where an app client has it.
Source: OpenID Connect Discovery 3; RFC 8414; RFC 8628 4; RFC 9207 3.
"""

from typing import Any

from cognito_auth.conf import settings
from cognito_auth.oauth.documents import document_view
from cognito_auth.services import user_pools
from cognito_auth.services.oauth import device_authorizations, token_endpoint
from cognito_auth.services.tokens.issuer import issuer_of
from cognito_auth.web import domains


@document_view(cache_control="public, max-age=3600")
def openid_configuration(user_pool_id: str) -> dict[str, Any]:
    """Return what an OpenID Connect client needs to know of the pool."""
    pool = user_pools.get(user_pool_id)
    issuer, root = issuer_of(pool.pk), domains.public_root(pool)
    document: dict[str, Any] = {
        "authorization_endpoint": f"{root}/oauth2/authorize",
        "end_session_endpoint": f"{root}/logout",
        "id_token_signing_alg_values_supported": ["RS256"],
        "issuer": issuer,
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "response_types_supported": ["code", "token"],
        "revocation_endpoint": f"{root}/oauth2/revoke",
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
        "token_endpoint": f"{root}/oauth2/token",
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "userinfo_endpoint": f"{root}/oauth2/userInfo",
    }
    if not pool.strict:
        document["code_challenge_methods_supported"] = ["S256"]
    if settings.authorization_response_issuer:
        document["authorization_response_iss_parameter_supported"] = True
    if device_authorizations.is_offered(pool):
        document["device_authorization_endpoint"] = f"{root}/oauth2/device_authorization"
        document["grant_types_supported"] = [*token_endpoint.GRANT_TYPES, "implicit"]
    return document
