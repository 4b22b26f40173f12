"""Public JSON documents: cached for a while, readable from any origin."""

from typing import Any

from django.http import JsonResponse

from cognito_auth.exceptions import ResourceNotFoundException
from cognito_auth.models import UserPool
from cognito_auth.services import user_pools

_CACHED_SECONDS = 300


def document(content: dict[str, Any]) -> JsonResponse:
    """Return a document that browsers of any origin may read and caches may keep for five minutes."""
    response = JsonResponse(content)
    response["Cache-Control"] = f"public, max-age={_CACHED_SECONDS}"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def pool_or_refusal(user_pool_id: str) -> UserPool | JsonResponse:
    """Return the pool, or the answer that there is none."""
    try:
        return user_pools.get(user_pool_id)
    except ResourceNotFoundException as error:
        response = JsonResponse({"error": "not_found", "error_description": error.message}, status=404)
        response["Access-Control-Allow-Origin"] = "*"
        return response
