"""Django's own settings, and what a public server needs."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import Argon2PasswordHasher, PBKDF2PasswordHasher, get_hashers
from django.core.checks import CheckMessage
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from cognito_auth.checks import findings
from cognito_auth.conf import settings

_TEST_ONLY = {"md5", "unsalted_md5", "sha1", "unsalted_sha1"}


def user_model() -> Iterator[CheckMessage]:
    """Report a user model that belongs to no pool."""
    from cognito_auth.models import AbstractCognitoUser  # models load after this module

    if not issubclass(get_user_model(), AbstractCognitoUser):
        yield findings.FOREIGN_USER_MODEL(model=django_settings.AUTH_USER_MODEL)


def backends() -> Iterator[CheckMessage]:
    """Report when Django cannot sign staff in."""
    if not any(_is_cognito_backend(path) for path in django_settings.AUTHENTICATION_BACKENDS):
        yield findings.MISSING_BACKEND()


def social_adapter() -> Iterator[CheckMessage]:
    """Report an adapter of django-allauth that cannot give it the providers of pools."""
    if not apps.is_installed("allauth.socialaccount"):
        return
    from cognito_auth.social.adapter import SocialAccountAdapter  # needs models, which load after this module

    default = "allauth.socialaccount.adapter.DefaultSocialAccountAdapter"
    path = getattr(django_settings, "SOCIALACCOUNT_ADAPTER", default)
    try:
        adapter = import_string(path)
    except ImportError:
        adapter = None
    if not (isinstance(adapter, type) and issubclass(adapter, SocialAccountAdapter)):
        yield findings.FOREIGN_SOCIAL_ADAPTER(path=path)


def secrets(given: Mapping[str, Any]) -> Iterator[CheckMessage]:
    """Report secrets at rest that hang on ``SECRET_KEY``."""
    if not given.get("ENCRYPTION_KEYS"):
        yield findings.MISSING_ENCRYPTION_KEYS()


def base_url(given: Mapping[str, Any]) -> Iterator[CheckMessage]:
    """Report an address that is missing or not https."""
    value = given.get("BASE_URL")
    if not value:
        yield findings.MISSING_BASE_URL()
    elif value.lower().startswith("http:"):
        yield findings.INSECURE_BASE_URL(value=value)


def _is_cognito_backend(path: str) -> bool:
    from cognito_auth.backends import CognitoBackend  # needs models, which load after this module

    try:
        backend = import_string(path)
    except ImportError:
        return False
    return isinstance(backend, type) and issubclass(backend, CognitoBackend)


def hashers() -> Iterator[CheckMessage]:
    """Report password hashes that are too cheap, or so dear that sign-ins exhaust the server."""
    from cognito_auth.hashers import Argon2idPasswordHasher  # django.contrib.auth must be ready

    try:
        first = get_hashers()[0]
    except (ImportError, IndexError, ImproperlyConfigured):
        return  # Django reports it where passwords are used
    name = f"{type(first).__module__}.{type(first).__qualname__}"
    if first.algorithm in _TEST_ONLY:
        yield findings.WEAK_HASHER(hasher=name)
    elif isinstance(first, Argon2PasswordHasher | PBKDF2PasswordHasher) and not isinstance(
        first, Argon2idPasswordHasher
    ):
        yield findings.COSTLY_HASHER(hasher=name)


def shared_cache() -> Iterator[CheckMessage]:
    """Report request counters that each process has for itself."""
    backend = django_settings.CACHES.get(settings.cache, {}).get("BACKEND", "")
    if settings.throttling and backend.rpartition(".")[2] in {"LocMemCache", "DummyCache"}:
        yield findings.LOCAL_CACHE(alias=settings.cache, backend=backend)
