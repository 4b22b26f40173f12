"""Sign-ins of devices without a browser. Source: RFC 8628."""

from django.conf import settings as django_settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cognito_auth.choices import DeviceAuthorizationStatus
from cognito_auth.models.fields import KeyField
from cognito_auth.models.user_pool_clients import UserPoolClient


class DeviceAuthorization(models.Model):
    """One device that waits for a person to enter its code elsewhere; its device code is stored as digest."""

    digest = models.CharField(primary_key=True, max_length=64, editable=False)
    # Upper case and without separators.
    user_code = KeyField(max_length=16, unique=True)
    client = models.ForeignKey(UserPoolClient, on_delete=models.CASCADE, related_name="+", db_index=False)
    scope = models.TextField(_("scopes"))
    status = models.CharField(
        _("status"), max_length=8, choices=DeviceAuthorizationStatus, default=DeviceAuthorizationStatus.PENDING
    )
    user = models.ForeignKey(django_settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", null=True)
    authenticated_at = models.DateTimeField(null=True)
    amr = models.JSONField(default=list)
    token_epoch = models.PositiveIntegerField(default=0)
    interval_seconds = models.PositiveSmallIntegerField(default=5)
    last_polled_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"), db_index=True)

    class Meta:
        verbose_name = _("device authorization")
        verbose_name_plural = _("device authorizations")

    def __str__(self) -> str:
        return f"{self.digest[:8]}…"
