"""What a pool, or one of its clients, does about risky sign-ins."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cognito_auth.models.user_pool_clients import UserPoolClient
from cognito_auth.models.user_pools import UserPool


class RiskConfiguration(models.Model):
    """Settings of threat protection in the API's own shape; ``client`` empty: for all clients of the pool."""

    pool = models.ForeignKey(UserPool, on_delete=models.CASCADE, related_name="risk_configurations")
    client = models.ForeignKey(UserPoolClient, on_delete=models.CASCADE, related_name="+", null=True, blank=True)
    configuration = models.JSONField(_("configuration"), default=dict)
    last_modified_at = models.DateTimeField(_("last modified at"), default=timezone.now)

    class Meta:
        verbose_name = _("risk configuration")
        verbose_name_plural = _("risk configurations")
        constraints = [
            models.UniqueConstraint(fields=["pool", "client"], name="cognito_auth_risk_client"),
            models.UniqueConstraint(fields=["pool"], condition=Q(client=None), name="cognito_auth_risk_pool"),
        ]

    def __str__(self) -> str:
        return f"{self.pool_id} {self.client_id or ''}".strip()
