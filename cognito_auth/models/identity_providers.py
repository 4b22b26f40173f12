"""Providers elsewhere that people of a pool sign in with, and whose account an identity there is."""

from django.conf import settings as django_settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cognito_auth.choices import IdentityProviderType, LinkingPolicy
from cognito_auth.models.fields import EncryptedTextField, KeyField
from cognito_auth.models.user_pools import UserPool

# The provider's own id of a person; anything else is the name of a claim.
SUBJECT = "Cognito_Subject"


class IdentityProvider(models.Model):
    """A provider as it is set up for one pool. Source: AWS IdentityProviderType."""

    pool = models.ForeignKey(UserPool, on_delete=models.CASCADE, related_name="identity_providers")
    name = models.CharField(_("name"), max_length=32)
    # Names of federated users begin with the provider's, so names that differ in case only would mix them up.
    name_key = KeyField(max_length=128, editable=False)
    type = models.CharField(_("type"), max_length=20, choices=IdentityProviderType)
    details = models.JSONField(_("details"), default=dict, blank=True)
    # The members of the details that must not be read from a database dump, as one JSON object.
    secret_details = EncryptedTextField(_("secret details"), blank=True, default="")
    # {attribute of the pool: claim of the provider}
    attribute_mapping = models.JSONField(_("attribute mapping"), default=dict, blank=True)
    # {value of acr_values: value the provider knows}; Source: AWS AcrMappingType.
    acr_mapping = models.JSONField(_("authentication levels"), default=dict, blank=True)
    linking = models.CharField(
        _("linking"),
        max_length=8,
        choices=LinkingPolicy,
        default=LinkingPolicy.NEVER,
        help_text=_("What happens when both sides have verified the same e-mail address."),
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    last_modified_at = models.DateTimeField(_("last modified at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("identity provider")
        verbose_name_plural = _("identity providers")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["pool", "name_key"], name="cognito_auth_provider_name")]

    def __str__(self) -> str:
        return self.name


class IdentityProviderIdentifier(models.Model):
    """A further name of a provider (``idp_identifier``), usually a domain of e-mail addresses."""

    pool = models.ForeignKey(UserPool, on_delete=models.CASCADE, related_name="+", db_index=False)
    provider = models.ForeignKey(IdentityProvider, on_delete=models.CASCADE, related_name="identifiers")
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    identifier = KeyField(_("identifier"), max_length=40)

    class Meta:
        verbose_name = _("identifier of a provider")
        verbose_name_plural = _("identifiers of providers")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["pool", "identifier"], name="cognito_auth_provider_identifier")]

    def __str__(self) -> str:
        return str(self.identifier)


class LinkedIdentity(models.Model):
    """Whose account an identity at a provider is. Source: AWS ProviderUserIdentifierType, ``identities`` claim.

    ``provider_name`` is text: who is deleted and set up again under the same name finds their people.
    """

    pool = models.ForeignKey(UserPool, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(django_settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="identities")
    provider_name = models.CharField(_("provider"), max_length=32)
    provider_type = models.CharField(_("type"), max_length=20, choices=IdentityProviderType)
    issuer = models.CharField(_("issuer"), max_length=1024, blank=True)
    attribute_name = models.CharField(_("attribute"), max_length=128, default=SUBJECT)
    # Not longer, so that it fits into an index in any script.
    attribute_value = KeyField(_("value"), max_length=512)
    is_primary = models.BooleanField(
        _("primary"), default=False, help_text=_("The account was made by the first sign-in with this identity.")
    )
    is_enabled = models.BooleanField(_("enabled"), default=True)
    created_at = models.DateTimeField(_("linked at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("linked identity")
        verbose_name_plural = _("linked identities")
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "provider_name", "attribute_name", "attribute_value"],
                name="cognito_auth_linked_identity",
            ),
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(is_primary=True), name="cognito_auth_one_primary_identity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider_name} {self.attribute_value}"
