"""Devices that people sign in from, and may be remembered on."""

from django.conf import settings as django_settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cognito_auth.models.fields import EncryptedTextField


class Device(models.Model):
    """A device of a user. Source: AWS DeviceType.

    ``srp_secret`` is ``"<salt>:<verifier>"`` in hexadecimal once the client has confirmed the device; the
    device's own password never reaches us.
    """

    key = models.CharField(_("device key"), primary_key=True, max_length=64, editable=False)
    user = models.ForeignKey(
        django_settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="devices", db_index=False
    )
    group_key = models.CharField(_("group key"), max_length=32, editable=False)
    name = models.CharField(_("name"), max_length=1024, blank=True, default="")
    srp_secret = EncryptedTextField(blank=True, default="", editable=False)
    is_remembered = models.BooleanField(_("remembered"), default=False)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    created_at = models.DateTimeField(_("created at"))
    last_modified_at = models.DateTimeField(_("last modified at"))
    last_authenticated_at = models.DateTimeField(_("last used at"))
    last_ip_address = models.GenericIPAddressField(_("last IP address"), null=True)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        indexes = [models.Index(fields=["user", "key"], name="cognito_auth_devices")]

    def __str__(self) -> str:
        return str(self.name) or str(self.key)
