"""Authenticator apps, and the codes that replace a lost one."""

from django.conf import settings as django_settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cognito_auth.models.fields import EncryptedTextField


class SoftwareToken(models.Model):
    """The secret that a person's authenticator app shares with us (RFC 6238, SHA-1, 6 digits, 30 s).

    A new secret waits in ``pending_secret`` until a code proves that the app has it; until then the old
    one works. ``last_step`` is the time step of the last code that was accepted: a code works once.
    """

    user = models.OneToOneField(
        django_settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="software_token"
    )
    secret = EncryptedTextField(blank=True, default="", editable=False)
    pending_secret = EncryptedTextField(blank=True, default="", editable=False)
    friendly_name = models.CharField(_("name of the device"), max_length=131, blank=True, default="")
    verified_at = models.DateTimeField(_("verified at"), null=True)
    last_step = models.BigIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("authenticator app")
        verbose_name_plural = _("authenticator apps")

    def __str__(self) -> str:
        return str(self.friendly_name) or str(self.pk)


class RecoveryCode(models.Model):
    """A code that is accepted once where the authenticator app's is asked for."""

    user = models.ForeignKey(django_settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    used_at = models.DateTimeField(_("used at"), null=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")

    def __str__(self) -> str:
        return f"{self.code_hash[:6]}…"
