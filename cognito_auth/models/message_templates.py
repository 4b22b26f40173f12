"""Texts of messages that a pool's staff wrote in the admin."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cognito_auth.choices import MessageEvent
from cognito_auth.models.user_pools import UserPool


class MessageTemplate(models.Model):
    """One pool's own text for one event in one language; an empty part falls back to the files.

    Plain text and HTML of the e-mail are one part: from the one that is written the other is made.
    Filled by placeholder substitution (``{####}``, ``{username}``, ``{##text##}``), escaped in HTML,
    and never compiled as a Django template: who may edit texts may not run code.
    """

    pool = models.ForeignKey(UserPool, on_delete=models.CASCADE, related_name="message_templates")
    event = models.CharField(_("event"), max_length=24, choices=MessageEvent)
    language = models.CharField(
        _("language"), max_length=16, blank=True, default="", help_text=_("For example “de”; empty: every language.")
    )
    subject = models.CharField(_("e-mail subject"), max_length=140, blank=True)
    text = models.TextField(_("e-mail text"), max_length=20000, blank=True)
    html = models.TextField(_("e-mail HTML"), max_length=20000, blank=True)
    sms = models.CharField(_("SMS"), max_length=140, blank=True)

    class Meta:
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        constraints = [
            models.UniqueConstraint(fields=["pool", "event", "language"], name="cognito_auth_message_template")
        ]

    def __str__(self) -> str:
        return f"{self.get_event_display()} {self.language}".strip()
