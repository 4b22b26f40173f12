"""The issuer of a pool: base URL, URL prefix and pool id; never the Host header of a request."""

from typing import Any

from django.conf import settings as django_settings
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.urls import NoReverseMatch, get_script_prefix, reverse

from cognito_auth.conf import settings

_ANY_POOL_ID = "us-east-1_0"
_path_prefixes: dict[str, str] = {}


def issuer_of(user_pool_id: str) -> str:
    """Return the ``iss`` of the pool's tokens, e.g. ``https://id.example.com/auth/eu-west-1_AbC123xyZ``.

    Raises:
        ImproperlyConfigured: no base URL is set.
    """
    return f"{prefix()}{user_pool_id}"


def prefix() -> str:
    """Return what every issuer of this site begins with, up to the pool id.

    Raises:
        ImproperlyConfigured: no base URL is set.
    """
    urlconf = django_settings.ROOT_URLCONF
    path = _path_prefixes.get(urlconf)
    if path is None:
        path = _path_prefixes[urlconf] = _path_prefix(urlconf)
    return f"{settings.base_url}{path}"


def _path_prefix(urlconf: str) -> str:
    try:
        path = reverse("cognito_auth:jwks", urlconf=urlconf, args=[_ANY_POOL_ID])
    except NoReverseMatch:
        # The site does not include our URLs; whoever checks its tokens has the keys otherwise.
        return "/"
    # Where the site is mounted belongs to the base URL: a command does not know the script name.
    path = path.removeprefix(get_script_prefix().rstrip("/"))
    return path[: path.index(_ANY_POOL_ID)]


@receiver(setting_changed)
def _forget(*, setting: str, **_kwargs: Any) -> None:
    if setting == "ROOT_URLCONF":
        _path_prefixes.clear()
