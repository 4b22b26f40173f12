"""Hosts under which the browser finds a pool."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cognito_auth.models.user_pools import UserPool


class UserPoolDomain(models.Model):
    """A prefix, or a host of one's own whose root serves the pool. Source: AWS DomainDescriptionType."""

    # Lower case: host names do not tell.
    domain = models.CharField(_("domain"), primary_key=True, max_length=255)
    pool = models.ForeignKey(UserPool, on_delete=models.CASCADE, related_name="domains")
    is_custom = models.BooleanField(_("custom domain"), default=False)
    certificate_arn = models.CharField(_("certificate"), max_length=2048, blank=True)
    # TLS_V1_2_2021 or the like: kept for clients that compare; the web server in front decides.
    security_policy = models.CharField(max_length=32, blank=True, editable=False)
    managed_login_version = models.PositiveSmallIntegerField(_("managed login version"), default=1)
    # The API's Routing, as it was set.
    routing = models.JSONField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")
        constraints = [models.UniqueConstraint(fields=["pool", "is_custom"], name="cognito_auth_domain_of_each_kind")]

    def __str__(self) -> str:
        return self.domain
