"""The certificate with which a pool signs requests to SAML providers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cognito_auth.models.fields import EncryptedTextField
from cognito_auth.models.user_pools import UserPool


class SigningCertificate(models.Model):
    """A self-signed X.509 certificate and its key, both as PEM. Source: AWS API_GetSigningCertificate."""

    pool = models.OneToOneField(
        UserPool, on_delete=models.CASCADE, primary_key=True, related_name="signing_certificate"
    )
    certificate = models.TextField(_("certificate"))
    private_key = EncryptedTextField(_("private key"))
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"))

    class Meta:
        verbose_name = _("signing certificate")
        verbose_name_plural = _("signing certificates")

    def __str__(self) -> str:
        return str(self.pool_id)
