"""The log of sign-ins, sign-ups, resets and their like, successful or refused."""

import uuid

from django.conf import settings as django_settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cognito_auth.choices import AuthEventResponse, AuthEventType
from cognito_auth.models.user_pools import UserPool


class AuthEvent(models.Model):
    """One attempt. Holds no secret: no password, code, token or signature. Source: AWS AuthEventType."""

    id = models.UUIDField(_("event id"), primary_key=True, default=uuid.uuid4, editable=False)
    pool = models.ForeignKey(UserPool, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(
        django_settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="auth_events", null=True, db_index=False
    )
    client_id = models.CharField(_("client id"), max_length=128, blank=True)
    type = models.CharField(_("type"), max_length=16, choices=AuthEventType)
    response = models.CharField(_("response"), max_length=12, choices=AuthEventResponse)
    reason = models.CharField(
        _("reason"), max_length=64, blank=True, help_text=_("Id of the refusal in the catalogue.")
    )
    challenges = models.JSONField(_("challenges"), default=list)
    ip_address = models.GenericIPAddressField(_("IP address"), null=True)
    user_agent = models.CharField(_("user agent"), max_length=256, blank=True)
    device_name = models.CharField(_("device"), max_length=256, blank=True)
    city = models.CharField(_("city"), max_length=128, blank=True)
    country = models.CharField(_("country"), max_length=64, blank=True)
    risk_level = models.CharField(_("risk level"), max_length=8, blank=True)
    risk_decision = models.CharField(_("risk decision"), max_length=16, blank=True)
    is_compromised = models.BooleanField(_("compromised password"), default=False)
    feedback = models.JSONField(_("feedback"), null=True, blank=True)
    created_at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("authentication event")
        verbose_name_plural = _("authentication events")
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="cognito_auth_event_user"),
            models.Index(fields=["pool", "-created_at", "-id"], name="cognito_auth_event_pool"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.response}"
