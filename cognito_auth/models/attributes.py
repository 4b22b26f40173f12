"""The attribute schema of a pool: custom attributes, and standard ones that differ from the default."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cognito_auth.choices import AttributeType
from cognito_auth.models.fields import KeyField
from cognito_auth.models.user_pools import UserPool


class SchemaAttribute(models.Model):
    """One attribute of a pool's schema. Source: AWS SchemaAttributeType.

    A standard attribute has a row only where it differs from the default. ``name`` carries the
    prefix of the wire: ``custom:team``, ``dev:custom:team``, ``email``.
    """

    pool = models.ForeignKey(UserPool, on_delete=models.CASCADE, related_name="schema_attributes")
    name = KeyField(_("name"), max_length=255)
    position = models.PositiveIntegerField(_("position"), default=0)
    type = models.CharField(_("type"), max_length=8, choices=AttributeType, default=AttributeType.STRING)
    mutable = models.BooleanField(
        _("mutable"), default=True, help_text=_("Whether it can be changed after the account was created.")
    )
    required = models.BooleanField(_("required at sign-up"), default=False)
    developer_only = models.BooleanField(_("administrators only"), default=False)
    min_length = models.PositiveIntegerField(_("minimum length"), null=True, blank=True)
    max_length = models.PositiveIntegerField(_("maximum length"), null=True, blank=True)
    min_value = models.DecimalField(_("minimum"), max_digits=40, decimal_places=10, null=True, blank=True)
    max_value = models.DecimalField(_("maximum"), max_digits=40, decimal_places=10, null=True, blank=True)
    constraints_given = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("attribute")
        verbose_name_plural = _("attributes")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["pool", "name"], name="cognito_auth_schema_attribute_name"),
            models.CheckConstraint(
                condition=Q(max_length__isnull=True) | Q(max_length__lte=2048),
                name="cognito_auth_schema_attribute_length",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)
