"""Half-finished sign-ins: what the API's ``Session`` points to."""

import json
from typing import Any

from django.conf import settings as django_settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cognito_auth.models.fields import EncryptedTextField
from cognito_auth.models.user_pool_clients import UserPoolClient


class SignInAttempt(models.Model):
    """One step of a sign-in that waits for an answer.

    Bound to client, user and challenge; used once. A step that succeeds marks its row consumed and
    makes a new row for the next challenge; a wrong answer leaves the row open.
    """

    session_hash = models.CharField(primary_key=True, max_length=64, editable=False)
    client = models.ForeignKey(UserPoolClient, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(
        django_settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", null=True, verbose_name=_("user")
    )
    flow = models.CharField(_("flow"), max_length=32)
    challenge = models.CharField(_("challenge"), max_length=32)
    state_json = EncryptedTextField(blank=True, default="", editable=False)
    # The user's token epoch when the sign-in began: a sign-out or disabling in between ends it.
    token_epoch = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"), db_index=True)
    consumed_at = models.DateTimeField(_("consumed at"), null=True)

    class Meta:
        verbose_name = _("sign-in attempt")
        verbose_name_plural = _("sign-in attempts")

    def __str__(self) -> str:
        return f"{self.flow}: {self.challenge}"

    @property
    def state(self) -> dict[str, Any]:
        """What flow and challenges keep between steps (JSON-native values)."""
        return json.loads(self.state_json) if self.state_json else {}
