"""Sign-ins that are under way at a provider elsewhere, and SAML assertions that were used."""

from django.conf import settings as django_settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cognito_auth.models.fields import EncryptedTextField
from cognito_auth.models.identity_providers import IdentityProvider
from cognito_auth.models.user_pool_clients import UserPoolClient
from cognito_auth.models.user_pools import UserPool


class FederationAttempt(models.Model):
    """One way to a provider and back, under the digest of the ``state`` that goes along; used once.

    Bound to the pool, the provider and the browser. What the client asked for stays here, so that the
    provider learns nothing of it.
    """

    digest = models.CharField(primary_key=True, max_length=64, editable=False)
    pool = models.ForeignKey(UserPool, on_delete=models.CASCADE, related_name="+", db_index=False)
    client = models.ForeignKey(UserPoolClient, on_delete=models.CASCADE, related_name="+", db_index=False)
    provider = models.ForeignKey(IdentityProvider, on_delete=models.CASCADE, related_name="+", db_index=False)
    # Query string of the authorization request.
    request = models.TextField(blank=True, default="")
    browser_digest = models.CharField(max_length=64, blank=True, default="")
    # A signed-in person who links the identity to their account.
    linking_user = models.ForeignKey(
        django_settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", null=True
    )
    # Nonce, PKCE verifier, id of a SAML request, as one JSON object.
    secrets = EncryptedTextField(blank=True, default="")
    # What came back, until the browser's own request goes on with it, as one JSON object.
    response = EncryptedTextField(blank=True, default="")
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"), db_index=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    consumed_at = models.DateTimeField(_("consumed at"), null=True)

    class Meta:
        verbose_name = _("federation attempt")
        verbose_name_plural = _("federation attempts")

    def __str__(self) -> str:
        return f"{self.digest[:8]}…"


class SamlAssertion(models.Model):
    """The id of an assertion, or of a request to sign out, that was accepted, for as long as it would be again."""

    pool = models.ForeignKey(UserPool, on_delete=models.CASCADE, related_name="+", db_index=False)
    digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pool", "digest"], name="cognito_auth_saml_assertion")]

    def __str__(self) -> str:
        return f"{self.digest[:8]}…"
