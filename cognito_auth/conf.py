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
    "MAX_PASSKEYS": 20,
    "PASSKEY_ORIGINS": (),
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
    "JOB_DISPATCHER": None,
    "AUTHORIZATION_RESPONSE_ISSUER": False,
    "SITE_CLIENT_ID": None,
    "PRIVATE_PROVIDER_HOSTS": (),
    "TRUSTED_POOLS": (),
    "USER_RESOLVER": "cognito_auth.services.foreign_users.get_or_create",
    "TOKEN_USE": ("access",),
    "TOKEN_LEEWAY_SECONDS": 10,
    "TOKEN_CACHE_SIZE": 4096,
    "ACCEPT_BARE_TOKENS": False,
    "AUTH_EVENTS": True,
    "AUDIT_READS": True,
    "AUDIT_RETENTION_DAYS": 365,
    "GEO_LOCATOR": None,
    "PASSWORD_RANGE_URL": None,
    "PASSWORD_RANGE_TIMEOUT_SECONDS": 2,
    "TRIGGERS": {},
    "TRIGGER_TIMEOUT_SECONDS": 5,
    "TRANSACTIONAL_POST_CONFIRMATION": False,
    "LOG_DELIVERY_DESTINATIONS": {},
    "LOG_DELIVERY_WEBHOOK": None,
    "LOG_DELIVERY_WEBHOOK_SECRET": None,
    "LOG_DELIVERY_TIMEOUT_SECONDS": 3,
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
    def max_passkeys(self) -> int:
        """Largest number of passkeys per user, in pools that are not strict. Default: 20."""
        return int(self._get("MAX_PASSKEYS"))

    @property
    def passkey_origins(self) -> tuple[str, ...]:
        """Origins that may use passkeys beside the pages of the relying party's domain. Default: ``()``.

        Example: ``["android:apk-key-hash:…", "https://shop.example.org"]``.
        """
        return tuple(self._get("PASSKEY_ORIGINS"))

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
    def job_dispatcher(self) -> str | None:
        """Dotted path of a callable that takes over long work, such as an import of users. Default: ``None``.

        By default a thread of the process does it. The callable gets a JSON-serialisable dictionary to put
        into a queue, whose worker calls ``cognito_auth.services.jobs.run_serialized``.
        Example: ``"shop.tasks.run_later"``; ``"cognito_auth.services.jobs.run_serialized"`` works inline.
        """
        value = self._get("JOB_DISPATCHER")
        return None if value is None else str(value)

    @property
    def authorization_response_issuer(self) -> bool:
        """Whether answers of the authorization endpoint name the issuer (``iss``, RFC 9207). Default: ``False``.

        For clients that use several authorization servers and check who answers.
        """
        return bool(self._get("AUTHORIZATION_RESPONSE_ISSUER"))

    @property
    def site_client_id(self) -> str:
        """Id of the app client by which the project itself logs people in, at ``/site/login``. Default: none.

        Example: ``"3n4b5urk1ft4fl3mg5e62d9ado"``; with ``LOGIN_URL = "cognito_auth:site_login"``.
        """
        return str(self._get("SITE_CLIENT_ID") or "")

    @property
    def private_provider_hosts(self) -> tuple[str, ...]:
        """Hosts of identity providers on private networks, which are not reached otherwise. Default: none.

        Example: ``["login.corp.internal"]``. All others have to be at public addresses: what a provider's
        document names could otherwise lead into the server's own network.
        """
        return tuple(str(host).lower() for host in self._get("PRIVATE_PROVIDER_HOSTS"))

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

    @property
    def audit_reads(self) -> bool:
        """Whether signed calls that only read (Describe…, Get…, List…) leave a row in the audit log. Default: ``True``.

        Calls that change something always do.
        """
        return bool(self._get("AUDIT_READS"))

    @property
    def audit_retention_days(self) -> int | None:
        """After how many days ``cognito_clear_expired`` removes audit events. Default: 365; ``None`` keeps all."""
        value = self._get("AUDIT_RETENTION_DAYS")
        return None if value is None else int(value)

    @property
    def geo_locator(self) -> str | None:
        """Dotted path of a callable ``(ip_address) -> dict | None`` that knows where an address is.

        Keys of the answer: ``latitude``, ``longitude``, ``city``, ``country``. Default: ``None``. Threat
        protection uses it to see journeys that cannot be. Example: ``"shop.places.locate"``.
        """
        value = self._get("GEO_LOCATOR")
        return None if value is None else str(value)

    @property
    def password_range_url(self) -> str | None:
        """Address of a service of known passwords, to which five digits of a digest are appended.

        Default: ``None``, the local list of common passwords alone.
        Example: ``"https://api.pwnedpasswords.com/range"``.
        """
        value = self._get("PASSWORD_RANGE_URL")
        return None if value is None else str(value)

    @property
    def password_range_timeout_seconds(self) -> int:
        """How long to wait for that service, in seconds; then the local list decides. Default: 2."""
        return int(self._get("PASSWORD_RANGE_TIMEOUT_SECONDS"))

    @property
    def triggers(self) -> Mapping[str, Any]:
        """Code of the project that user pools run: trigger → dotted path of a callable.

        Default: ``{}``. Triggers of one pool stand under its id and win over the general ones; ``None``
        there switches one off. ``PreTokenGeneration`` may be a dictionary with ``handler`` and ``version``.
        Example: ``{"PreSignUp": "shop.triggers.pre_sign_up", "eu-west-1_AbC123xyZ": {"PreTokenGeneration":
        {"handler": "shop.triggers.claims", "version": "V2_0"}}}``.
        """
        triggers: Mapping[str, Any] = self._get("TRIGGERS")
        return triggers

    @property
    def trigger_timeout_seconds(self) -> float | None:
        """Longest time one call of a trigger may take, in seconds. Default: 5; ``None`` for no limit.

        With a limit the handler runs in a thread of its own, on the database connections of the request.
        """
        value = self._get("TRIGGER_TIMEOUT_SECONDS")
        return None if value is None else float(value)

    @property
    def transactional_post_confirmation(self) -> bool:
        """Whether a failing PostConfirmation trigger undoes the confirmation. Default: ``False``, as on AWS.

        Strict pools never undo it.
        """
        return bool(self._get("TRANSACTIONAL_POST_CONFIRMATION"))

    @property
    def log_delivery_destinations(self) -> Mapping[str, str]:
        """Where records of pools with log delivery go: pattern of an ARN → ``"logging"``, ``"webhook"`` or an address.

        Default: ``{}``. The first pattern that fits decides; ``*`` and ``?`` stand for any text and any
        character. An ARN that none fits is delivered to the loggers ``cognito_auth.user_notification`` and
        ``cognito_auth.auth_events``, and to ``LOG_DELIVERY_WEBHOOK`` if it is set.
        Example: ``{"arn:aws:s3:::*": "logging", "arn:aws:firehose:*": "https://logs.example.com/cognito"}``.
        """
        destinations: Mapping[str, str] = self._get("LOG_DELIVERY_DESTINATIONS")
        return destinations

    @property
    def log_delivery_webhook(self) -> str | None:
        """Address to which records are posted as JSON. Default: ``None``. Must be https, except while ``DEBUG``.

        Example: ``"https://logs.example.com/cognito"``.
        """
        value = self._get("LOG_DELIVERY_WEBHOOK")
        return None if value is None else str(value)

    @property
    def log_delivery_webhook_secret(self) -> str | None:
        """Key of the signature of posted records, in ``X-Cognito-Auth-Signature``. Default: ``None``, unsigned."""
        value = self._get("LOG_DELIVERY_WEBHOOK_SECRET")
        return None if value is None else str(value)

    @property
    def log_delivery_timeout_seconds(self) -> float:
        """How long a posted record may take, in seconds; then it is lost. Default: 3."""
        return float(self._get("LOG_DELIVERY_TIMEOUT_SECONDS"))


settings = Settings()
