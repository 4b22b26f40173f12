"""The settings of this app: one dictionary, ``COGNITO_AUTH``, read at each access.

Each property documents its default, its unit and an example. ``checks.py`` reports wrong types,
unknown keys and contradictions. What Cognito keeps per pool or per client is a model field
instead.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured

DEFAULTS: Mapping[str, Any] = {
    "BASE_URL": None,
    "ACCOUNT_ID": "000000000000",
    "REGION": "us-east-1",
    "ENCRYPTION_KEYS": (),
    "STRICT": False,
    "MAX_CUSTOM_ATTRIBUTES": None,
    "MAX_BODY_BYTES": 1_000_000,
    "TRUSTED_PROXY_COUNT": 0,
    "THROTTLING": True,
    "THROTTLE_RATES": {},
    "CACHE": "default",
    "EMAIL_FROM": None,
    "EMAIL_CONNECTION": None,
    "SMS_BACKEND": "cognito_auth.services.messages.sms.console.SmsBackend",
    "SMS_OPTIONS": {},
    "MESSAGE_DISPATCHER": None,
    "MESSAGE_SENDER_NAME": None,
    "TRUSTED_POOLS": (),
    "USER_RESOLVER": "cognito_auth.services.foreign_users.get_or_create",
    "TOKEN_USE": ("access",),
    "TOKEN_LEEWAY_SECONDS": 10,
    "TOKEN_CACHE_SIZE": 4096,
    "ACCEPT_BARE_TOKENS": False,
    "AUTH_EVENTS": True,
}


class Settings:
    """Typed access to ``COGNITO_AUTH``."""

    @property
    def _values(self) -> Mapping[str, Any]:
        values = getattr(django_settings, "COGNITO_AUTH", None)
        # dict first: to ask an abstract class takes longer than all the rest.
        return values if isinstance(values, dict | Mapping) else {}

    def _get(self, key: str) -> Any:
        return self._values.get(key, DEFAULTS[key])

    @property
    def base_url(self) -> str:
        """External address of the site, without a final slash: the start of issuers and links.

        Default: none in production, ``http://localhost:8000`` while ``DEBUG``.
        Example: ``"https://id.example.com"``. Never derived from the Host header, since a caller
        chooses that.

        Raises:
            ImproperlyConfigured: not set, outside DEBUG.
        """
        value = self._get("BASE_URL")
        if value:
            return str(value).rstrip("/")
        if django_settings.DEBUG:
            return "http://localhost:8000"
        raise ImproperlyConfigured("Set COGNITO_AUTH['BASE_URL'] to the external address of this site.")

    @property
    def account_id(self) -> str:
        """Twelve digits used in ARNs. Default: ``"000000000000"``."""
        return str(self._get("ACCOUNT_ID"))

    @property
    def region(self) -> str:
        """Region in ids of pools that are not made by a signed request. Default: ``"us-east-1"``."""
        return str(self._get("REGION"))

    @property
    def encryption_keys(self) -> tuple[str, ...]:
        """Keys for secrets at rest, newest first; any text of 32 or more random characters.

        Default: one key derived from ``SECRET_KEY`` (a deploy check warns about it).
        Example: ``["new-key…", "old-key…"]``; after adding one, run ``cognito_rotate_encryption_keys``.
        """
        keys = tuple(self._get("ENCRYPTION_KEYS") or ())
        return keys or (str(django_settings.SECRET_KEY),)

    @property
    def strict(self) -> bool:
        """Whether newly created pools keep AWS's limits and refusals. Default: ``False``."""
        return bool(self._get("STRICT"))

    @property
    def max_custom_attributes(self) -> int | None:
        """Largest number of custom attributes per pool that is not strict. Default: ``None``, no limit."""
        value = self._get("MAX_CUSTOM_ATTRIBUTES")
        return None if value is None else int(value)

    @property
    def max_body_bytes(self) -> int:
        """Largest accepted request body of the API, in bytes. Default: 1,000,000."""
        return int(self._get("MAX_BODY_BYTES"))

    @property
    def trusted_proxy_count(self) -> int:
        """Number of reverse proxies whose ``X-Forwarded-For`` entry counts. Default: 0, none."""
        return int(self._get("TRUSTED_PROXY_COUNT"))

    @property
    def throttling(self) -> bool:
        """Whether request rates are limited. Default: ``True``. Lock-out and code attempts always are."""
        return bool(self._get("THROTTLING"))

    @property
    def throttle_rates(self) -> Mapping[str, str | None]:
        """Overrides of request rates: scope → ``"<count>/<seconds>"`` or ``None`` to switch one off.

        Default: ``{}``; the scopes and their defaults are listed in ``services/throttling.py``.
        Example: ``{"ip": "300/60", "user": None}``.
        """
        rates: Mapping[str, str | None] = self._get("THROTTLE_RATES")
        return rates

    @property
    def cache(self) -> str:
        """Alias in ``CACHES`` for shared counters. Default: ``"default"``."""
        return str(self._get("CACHE"))

    @property
    def email_from(self) -> str:
        """Sender of e-mails of pools that name none. Default: ``DEFAULT_FROM_EMAIL``."""
        return str(self._get("EMAIL_FROM") or django_settings.DEFAULT_FROM_EMAIL)

    @property
    def email_connection(self) -> str | None:
        """Dotted path of the e-mail backend class. Default: ``None``, Django's ``EMAIL_BACKEND``."""
        value = self._get("EMAIL_CONNECTION")
        return None if value is None else str(value)

    @property
    def sms_backend(self) -> str:
        """Dotted path of the SMS backend class. Default: the console backend.

        Shipped: ``console``, ``file``, ``locmem``, ``http``, ``twilio``, ``sns`` in
        ``cognito_auth.services.messages.sms``.
        """
        return str(self._get("SMS_BACKEND"))

    @property
    def sms_options(self) -> Mapping[str, Any]:
        """Keyword arguments of the SMS backend. Default: ``{}``. Example: ``{"directory": "var/sms"}``."""
        options: Mapping[str, Any] = self._get("SMS_OPTIONS")
        return options

    @property
    def message_dispatcher(self) -> str | None:
        """Dotted path of a callable that takes over sending, or ``None`` to send inline. Default: ``None``."""
        value = self._get("MESSAGE_DISPATCHER")
        return None if value is None else str(value)

    @property
    def message_sender_name(self) -> str | None:
        """Name shown as the sender in e-mails. Default: ``None``, the pool's name."""
        value = self._get("MESSAGE_SENDER_NAME")
        return None if value is None else str(value)

    @property
    def trusted_pools(self) -> Sequence[Mapping[str, Any]]:
        """Pools of other places (AWS) whose tokens are accepted, each a dictionary.

        Default: ``()``. Keys: ``user_pool_id`` (an AWS pool) or ``issuer`` with ``jwks_uri``;
        ``client_ids`` (a list, or ``None`` for any), ``token_use``, ``jwks`` (a static key set).
        Example: ``[{"user_pool_id": "eu-west-1_AbC123xyZ", "client_ids": ["1example"]}]``.
        """
        pools: Sequence[Mapping[str, Any]] = self._get("TRUSTED_POOLS")
        return pools

    @property
    def user_resolver(self) -> str | None:
        """Dotted path of a callable ``(claims) -> user`` for tokens of trusted pools.

        Default: one local account per (issuer, sub), made at first sight. ``None``: no database, the
        user is a :class:`TokenUser`.
        """
        value = self._get("USER_RESOLVER")
        return None if value is None else str(value)

    @property
    def token_use(self) -> tuple[str, ...]:
        """Kinds of tokens that protected views take by default. Default: ``("access",)``."""
        value = self._get("TOKEN_USE")
        return (value,) if isinstance(value, str) else tuple(value)

    @property
    def token_leeway_seconds(self) -> int:
        """Clock difference forgiven at ``exp``, ``nbf`` and ``iat``, in seconds. Default: 10; at most 60."""
        return int(self._get("TOKEN_LEEWAY_SECONDS"))

    @property
    def token_cache_size(self) -> int:
        """Number of verified tokens remembered per process. Default: 4096; 0 switches the cache off."""
        return int(self._get("TOKEN_CACHE_SIZE"))

    @property
    def accept_bare_tokens(self) -> bool:
        """Whether ``Authorization: <token>`` without ``Bearer`` is accepted. Default: ``False``."""
        return bool(self._get("ACCEPT_BARE_TOKENS"))

    @property
    def auth_events(self) -> bool:
        """Whether sign-ins and their like leave a row in the event log. Default: ``True``."""
        return bool(self._get("AUTH_EVENTS"))


settings = Settings()
