"""The keys of ``COGNITO_AUTH`` and the type of each."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.checks import CheckMessage

from cognito_auth.checks import findings
from cognito_auth.conf import DEFAULTS


@dataclass(frozen=True, slots=True)
class _Type:
    """What a value must be: classes, the words for it, and an example."""

    classes: tuple[type, ...]
    expected: str
    example: str
    of_text: bool = False

    def accepts(self, value: object) -> bool:
        """Tell whether ``value`` has the type. A boolean is no number; a text is no list."""
        if isinstance(value, bool):
            return bool in self.classes
        if isinstance(value, str) and str not in self.classes:
            return False
        if not isinstance(value, self.classes):
            return False
        if self.of_text and not isinstance(value, str | None):
            assert isinstance(value, Iterable)
            return all(isinstance(item, str) for item in value)
        return True


_NONE = type(None)
_SWITCH = _Type((bool,), "True or False", "True")
_TEXT_OR_NONE = _Type((str, _NONE), "text or None", "'Example Ltd'")
_PATH_OR_NONE = _Type((str, _NONE), "a dotted path or None", "'shop.messages.send'")

TYPES: Mapping[str, _Type] = {
    "BASE_URL": _Type((str, _NONE), "an address", "'https://id.example.com'"),
    "ACCOUNT_ID": _Type((str,), "a text of twelve digits", "'000000000000'"),
    "REGION": _Type((str,), "the name of a region", "'eu-west-1'"),
    "ENCRYPTION_KEYS": _Type((list, tuple), "a list of texts, newest first", "['new-key…', 'old-key…']", of_text=True),
    "STRICT": _SWITCH,
    "MAX_CUSTOM_ATTRIBUTES": _Type((int, _NONE), "a number or None", "200"),
    "MAX_PASSKEYS": _Type((int,), "a number", "20"),
    "PASSKEY_ORIGINS": _Type((list, tuple), "a list of origins", "['android:apk-key-hash:…']", of_text=True),
    "MAX_BODY_BYTES": _Type((int,), "a number of bytes", "1_000_000"),
    "TRUSTED_PROXY_COUNT": _Type((int,), "the number of your reverse proxies", "1"),
    "THROTTLING": _SWITCH,
    "THROTTLE_RATES": _Type((dict,), "a dictionary of rates", "{'ip': '300/60'}"),
    "CACHE": _Type((str,), "an alias in CACHES", "'default'"),
    "EMAIL_FROM": _Type((str, _NONE), "an e-mail address or None", "'Example <no-reply@example.com>'"),
    "EMAIL_CONNECTION": _PATH_OR_NONE,
    "SMS_BACKEND": _Type((str,), "a dotted path", "'cognito_auth.services.messages.sms.twilio.SmsBackend'"),
    "SMS_OPTIONS": _Type((dict,), "a dictionary of keyword arguments", "{'directory': 'var/sms'}"),
    "MESSAGE_DISPATCHER": _PATH_OR_NONE,
    "MESSAGE_SENDER_NAME": _TEXT_OR_NONE,
    "JOB_DISPATCHER": _PATH_OR_NONE,
    "TRUSTED_POOLS": _Type((list, tuple), "a list of dictionaries", "[{'user_pool_id': …, 'client_ids': [...]}]"),
    "USER_RESOLVER": _PATH_OR_NONE,
    "TOKEN_USE": _Type((str, list, tuple), "one kind of token or a list", "('access', 'id')", of_text=True),
    "TOKEN_LEEWAY_SECONDS": _Type((int,), "a number of seconds", "10"),
    "TOKEN_CACHE_SIZE": _Type((int,), "a number", "4096"),
    "ACCEPT_BARE_TOKENS": _SWITCH,
    "AUTHORIZATION_RESPONSE_ISSUER": _SWITCH,
    "SITE_CLIENT_ID": _Type((str, _NONE), "the id of an app client or None", "'3n4b5urk1ft4fl3mg5e62d9ado'"),
    "PRIVATE_PROVIDER_HOSTS": _Type((list, tuple), "a list of hosts", "['login.corp.internal']", of_text=True),
    "AUTH_EVENTS": _SWITCH,
    "AUDIT_READS": _SWITCH,
    "AUDIT_RETENTION_DAYS": _Type((int, _NONE), "a number of days or None", "365"),
    "GEO_LOCATOR": _PATH_OR_NONE,
    "PASSWORD_RANGE_URL": _Type((str, _NONE), "an address or None", "'https://api.pwnedpasswords.com/range'"),
    "PASSWORD_RANGE_TIMEOUT_SECONDS": _Type((int,), "a number of seconds", "2"),
    "TRIGGERS": _Type((dict,), "a dictionary of dotted paths", "{'PreSignUp': 'shop.triggers.pre_sign_up'}"),
    "TRIGGER_TIMEOUT_SECONDS": _Type((int, float, _NONE), "a number of seconds or None", "5"),
    "TRANSACTIONAL_POST_CONFIRMATION": _SWITCH,
    "LOG_DELIVERY_DESTINATIONS": _Type((dict,), "a dictionary of destinations", "{'arn:aws:s3:::*': 'logging'}"),
    "LOG_DELIVERY_WEBHOOK": _Type((str, _NONE), "an address or None", "'https://logs.example.com/cognito'"),
    "LOG_DELIVERY_WEBHOOK_SECRET": _Type((str, _NONE), "a secret text or None", "'a-long-random-text'"),
    "LOG_DELIVERY_TIMEOUT_SECONDS": _Type((int, float), "a number of seconds", "3"),
}


def kind_of(value: object) -> str:
    """Return words for what ``value`` is, to stand after "is"."""
    return "None" if value is None else f"of type {type(value).__name__}"


def suggestion(given: object, known: Iterable[str]) -> str:
    """Return "Did you mean …?", or the known names when none is close."""
    known = list(known)
    close = difflib.get_close_matches(str(given).upper(), [name.upper() for name in known], n=1, cutoff=0.6)
    if close:
        return f"Did you mean {next(name for name in known if name.upper() == close[0])!r}?"
    return f"Known are: {', '.join(sorted(known))}."


def unknown_keys(given: Mapping[str, Any]) -> Iterator[CheckMessage]:
    """Yield the keys that no setting has."""
    for key in given:
        if key not in DEFAULTS:
            yield findings.UNKNOWN_KEY(key=key, suggestion=suggestion(key, DEFAULTS))


def wrong_types(given: Mapping[str, Any]) -> Iterator[CheckMessage]:
    """Yield the settings whose given have another type than wanted."""
    for key, wanted in TYPES.items():
        if key in given and not wanted.accepts(given[key]):
            yield findings.WRONG_TYPE(
                key=key, kind=kind_of(given[key]), expected=wanted.expected, example=wanted.example
            )
