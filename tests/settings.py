"""Settings of the tests: the example project, with cheap passwords and everything in memory."""

import os

import dj_database_url

from example_project.settings import *  # noqa: F403
from example_project.settings import COGNITO_AUTH as _COGNITO_AUTH

DEBUG = False
SECRET_KEY = "tests-only-" + "0" * 48
ALLOWED_HOSTS = ["*"]
if os.environ.get("DATABASE_URL"):
    DATABASES = {"default": dj_database_url.parse(os.environ["DATABASE_URL"])}
    if os.environ.get("DATABASE_PREPARE_THRESHOLD"):
        # With 0 hot paths use prepared statements; see docs/development/decisions/compiled_queries.md.
        DATABASES["default"]["OPTIONS"] = {"prepare_threshold": int(os.environ["DATABASE_PREPARE_THRESHOLD"])}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": ":memory:",
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20},
        }
    }
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# The recommended hasher is tested on its own; elsewhere its cost proves nothing.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "cognito_auth.hashers.Argon2idPasswordHasher",
]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
COGNITO_AUTH = {
    **_COGNITO_AUTH,
    "BASE_URL": "http://testserver",
    "ENCRYPTION_KEYS": ["tests-only-encryption-key-" + "0" * 32],
    "THROTTLING": False,
    "STRICT": False,
    "SMS_BACKEND": "cognito_auth.services.messages.sms.locmem.SmsBackend",
    "SMS_OPTIONS": {},
}
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
STATIC_ROOT = None  # nothing is collected; WhiteNoise would warn about the missing directory
