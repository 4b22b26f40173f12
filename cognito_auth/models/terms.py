"""Terms of use and privacy policies that sign-up pages link to."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cognito_auth.models.user_pool_clients import UserPoolClient
from cognito_auth.models.user_pools import UserPool


class Terms(models.Model):
    """One document of one client, as links by language. Source: AWS TermsType."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pool = models.ForeignKey(UserPool, on_delete=models.CASCADE, related_name="terms", db_index=False)
    client = models.ForeignKey(UserPoolClient, on_delete=models.CASCADE, related_name="terms")
    name = models.CharField(_("name"), max_length=32)
    source = models.CharField(_("source"), max_length=8, default="LINK")
    enforcement = models.CharField(_("enforcement"), max_length=8, default="NONE")
    # URLs by cognito:default and cognito:<language>.
    links = models.JSONField(_("links"), default=dict)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    last_modified_at = models.DateTimeField(_("last modified at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("terms")
        verbose_name_plural = _("terms")
        constraints = [models.UniqueConstraint(fields=["client", "name"], name="cognito_auth_terms_name")]
        indexes = [models.Index(fields=["pool", "id"], name="cognito_auth_terms_of_pool")]

    def __str__(self) -> str:
        return self.name
