"""Settings of the example project, read from the environment.

============================  =========================================================================
``DATABASE_URL``              ``sqlite:///db.sqlite3``; ``postgres://user@host/name``
``REDIS_URL``                 none: counters in the process; ``redis://host:6379/0``
``DJANGO_DEBUG``              ``1``; ``0`` on a server
``DJANGO_SECRET_KEY``         a key for development
``DJANGO_ALLOWED_HOSTS``      ``*`` while debugging; names separated by commas
``DJANGO_PROXIES``            ``0``; number of reverse proxies whose forwarded headers are true
``COGNITO_BASE_URL``          ``http://localhost:8000``; the address in issuers and links
``COGNITO_ENCRYPTION_KEYS``   none: made from the secret key; keys separated by commas, newest first
``COGNITO_MAIL_DIR``          none: e-mails go to the console; a directory for one file per e-mail
``COGNITO_SMS_DIR``           none: text messages go to the console; a directory
``COGNITO_THROTTLING``        ``1``; ``0`` switches request rates off, not lock-out and code attempts
``COGNITO_STRICT``            ``0``; ``1`` makes new pools keep AWS's limits and refusals
``COGNITO_ACCOUNT_ID``        ``000000000000``; twelve digits in ARNs
``COGNITO_SITE_CLIENT_ID``    none; the app client by which people log in to pages of this project, ``/me``
============================  =========================================================================
"""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

_FLAGS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def _flag(name: str, default: str) -> bool:
    """Return a switch of the environment; a word that is none must not switch anything off by itself."""
    text = os.environ.get(name) or default
    if text.lower() not in _FLAGS:
        raise ImproperlyConfigured(f"{name} is {text!r}. Write 1 or 0.")
    return _FLAGS[text.lower()]


DEBUG = _flag("DJANGO_DEBUG", "1")
SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY", "development-only-" + "0" * 48)
ALLOWED_HOSTS = [host for host in os.environ.get("DJANGO_ALLOWED_HOSTS", "*" if DEBUG else "").split(",") if host]

INSTALLED_APPS = [
    # First, so that on its pages its own translations count.
    "cognito_auth",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    # For sign-in with Google and other providers.
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "example_project",
]
MIDDLEWARE = [
    # First: it turns the addresses of pools with a host of their own into those of this site.
    "cognito_auth.web.domains.CustomDomainMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "example_project.urls"
WSGI_APPLICATION = "example_project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "example_project" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES: dict[str, Any] = {
    # Checked when a request first uses it: after a restart of the database no request meets a dead connection.
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or "sqlite:///db.sqlite3", conn_max_age=60, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A writer takes the lock when its transaction begins and waits for it, instead of failing midway.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
elif DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # A database that is away is an error within seconds, not a worker that waits for minutes.
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        connect_timeout=5, tcp_user_timeout=8000, keepalives_idle=5, keepalives_interval=2, keepalives_count=2
    )

_REDIS_URL = os.environ.get("REDIS_URL")
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": _REDIS_URL,
        # Counting goes on in the database when the cache does not answer at once.
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
    if _REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

AUTH_USER_MODEL = "cognito_auth.User"
SOCIALACCOUNT_ADAPTER = "cognito_auth.social.adapter.SocialAccountAdapter"
AUTHENTICATION_BACKENDS = ["cognito_auth.backends.CognitoBackend"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "cognito_auth.password_validation.PoolPasswordPolicyValidator"}]
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # usernames are unique per pool; the backend names the pool
    # What other hosts of the domain do, and redirecting http, is decided at the reverse proxy.
    "security.W005",
    "security.W008",
    "security.W021",
]
PASSWORD_HASHERS = [
    "cognito_auth.hashers.Argon2idPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# Forms hold the token themselves; no script has to read the cookie.
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "cognito_auth.managed_login.views.csrf_failure.csrf_failure"
LOGIN_URL = "cognito_auth:site_login"
LOGIN_REDIRECT_URL = "/me"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
# Also without collectstatic the pages have their styles.
WHITENOISE_USE_FINDERS = True

DEFAULT_FROM_EMAIL = "no-reply@example.com"
_MAIL_DIR = os.environ.get("COGNITO_MAIL_DIR")
if _MAIL_DIR:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = _MAIL_DIR
else:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
_SMS_DIR = os.environ.get("COGNITO_SMS_DIR")

BASE_URL = os.environ.get("COGNITO_BASE_URL", "http://localhost:8000")
PROXY_COUNT = int(os.environ.get("DJANGO_PROXIES", "0"))

COGNITO_AUTH: dict[str, Any] = {
    "BASE_URL": BASE_URL,
    "ENCRYPTION_KEYS": [key for key in os.environ.get("COGNITO_ENCRYPTION_KEYS", "").split(",") if key],
    "TRUSTED_PROXY_COUNT": PROXY_COUNT,
    "ACCOUNT_ID": os.environ.get("COGNITO_ACCOUNT_ID", "000000000000"),
    "THROTTLING": _flag("COGNITO_THROTTLING", "1"),
    "STRICT": _flag("COGNITO_STRICT", "0"),
    "SITE_CLIENT_ID": os.environ.get("COGNITO_SITE_CLIENT_ID", ""),
}
if _SMS_DIR:
    COGNITO_AUTH["SMS_BACKEND"] = "cognito_auth.services.messages.sms.file.SmsBackend"
    COGNITO_AUTH["SMS_OPTIONS"] = {"directory": _SMS_DIR}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["cognito_auth.rest_framework.authentication.CognitoAuthentication"]
}

if BASE_URL.startswith("https:"):
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    CSRF_TRUSTED_ORIGINS = ["/".join(BASE_URL.split("/")[:3])]
    SECURE_HSTS_SECONDS = 365 * 86400
if PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
