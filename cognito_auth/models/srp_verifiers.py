"""What lets a person prove their password by SRP, without the server seeing it."""

from django.conf import settings as django_settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cognito_auth.models.fields import EncryptedTextField


class SrpVerifier(models.Model):
    """Salt and verifier of a user's password; equal to the password for whoever steals it, so encrypted.

    ``secret`` is ``"<salt>:<verifier>"`` in hexadecimal. ``identity`` is the spelling of the username that
    was hashed into it. ``password_digest`` tells which password hash it belongs to: a password that was
    set by other means leaves the verifier dead.
    """

    user = models.OneToOneField(
        django_settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="srp_verifier"
    )
    identity = models.CharField(max_length=128)
    secret = EncryptedTextField(editable=False)
    password_digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("SRP verifier")
        verbose_name_plural = _("SRP verifiers")

    def __str__(self) -> str:
        return str(self.identity)
