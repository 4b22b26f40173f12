"""Passwords that a user may not choose again."""

from django.conf import settings as django_settings
from django.db import models


class FormerPassword(models.Model):
    """The hash of a password that a user had; kept only in pools that remember some."""

    user = models.ForeignKey(
        django_settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="former_passwords", db_index=False
    )
    password = models.CharField(max_length=256)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "-created_at", "-id"], name="cognito_auth_former_password")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.created_at}"
