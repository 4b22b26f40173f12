"""The issuer of a pool: base URL, URL prefix and pool id; never the Host header of a request."""

from functools import lru_cache
from urllib.parse import urlsplit

from django.urls import get_script_prefix, reverse

from cognito_auth.conf import settings

_ANY_POOL = "us-east-1_000000000"


def issuer_of(pool_id: str) -> str:
    """Return the ``iss`` of the pool's tokens, e.g. ``https://id.example.com/auth/eu-west-1_AbC123xyZ``."""
    return issuer_prefix() + pool_id


def issuer_prefix() -> str:
    """Return what all issuers of this site start with, up to the pool id."""
    return f"{settings.base_url}{_path_prefix()}"


@lru_cache(maxsize=1)
def _path_prefix() -> str:
    path = reverse("cognito_auth:jwks", args=[_ANY_POOL])
    # The script name is part of the base URL, not of the URL configuration.
    script = get_script_prefix()
    path = path.removeprefix(script.rstrip("/")) if urlsplit(settings.base_url).path == script.rstrip("/") else path
    return path[: path.index(_ANY_POOL)]
