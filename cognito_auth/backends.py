"""Django authentication backend (filled in below)."""

from django.contrib.auth.backends import ModelBackend


class CognitoBackend(ModelBackend):
    """Signs in users of the default pool."""
