"""Access keys: making them, showing the secret once, narrowing what they allow.

Only superusers make or change them: a key can do through the API whatever it allows, such as setting
anybody's password.
"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cognito_auth.admin import badges, secrets_shown, staff_rules
from cognito_auth.admin.json_fields import CheckboxesField, LinesField
from cognito_auth.conf import settings
from cognito_auth.models import AccessKey, UserPool

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_MAX_POOL_CHOICES = 200
_EVERYTHING = "*"


class AccessKeyForm(forms.ModelForm):  # type: ignore[type-arg]
    """Name, owner and limits of a key."""

    allowed_actions = LinesField(
        label=_("Allowed actions"),
        required=True,
        max_length=128,
        help_text=_("Operations, one a line; * stands for any letters: ListUsers, AdminGet*, or * for all."),
    )
    allowed_pools = CheckboxesField(
        label=_("Allowed user pools"),
        required=True,
        help_text=_("“All” is needed for operations on no particular pool, such as ListUserPools."),
    )

    class Meta:
        model = AccessKey
        fields = ("name", "owner", "is_active", "allowed_actions", "allowed_pools")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("allowed_pools")
        if isinstance(field, CheckboxesField):
            pools = UserPool.objects.only("pk", "name").order_by("pk")[:_MAX_POOL_CHOICES]
            field.choices = [(_EVERYTHING, _("All")), *((pool.pk, str(pool)) for pool in pools)]
            field.offer(self.instance.allowed_pools)


@admin.register(AccessKey)
class AccessKeyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Access keys."""

    form = AccessKeyForm
    list_display = ("id", "name", "owner", "active", "actions_text", "pools_text", "created_at", "last_used_at")
    list_select_related = ("owner",)
    list_filter = ("is_active",)
    search_fields = ("id__startswith", "name__startswith")
    search_help_text = _("Beginning of an id or name.")
    raw_id_fields = ("owner",)
    ordering = ("-created_at", "id")
    readonly_fields = ("id", "created_at", "last_used_at")
    actions = ("deactivate",)

    @admin.display(description=_("state"), ordering="is_active")
    def active(self, key: AccessKey) -> SafeString:
        """Show whether the key works."""
        return badges.badge(_("active"), "good") if key.is_active else badges.badge(_("inactive"), "neutral")

    @admin.display(description=_("allowed actions"))
    def actions_text(self, key: AccessKey) -> str:
        """List the actions."""
        return ", ".join(key.allowed_actions)

    @admin.display(description=_("allowed pools"))
    def pools_text(self, key: AccessKey) -> str:
        """List the pools."""
        return ", ".join(key.allowed_pools)

    @admin.action(description=_("Deactivate selected access keys"), permissions=["change"])
    def deactivate(self, request: "HttpRequest", queryset: Any) -> None:
        """Make the keys stop working."""
        keys = list(queryset.filter(is_active=True))
        queryset.update(is_active=False)
        for key in keys:
            self.log_change(request, key, str(_("Deactivated.")))
        self.message_user(request, _("%(count)d access keys were deactivated.") % {"count": len(keys)})

    def has_add_permission(self, request: "HttpRequest") -> bool:
        """Keep keys for superusers."""
        return super().has_add_permission(request) and staff_rules.is_superuser(request)

    def has_change_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        """Keep keys for superusers."""
        return super().has_change_permission(request, obj) and staff_rules.is_superuser(request)

    def has_delete_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        """Keep keys for superusers."""
        return super().has_delete_permission(request, obj) and staff_rules.is_superuser(request)

    def get_fields(self, request: "HttpRequest", obj: Any = None) -> list[Any]:
        """Show the id once there is one."""
        fields = ["name", "owner", "is_active", "allowed_actions", "allowed_pools"]
        return fields if obj is None else ["id", *fields, "created_at", "last_used_at"]

    def get_changeform_initial_data(self, request: "HttpRequest") -> dict[str, Any]:
        """Suggest oneself as the owner, and no limits."""
        return {"owner": request.user.pk, "allowed_actions": [_EVERYTHING], "allowed_pools": [_EVERYTHING]}

    def save_model(self, request: "HttpRequest", obj: AccessKey, form: Any, change: bool) -> None:
        """Make id and secret of a new key."""
        if not change:
            obj.id, obj.secret = AccessKey.new_id(), AccessKey.new_secret()
        super().save_model(request, obj, form, change)

    def response_add(self, request: "HttpRequest", obj: AccessKey, post_url_continue: Any = None) -> "HttpResponse":
        """Show the secret, this once."""
        endpoint = settings.base_url + _root_path()
        exports = "\n".join(
            [
                f"export AWS_ACCESS_KEY_ID={obj.pk}",
                f"export AWS_SECRET_ACCESS_KEY={obj.secret}",
                f"export AWS_DEFAULT_REGION={settings.region}",
                f"export AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER={endpoint}",
            ]
        )
        return secrets_shown.page(
            self,
            request,
            obj,
            [(_("Access key id"), obj.pk), (_("Secret access key"), obj.secret), (_("For your shell"), exports)],
        )


def _root_path() -> str:
    try:
        return reverse("cognito_auth:api")
    except NoReverseMatch:
        return "/"
