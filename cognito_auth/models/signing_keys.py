"""RSA keys that sign a pool's tokens."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cognito_auth.choices import KeyPurpose
from cognito_auth.models.fields import EncryptedTextField
from cognito_auth.models.user_pools import UserPool


class SigningKey(models.Model):
    """One RSA-2048 key pair. The pool points to the active one of each purpose.

    A key is published from its creation until ``retires_at``: the end of the last token it signed.
    """

    kid = models.CharField(_("key id"), primary_key=True, max_length=44, editable=False)
    pool = models.ForeignKey(UserPool, on_delete=models.CASCADE, related_name="signing_keys")
    purpose = models.CharField(_("purpose"), max_length=8, choices=KeyPurpose)
    private_key_pem = EncryptedTextField(editable=False)
    public_jwk = models.JSONField(_("public key"), editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    retires_at = models.DateTimeField(_("published until"), null=True)

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")

    def __str__(self) -> str:
        return self.kid
