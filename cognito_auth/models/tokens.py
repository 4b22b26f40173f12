"""Token families and refresh tokens.

A family is one authentication: every ID, access and refresh token that comes from it carries its
``origin_jti``. A family lives while it is not revoked, not past its end, and of the user's current
``token_epoch``.
"""

import uuid

from django.conf import settings as django_settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cognito_auth.models.browser_sessions import BrowserSession
from cognito_auth.models.user_pool_clients import UserPoolClient


class TokenFamily(models.Model):
    """All tokens of one authentication."""

    origin_jti = models.UUIDField(_("origin_jti"), primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        django_settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="token_families",
        verbose_name=_("user"),
        db_index=False,
    )
    client = models.ForeignKey(UserPoolClient, on_delete=models.CASCADE, related_name="+", verbose_name=_("app client"))
    scope = models.TextField(_("scopes"))
    authenticated_at = models.DateTimeField(_("signed in at"))
    expires_at = models.DateTimeField(_("expires at"), db_index=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    token_epoch = models.PositiveIntegerField(default=0)
    # Began at the authorization endpoint: tokens follow the scopes. The rest is of sign-ins through the API.
    is_oauth = models.BooleanField(default=False, editable=False)
    # Who else may take the access tokens (RFC 8707), empty for the client alone.
    audience = models.CharField(_("audience"), max_length=1024, blank=True, default="")
    # The single sign-on session that it came from, if it came through the pages.
    browser_session = models.ForeignKey(
        BrowserSession,
        on_delete=models.SET_NULL,
        related_name="token_families",
        null=True,
        editable=False,
        db_index=False,
    )
    device_key = models.CharField(_("device key"), max_length=64, blank=True, default="")
    # How the person proved who they are: RFC 8176 values, in order.
    amr = models.JSONField(_("authentication methods"), default=list)
    ip_address = models.GenericIPAddressField(_("IP address"), null=True)
    user_agent = models.CharField(_("user agent"), max_length=256, blank=True, default="")
    refreshed_at = models.DateTimeField(_("last refreshed at"), null=True)

    class Meta:
        verbose_name = _("token family")
        verbose_name_plural = _("token families")
        indexes = [
            models.Index(fields=["user", "-authenticated_at", "-origin_jti"], name="cognito_auth_sessions"),
            # Sign-ins through the API, which have no such session, do not pay for it.
            models.Index(
                fields=["browser_session"],
                condition=models.Q(browser_session__isnull=False),
                name="cognito_auth_family_browser",
            ),
        ]

    def __str__(self) -> str:
        return str(self.origin_jti)


class RefreshToken(models.Model):
    """A refresh token, stored as its digest.

    With rotation, ``rotated_at`` is set by the one exchange that used it, and it may be repeated
    until ``usable_until``.
    """

    token_hash = models.CharField(primary_key=True, max_length=64, editable=False)
    family = models.ForeignKey(TokenFamily, on_delete=models.CASCADE, related_name="refresh_tokens")
    issued_at = models.DateTimeField(_("issued at"))
    rotated_at = models.DateTimeField(_("exchanged at"), null=True)
    usable_until = models.DateTimeField(_("usable until"), null=True)

    class Meta:
        verbose_name = _("refresh token")
        verbose_name_plural = _("refresh tokens")

    def __str__(self) -> str:
        return f"{self.token_hash[:8]}…"
