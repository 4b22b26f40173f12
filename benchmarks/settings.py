"""The example project with cheap passwords and no limits, so that the work beside the hash shows."""

import os

from example_project.settings import *  # noqa: F403
from example_project.settings import COGNITO_AUTH as _COGNITO_AUTH
from example_project.settings import DATABASES as _DATABASES

DEBUG = False
ALLOWED_HOSTS = ["*"]
DATABASES = {"default": {**_DATABASES["default"], "CONN_MAX_AGE": None}}
PASSWORD_HASHERS = [
    "cognito_auth.hashers.Argon2idPasswordHasher"
    if os.environ.get("BENCHMARK_REAL_HASHER")
    else "django.contrib.auth.hashers.MD5PasswordHasher"
]
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
COGNITO_AUTH = {
    **_COGNITO_AUTH,
    "THROTTLING": False,
    "ENCRYPTION_KEYS": ["benchmark-only-encryption-key-" + "0" * 32],
}
