"""Where a pool's events go besides the database."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cognito_auth.models.user_pools import UserPool


class LogDeliveryConfiguration(models.Model):
    """What a pool delivers where. Source: AWS LogDeliveryConfigurationType."""

    pool = models.OneToOneField(UserPool, on_delete=models.CASCADE, primary_key=True, related_name="log_delivery")
    # The API's LogConfigurations, as they were set.
    configurations = models.JSONField(_("configurations"), default=list, blank=True)

    class Meta:
        verbose_name = _("log delivery")
        verbose_name_plural = _("log deliveries")

    def __str__(self) -> str:
        return str(self.pool_id)
