"""How the pages of a pool look: the older style sheet, and the newer settings with their images."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cognito_auth.models.user_pool_clients import UserPoolClient
from cognito_auth.models.user_pools import UserPool


class UICustomization(models.Model):
    """Style sheet and logo of the classic pages; ``client`` empty: for all clients. Source: AWS UICustomizationType."""

    pool = models.ForeignKey(UserPool, on_delete=models.CASCADE, related_name="ui_customizations")
    client = models.ForeignKey(UserPoolClient, on_delete=models.CASCADE, related_name="+", null=True, blank=True)
    css = models.TextField(_("CSS"), blank=True)
    css_version = models.CharField(max_length=32, blank=True, editable=False)
    image = models.BinaryField(_("logo"), null=True)
    image_type = models.CharField(_("type of the logo"), max_length=32, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    last_modified_at = models.DateTimeField(_("last modified at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("UI customisation")
        verbose_name_plural = _("UI customisations")
        constraints = [
            models.UniqueConstraint(fields=["pool", "client"], name="cognito_auth_ui_client"),
            models.UniqueConstraint(fields=["pool"], condition=Q(client=None), name="cognito_auth_ui_pool"),
        ]

    def __str__(self) -> str:
        return f"{self.pool_id} {self.client_id or ''}".strip()


class ManagedLoginBranding(models.Model):
    """The style of one client's login pages. Source: AWS ManagedLoginBrandingType."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pool = models.ForeignKey(UserPool, on_delete=models.CASCADE, related_name="branding_styles")
    client = models.OneToOneField(UserPoolClient, on_delete=models.CASCADE, related_name="branding")
    use_default = models.BooleanField(_("use the default style"), default=False)
    # The API's settings document; empty with the default style.
    settings = models.JSONField(_("settings"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    last_modified_at = models.DateTimeField(_("last modified at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("branding style")
        verbose_name_plural = _("branding styles")

    def __str__(self) -> str:
        return str(self.id)


class ManagedLoginAsset(models.Model):
    """An image of a style, checked and sanitised when it came in. Source: AWS AssetType."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    branding = models.ForeignKey(ManagedLoginBranding, on_delete=models.CASCADE, related_name="assets")
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    category = models.CharField(_("category"), max_length=32)
    color_mode = models.CharField(_("colour mode"), max_length=8)
    extension = models.CharField(_("extension"), max_length=8)
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("image of a style")
        verbose_name_plural = _("images of styles")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["branding", "category", "color_mode"], name="cognito_auth_branding_asset")
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.color_mode}"
