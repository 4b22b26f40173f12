"""Authorization codes of OAuth 2. Source: RFC 6749 4.1.2; RFC 7636; RFC 9700 2.1."""

from django.conf import settings as django_settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cognito_auth.models.browser_sessions import NATIVE, BrowserSession
from cognito_auth.models.tokens import TokenFamily
from cognito_auth.models.user_pool_clients import UserPoolClient


class AuthorizationCode(models.Model):
    """One code, under its digest, with everything that its tokens will say; exchanged once.

    ``family`` is what it was exchanged for: who comes with it again ends that.
    """

    digest = models.CharField(primary_key=True, max_length=64, editable=False)
    client = models.ForeignKey(UserPoolClient, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(django_settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    browser_session = models.ForeignKey(BrowserSession, on_delete=models.SET_NULL, related_name="+", null=True)
    provider_name = models.CharField(_("provider"), max_length=32, default=NATIVE)
    redirect_uri = models.CharField(_("redirect URI"), max_length=1024)
    scope = models.TextField(_("scopes"))
    nonce = models.TextField(blank=True, default="")
    code_challenge = models.CharField(max_length=128, blank=True, default="")
    audience = models.CharField(_("audience"), max_length=1024, blank=True, default="")
    authenticated_at = models.DateTimeField(_("signed in at"))
    amr = models.JSONField(_("authentication methods"), default=list)
    token_epoch = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"), db_index=True)
    used_at = models.DateTimeField(_("used at"), null=True)
    family = models.ForeignKey(TokenFamily, on_delete=models.SET_NULL, related_name="+", null=True)

    class Meta:
        verbose_name = _("authorization code")
        verbose_name_plural = _("authorization codes")

    def __str__(self) -> str:
        return f"{self.digest[:8]}…"
