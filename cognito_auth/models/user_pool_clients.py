"""App clients: who may call a pool's public operations, with which flows and token lifetimes."""

import secrets
import string

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cognito_auth.choices import TimeUnit
from cognito_auth.models.fields import EncryptedTextField
from cognito_auth.models.rarely_read import RarelyReadMixin
from cognito_auth.models.user_pools import UserPool

_LOWER_ALPHANUMERIC = string.ascii_lowercase + string.digits
DEFAULT_REFRESH_TOKEN_DAYS = 30


class UserPoolClient(RarelyReadMixin):
    """An application that signs people in. Source: AWS UserPoolClientType."""

    id = models.CharField(_("client id"), primary_key=True, max_length=128, editable=False)
    pool = models.ForeignKey(
        UserPool, on_delete=models.CASCADE, related_name="clients", verbose_name=_("user pool"), db_index=False
    )
    name = models.CharField(_("name"), max_length=128)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    last_modified_at = models.DateTimeField(_("last modified at"), default=timezone.now, editable=False)

    explicit_auth_flows = models.JSONField(
        _("authentication flows"), null=True, blank=True, help_text=_("Empty: SRP, custom and refresh.")
    )
    prevent_user_existence_errors = models.BooleanField(
        _("hide whether users exist"), default=False, help_text=_("Answer alike for unknown users and wrong passwords.")
    )
    prevent_user_existence_errors_set = models.BooleanField(default=False, editable=False)
    auth_session_validity_minutes = models.PositiveSmallIntegerField(_("sign-in session, minutes"), default=3)
    enable_token_revocation = models.BooleanField(_("token revocation"), default=True)
    read_attributes = models.JSONField(_("readable attributes"), null=True, blank=True, help_text=_("Empty: all."))
    write_attributes = models.JSONField(_("writable attributes"), null=True, blank=True, help_text=_("Empty: all."))

    access_token_validity = models.PositiveIntegerField(_("access token validity"), null=True, blank=True)
    id_token_validity = models.PositiveIntegerField(_("ID token validity"), null=True, blank=True)
    refresh_token_validity = models.PositiveIntegerField(
        _("refresh token validity"), default=DEFAULT_REFRESH_TOKEN_DAYS
    )
    access_token_unit = models.CharField(_("unit"), max_length=8, choices=TimeUnit, blank=True, default="")
    id_token_unit = models.CharField(_("unit"), max_length=8, choices=TimeUnit, blank=True, default="")
    refresh_token_unit = models.CharField(_("unit"), max_length=8, choices=TimeUnit, blank=True, default="")
    refresh_token_rotation = models.BooleanField(_("rotate refresh tokens"), default=False)
    refresh_token_rotation_set = models.BooleanField(default=False, editable=False)
    refresh_token_grace_seconds = models.PositiveSmallIntegerField(_("rotation grace, seconds"), default=0)

    session_configuration = models.JSONField(_("sign-in sessions"), null=True, blank=True)

    # OAuth, used by the browser endpoints
    oauth_enabled = models.BooleanField(_("OAuth"), default=False)
    allowed_oauth_flows = models.JSONField(_("OAuth flows"), default=list, blank=True)
    allowed_oauth_scopes = models.JSONField(_("OAuth scopes"), default=list, blank=True)
    callback_urls = models.JSONField(_("callback URLs"), default=list, blank=True)
    logout_urls = models.JSONField(_("logout URLs"), default=list, blank=True)
    default_redirect_uri = models.CharField(_("default redirect URI"), max_length=1024, blank=True)
    supported_identity_providers = models.JSONField(_("identity providers"), default=list, blank=True)
    require_pkce = models.BooleanField(
        _("require PKCE"), default=False, help_text=_("Refuse authorization requests without a code challenge.")
    )
    device_authorization = models.BooleanField(
        _("device authorization"), default=False, help_text=_("Let devices without a browser sign in by a code.")
    )
    analytics_configuration = models.JSONField(null=True, blank=True, editable=False)
    propagate_additional_user_context_data = models.BooleanField(default=False, editable=False)

    RARELY_READ = (
        "oauth_enabled",
        "allowed_oauth_flows",
        "allowed_oauth_scopes",
        "callback_urls",
        "logout_urls",
        "default_redirect_uri",
        "supported_identity_providers",
        "require_pkce",
        "device_authorization",
        "analytics_configuration",
        "propagate_additional_user_context_data",
        "created_at",
        "last_modified_at",
    )

    class Meta:
        verbose_name = _("app client")
        verbose_name_plural = _("app clients")
        ordering = ["id"]
        indexes = [models.Index(fields=["pool", "id"], name="cognito_auth_clients_of_pool")]
        constraints = [
            models.CheckConstraint(
                condition=Q(auth_session_validity_minutes__gte=3, auth_session_validity_minutes__lte=15),
                name="cognito_auth_client_session_validity",
            ),
            models.CheckConstraint(
                condition=Q(refresh_token_grace_seconds__lte=60), name="cognito_auth_client_rotation_grace"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"

    @staticmethod
    def new_id() -> str:
        """Return a fresh client id, 26 lower-case letters and digits."""
        return "".join(secrets.choice(_LOWER_ALPHANUMERIC) for _ in range(26))

    @staticmethod
    def new_secret() -> str:
        """Return a fresh client secret, 51 lower-case letters and digits."""
        return "".join(secrets.choice(_LOWER_ALPHANUMERIC) for _ in range(51))

    @property
    def access_token_seconds(self) -> int:
        """Life of an access token in seconds; one hour unless set."""
        return _seconds(self.access_token_validity, self.access_token_unit, TimeUnit.HOURS, default=3600)

    @property
    def id_token_seconds(self) -> int:
        """Life of an ID token in seconds; one hour unless set."""
        return _seconds(self.id_token_validity, self.id_token_unit, TimeUnit.HOURS, default=3600)

    @property
    def refresh_token_seconds(self) -> int:
        """Life of a refresh token in seconds; 30 days unless set."""
        default = DEFAULT_REFRESH_TOKEN_DAYS * 86400
        return _seconds(self.refresh_token_validity, self.refresh_token_unit, TimeUnit.DAYS, default=default)


def _seconds(validity: int | None, unit: str, default_unit: TimeUnit, *, default: int) -> int:
    return validity * TimeUnit(unit or default_unit).in_seconds if validity else default


class UserPoolClientSecret(models.Model):
    """One of at most two secrets of an app client, so that they can be changed without downtime."""

    client = models.ForeignKey(UserPoolClient, on_delete=models.CASCADE, related_name="secrets")
    slot = models.PositiveSmallIntegerField(default=1)
    value = EncryptedTextField(_("secret"))
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("client secret")
        verbose_name_plural = _("client secrets")
        constraints = [
            models.UniqueConstraint(fields=["client", "slot"], name="cognito_auth_client_secret_slot"),
            # Two slots: a third secret is refused by the database, whoever asks at the same time.
            models.CheckConstraint(condition=Q(slot__in=[1, 2]), name="cognito_auth_two_client_secrets"),
        ]

    def __str__(self) -> str:
        return self.secret_id

    @property
    def secret_id(self) -> str:
        """Name of the secret, which tells nothing of it. Source: AWS ClientSecretDescriptorType."""
        return f"{self.client_id}--{int(self.created_at.timestamp())}"
