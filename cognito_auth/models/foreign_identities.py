"""Local accounts of people whose tokens come from trusted pools elsewhere."""

from django.conf import settings as django_settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ForeignIdentity(models.Model):
    """Whose local account it is: one per issuer and subject, and nothing else identifies it."""

    issuer = models.CharField(_("issuer"), max_length=255)
    sub = models.CharField(_("sub"), max_length=255)
    user = models.ForeignKey(
        django_settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="foreign_identities",
        verbose_name=_("user"),
    )
    created_at = models.DateTimeField(_("first seen at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("foreign identity")
        verbose_name_plural = _("foreign identities")
        constraints = [models.UniqueConstraint(fields=["issuer", "sub"], name="cognito_auth_foreign_identity")]

    def __str__(self) -> str:
        return f"{self.sub} of {self.issuer}"
