"""APIs that tokens are for, with the scopes that clients may ask for."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cognito_auth.models.fields import KeyField
from cognito_auth.models.user_pools import UserPool


class ResourceServer(models.Model):
    """An API with its scopes, ``<identifier>/<scope name>`` each. Source: AWS ResourceServerType."""

    pool = models.ForeignKey(UserPool, on_delete=models.CASCADE, related_name="resource_servers")
    identifier = KeyField(_("identifier"), max_length=256)
    name = models.CharField(_("name"), max_length=256)
    # [{"ScopeName": "orders.read", "ScopeDescription": "…"}], in the order they were given.
    scopes = models.JSONField(_("scopes"), default=list, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("resource server")
        verbose_name_plural = _("resource servers")
        ordering = ["identifier"]
        constraints = [models.UniqueConstraint(fields=["pool", "identifier"], name="cognito_auth_resource_server")]

    def __str__(self) -> str:
        return str(self.identifier)

    @property
    def scope_names(self) -> list[str]:
        """Full names of the scopes, as clients and tokens write them."""
        return [f"{self.identifier}/{scope['ScopeName']}" for scope in self.scopes]
