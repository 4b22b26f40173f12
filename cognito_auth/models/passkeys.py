"""Passkeys: WebAuthn credentials, and registrations that wait for the authenticator."""

from django.conf import settings as django_settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cognito_auth.models.fields import EncryptedTextField
from cognito_auth.models.user_pool_clients import UserPoolClient


class Passkey(models.Model):
    """A public key that a person's authenticator signs in with. Source: WebAuthn Level 2, AWS WebAuthnCredential."""

    user = models.ForeignKey(django_settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="passkeys")
    credential_id = models.CharField(_("credential id"), max_length=1400, unique=True)
    public_key = models.TextField(editable=False)
    sign_count = models.BigIntegerField(default=0, editable=False)
    friendly_name = models.CharField(_("name"), max_length=256, blank=True, default="")
    relying_party_id = models.CharField(_("relying party"), max_length=253)
    attachment = models.CharField(_("attachment"), max_length=32, blank=True, default="")
    transports = models.JSONField(_("transports"), default=list)
    is_backed_up = models.BooleanField(_("synced"), default=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    last_used_at = models.DateTimeField(_("last used at"), null=True)

    class Meta:
        verbose_name = _("passkey")
        verbose_name_plural = _("passkeys")
        indexes = [models.Index(fields=["user", "id"], name="cognito_auth_passkeys")]

    def __str__(self) -> str:
        return str(self.friendly_name) or f"{self.credential_id[:12]}…"


class PasskeyRegistration(models.Model):
    """A challenge that an authenticator is about to answer; one per user, used once."""

    user = models.OneToOneField(
        django_settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    client = models.ForeignKey(UserPoolClient, on_delete=models.CASCADE, related_name="+")
    state_json = EncryptedTextField(editable=False)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.pk)
