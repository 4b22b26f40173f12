"""Values of settings that have the right type and still cannot work."""

import inspect
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings as django_settings
from django.core.checks import CheckMessage
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from cognito_auth import names
from cognito_auth.checks import findings
from cognito_auth.checks.types import suggestion
from cognito_auth.choices import TokenUse
from cognito_auth.conf import settings
from cognito_auth.services import throttling

MAX_LEEWAY_SECONDS = 60
MIN_KEY_LENGTH = 32
_RATE = re.compile(r"[1-9]\d*/[1-9]\d*", re.ASCII)

_RANGES: Mapping[str, tuple[float, float]] = {
    "MAX_CUSTOM_ATTRIBUTES": (0, 10_000),
    "MAX_PASSKEYS": (1, 1_000),
    "MAX_BODY_BYTES": (1_000, 100_000_000),
    "TRUSTED_PROXY_COUNT": (0, 20),
    "AUDIT_RETENTION_DAYS": (1, 36_500),
    "TOKEN_LEEWAY_SECONDS": (0, MAX_LEEWAY_SECONDS),
    "TOKEN_CACHE_SIZE": (0, 10_000_000),
    "PASSWORD_RANGE_TIMEOUT_SECONDS": (1, 30),
    "TRIGGER_TIMEOUT_SECONDS": (0.1, 900),
    "LOG_DELIVERY_TIMEOUT_SECONDS": (0.1, 60),
}

# setting → what the path must lead to, and an example
_DOTTED_PATHS: Mapping[str, tuple[str, str]] = {
    "EMAIL_CONNECTION": ("an e-mail backend class", "'django.core.mail.backends.smtp.EmailBackend'"),
    "SMS_BACKEND": ("an SMS backend class", "'cognito_auth.services.messages.sms.twilio.SmsBackend'"),
    "MESSAGE_DISPATCHER": ("a callable", "'shop.messages.send_later'"),
    "JOB_DISPATCHER": ("a callable (dict)", "'shop.tasks.run_later'"),
    "GEO_LOCATOR": ("a callable (ip_address) -> dict or None", "'shop.places.locate'"),
    "USER_RESOLVER": ("a callable (claims) -> user", "'cognito_auth.services.foreign_users.get_or_create'"),
}


def problems(given: Mapping[str, Any]) -> Iterator[CheckMessage]:
    """Yield every value of ``given`` that cannot work; the types are right already."""
    yield from _texts(given)
    yield from _ranges(given)
    yield from _throttle_rates()
    yield from _dotted_paths(given)


def is_web_address(text: str) -> bool:
    """Tell whether ``text`` is an http or https address without user, query and fragment."""
    try:
        parts = urlsplit(text)
        _port = parts.port  # raises for a port that is no number
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and parts.username is None
        and not parts.query
        and not parts.fragment
    )


def _texts(given: Mapping[str, Any]) -> Iterator[CheckMessage]:
    base_url = given.get("BASE_URL")
    if base_url and not is_web_address(base_url):
        yield findings.BASE_URL_SHAPE(value=base_url)
    if not re.fullmatch(r"\d{12}", settings.account_id, re.ASCII):
        yield findings.ACCOUNT_ID_SHAPE(value=settings.account_id)
    if not names.can_be_region(settings.region):
        yield findings.REGION_SHAPE(value=settings.region)
    for position, key in enumerate(given.get("ENCRYPTION_KEYS") or ()):
        if len(key) < MIN_KEY_LENGTH:
            yield findings.WEAK_ENCRYPTION_KEY(position=position, minimum=MIN_KEY_LENGTH)
    if settings.cache not in django_settings.CACHES:
        yield findings.UNKNOWN_CACHE(value=settings.cache, known=", ".join(sorted(django_settings.CACHES)))
    for use in settings.token_use:
        if use not in TokenUse.values:
            yield findings.UNKNOWN_TOKEN_USE(value=use)


def _dotted_paths(given: Mapping[str, Any]) -> Iterator[CheckMessage]:
    for key, (expected, example) in _DOTTED_PATHS.items():
        path = given.get(key)
        if path is None:
            continue
        try:
            target = import_string(path)
        except ImportError as error:
            yield findings.BAD_DOTTED_PATH(key=key, value=path, problem=error, expected=expected, example=example)
            continue
        if not callable(target):
            problem = "it is not callable"
            yield findings.BAD_DOTTED_PATH(key=key, value=path, problem=problem, expected=expected, example=example)
        elif key == "SMS_BACKEND":
            yield from _sms_options(target, given.get("SMS_OPTIONS", {}))


def _sms_options(backend: Any, options: Mapping[str, Any]) -> Iterator[CheckMessage]:
    try:
        # Making a backend connects to nothing, and only the backend knows what it takes.
        backend(**options)
    except (TypeError, ImproperlyConfigured) as error:
        yield findings.SMS_OPTIONS_DO_NOT_FIT(
            backend=f"{backend.__module__}.{backend.__qualname__}",
            problem=error,
            signature=inspect.signature(backend),
        )


def _ranges(given: Mapping[str, Any]) -> Iterator[CheckMessage]:
    for key, (minimum, maximum) in _RANGES.items():
        value = given.get(key)
        if value is not None and not minimum <= value <= maximum:
            yield findings.OUT_OF_RANGE(key=key, value=value, minimum=minimum, maximum=maximum)


def _throttle_rates() -> Iterator[CheckMessage]:
    for scope, rate in settings.throttle_rates.items():
        if scope not in throttling.DEFAULT_RATES:
            yield findings.UNKNOWN_THROTTLE_SCOPE(scope=scope, suggestion=suggestion(scope, throttling.DEFAULT_RATES))
        if rate is not None and not (isinstance(rate, str) and _RATE.fullmatch(rate)):
            yield findings.THROTTLE_RATE_SHAPE(scope=scope, value=rate)
