"""The example project with cheap passwords and no limits, so that the work beside the hash shows.

Middleware and database options are those of the yardsticks too.
"""

import os

from benchmarks import same_site
from example_project.settings import *  # noqa: F403
from example_project.settings import COGNITO_AUTH as _COGNITO_AUTH
from example_project.settings import DATABASES as _DATABASES
from example_project.settings import INSTALLED_APPS as _INSTALLED_APPS

DEBUG = False
ALLOWED_HOSTS = ["*"]
MIDDLEWARE = same_site.MIDDLEWARE
# Without social sign-in, whose middleware the yardsticks do not have.
INSTALLED_APPS = [app for app in _INSTALLED_APPS if app.partition(".")[0] != "allauth"]
DATABASES = {"default": same_site.database(_DATABASES["default"])}
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
