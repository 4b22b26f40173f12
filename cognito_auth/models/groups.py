"""Groups of a pool and who is in them."""

from django.conf import settings as django_settings
from django.contrib.auth.models import Permission
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cognito_auth.models.fields import KeyField
from cognito_auth.models.user_pools import UserPool


class UserPoolGroup(models.Model):
    """A group of a pool. Source: AWS GroupType.

    Its name goes into the ``cognito:groups`` claim; lower ``precedence`` comes first, none comes
    last. Its Django permissions are the members' permissions.
    """

    pool = models.ForeignKey(UserPool, on_delete=models.CASCADE, related_name="groups", db_index=False)
    name = KeyField(_("name"), max_length=128)
    description = models.TextField(_("description"), max_length=2048, blank=True, default="")
    role_arn = models.CharField(_("role ARN"), max_length=2048, blank=True, default="")
    precedence = models.PositiveIntegerField(_("precedence"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    last_modified_at = models.DateTimeField(_("last modified at"), default=timezone.now, editable=False)
    permissions = models.ManyToManyField(
        Permission, verbose_name=_("Django permissions"), blank=True, related_name="user_pool_groups"
    )

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        constraints = [models.UniqueConstraint(fields=["pool", "name"], name="cognito_auth_group_name")]

    def __str__(self) -> str:
        return str(self.name)


class GroupMembership(models.Model):
    """A user's membership of a group."""

    group = models.ForeignKey(UserPoolGroup, on_delete=models.CASCADE, related_name="memberships", db_index=False)
    user = models.ForeignKey(
        django_settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships", db_index=False
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["group", "user"], name="cognito_auth_membership")]
        # The pages of a group's members, and of a user's groups.
        indexes = [
            models.Index(fields=["group", "id"], name="cognito_auth_members"),
            models.Index(fields=["user", "group"], name="cognito_auth_groups_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.group_id}"
