"""One-time codes sent to an address of a user."""

from django.conf import settings as django_settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cognito_auth.choices import CodePurpose


class OneTimeCode(models.Model):
    """The outstanding code of one purpose; a newer one replaces it, its use deletes it.

    Bound to user, purpose and the very address it was sent to. ``is_pending`` means that the address
    is not the user's yet and becomes theirs with the code.
    """

    user = models.ForeignKey(
        django_settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    purpose = models.CharField(_("purpose"), max_length=24, choices=CodePurpose)
    attribute = models.CharField(_("attribute"), max_length=18, blank=True)
    destination = models.CharField(_("sent to"), max_length=2048, blank=True)
    is_pending = models.BooleanField(default=False)
    code_hash = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires at"))

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")
        constraints = [models.UniqueConstraint(fields=["user", "purpose"], name="cognito_auth_one_code")]
        indexes = [models.Index(fields=["expires_at"], name="cognito_auth_code_expiry")]

    def __str__(self) -> str:
        return self.get_purpose_display()
