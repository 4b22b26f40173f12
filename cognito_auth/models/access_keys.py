"""Access keys: who may sign administrative calls, and which."""

import secrets
import string

from django.conf import settings as django_settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cognito_auth.models.fields import EncryptedTextField

_BASE32 = string.ascii_uppercase + "234567"


def all_actions() -> list[str]:
    """Return the patterns that allow everything."""
    return ["*"]


class AccessKey(models.Model):
    """A key pair for AWS Signature Version 4, with the actions and pools it allows.

    ``allowed_actions`` are patterns of operation names (``AdminGet*``); ``allowed_pools`` are pool ids
    or ``*``. Operations on no particular pool (ListUserPools, CreateUserPool) need ``*``.
    """

    id = models.CharField(_("access key id"), primary_key=True, max_length=128)
    secret = EncryptedTextField(_("secret access key"), editable=False)
    name = models.CharField(_("name"), max_length=128, blank=True)
    owner = models.ForeignKey(
        django_settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="access_keys", null=True, blank=True
    )
    allowed_actions = models.JSONField(_("allowed actions"), default=all_actions)
    allowed_pools = models.JSONField(_("allowed pools"), default=all_actions)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(_("last used at"), null=True, editable=False)

    class Meta:
        verbose_name = _("access key")
        verbose_name_plural = _("access keys")

    def __str__(self) -> str:
        return self.name or self.id

    @staticmethod
    def new_id() -> str:
        """Return a fresh access key id: ``AKIA`` and 16 base-32 characters."""
        return "AKIA" + "".join(secrets.choice(_BASE32) for _ in range(16))

    @staticmethod
    def new_secret() -> str:
        """Return a fresh secret access key of 40 characters."""
        return secrets.token_urlsafe(30)
