"""djoser with simplejwt (RS256) as a site of its own: its settings.

The private key is given as a prepared object, which is kinder to the yardstick than the usual PEM
text: PyJWT would load and check that at each signature.
"""

import os

import dj_database_url
from cryptography.hazmat.primitives.asymmetric import rsa

from benchmarks import same_site

DEBUG = False
SECRET_KEY = "benchmark-only-" + "0" * 48
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "benchmarks.yardsticks.djoser_urls"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "rest_framework",
    "djoser",
]
MIDDLEWARE = same_site.MIDDLEWARE
# Django's ORM prepares statements only with parameters that the server binds; ours does so by itself.
DATABASES = {
    "default": same_site.database(
        dj_database_url.parse(os.environ["BENCHMARK_DJOSER_DATABASE_URL"]), server_side_binding=True
    )
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
USE_TZ = True
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"]}
_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SIMPLE_JWT = {"ALGORITHM": "RS256", "SIGNING_KEY": _KEY, "VERIFYING_KEY": _KEY.public_key()}
