"""Single sign-on: who is signed in to a pool's pages with which browser."""

from django.conf import settings as django_settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cognito_auth.models.fields import EncryptedTextField
from cognito_auth.models.user_pool_clients import UserPoolClient
from cognito_auth.models.user_pools import UserPool

# The provider of those who prove who they are to the pool itself.
NATIVE = "COGNITO"


class BrowserSession(models.Model):
    """One browser's session, under the digest of the cookie's value.

    Lives until it is ended, its end, or the user's next ``token_epoch``; use does not prolong it.
    """

    digest = models.CharField(primary_key=True, max_length=64, editable=False)
    pool = models.ForeignKey(UserPool, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(django_settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="browser_sessions")
    client = models.ForeignKey(UserPoolClient, on_delete=models.SET_NULL, related_name="+", null=True)
    provider_name = models.CharField(_("provider"), max_length=32, default=NATIVE)
    authenticated_at = models.DateTimeField(_("signed in at"))
    # How the person proved who they are: RFC 8176 values, in order.
    amr = models.JSONField(_("authentication methods"), default=list)
    token_epoch = models.PositiveIntegerField(default=0)
    ip_address = models.GenericIPAddressField(_("IP address"), null=True)
    user_agent = models.CharField(_("user agent"), max_length=256, blank=True, default="")
    # What a SAML provider knows its own session by: name id and session index, as one JSON object.
    saml_session = EncryptedTextField(blank=True, default="", editable=False)
    # By which the session is found when the provider ends its own.
    saml_digest = models.CharField(max_length=64, blank=True, default="", editable=False)
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"), db_index=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("browser session")
        verbose_name_plural = _("browser sessions")
        indexes = [
            # Sessions of the pool itself and of other providers do not pay for it.
            models.Index(fields=["saml_digest"], condition=~models.Q(saml_digest=""), name="cognito_auth_saml_session"),
        ]

    def __str__(self) -> str:
        return f"{self.digest[:8]}…"
