"""The log of administrative calls: who did what to which pool."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """One signed call, allowed or refused. Source: AWS CloudTrail record of a Cognito call.

    Everything is text rather than a reference: it outlives the pool, the key and its owner. It holds
    no value of the request but what names its target.
    """

    id = models.UUIDField(_("event id"), primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(_("at"))
    operation = models.CharField(_("operation"), max_length=64)
    pool_id = models.CharField(_("user pool id"), max_length=55, blank=True)
    target = models.CharField(_("target"), max_length=256, blank=True)
    error = models.CharField(_("error"), max_length=64, blank=True)
    reason = models.CharField(
        _("reason"), max_length=64, blank=True, help_text=_("Id of the refusal in the catalogue.")
    )
    principal = models.CharField(_("principal"), max_length=256)
    access_key_id = models.CharField(_("access key id"), max_length=128, blank=True)
    owner_id = models.CharField(_("owner's id"), max_length=64, blank=True)
    owner_name = models.CharField(_("owner"), max_length=256, blank=True)
    ip_address = models.GenericIPAddressField(_("IP address"), null=True)
    user_agent = models.CharField(_("user agent"), max_length=256, blank=True)
    request_id = models.CharField(_("request id"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="cognito_auth_audit_time"),
            models.Index(fields=["pool_id", "-created_at", "-id"], name="cognito_auth_audit_pool"),
            models.Index(fields=["access_key_id", "-created_at", "-id"], name="cognito_auth_audit_key"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.error or 'allowed'}"
