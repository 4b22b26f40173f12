"""Passwords that a user may not choose again."""

import datetime
from typing import Any

from django.conf import settings as django_settings
from django.contrib.auth.hashers import is_password_usable
from django.db import models


class FormerPasswordManager(models.Manager["FormerPassword"]):
    """Keeping and finding former passwords."""

    def latest_of(self, user_id: Any) -> "models.QuerySet[FormerPassword, str]":
        """Return the hashes of a user's former passwords, the latest first."""
        rows = self.filter(user_id=user_id).order_by("-created_at", "-id")
        return rows.values_list("password", flat=True)

    def keep(self, user_id: Any, replaced: str, *, size: int, now: datetime.datetime) -> None:
        """Keep the hash that was just replaced as one of the ``size`` latest; drop the others."""
        if size and is_password_usable(replaced):
            self.create(user_id=user_id, password=replaced, created_at=now)
        rows = self.filter(user_id=user_id).order_by("-created_at", "-id")
        self.filter(pk__in=list(rows.values_list("pk", flat=True)[size:])).delete()


class FormerPassword(models.Model):
    """The hash of a password that a user had; kept only in pools that remember some."""

    user = models.ForeignKey(
        django_settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="former_passwords", db_index=False
    )
    password = models.CharField(max_length=256)
    created_at = models.DateTimeField()

    objects = FormerPasswordManager()

    class Meta:
        indexes = [models.Index(fields=["user", "-created_at", "-id"], name="cognito_auth_former_password")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.created_at}"
