"""Authentication events: read-only, newest first."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.contrib.auth import get_user_model
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cognito_auth.admin import badges
from cognito_auth.admin.paging import KeysetModelAdmin
from cognito_auth.admin.pool_filter import PoolFilter
from cognito_auth.models import AuthEvent

if TYPE_CHECKING:
    from django.http import HttpRequest


@admin.register(AuthEvent)
class AuthEventAdmin(KeysetModelAdmin):
    """What happened; nobody adds, changes or removes anything here."""

    keyset = ("-created_at", "-id")
    list_display = ("created_at", "type", "response_badge", "person", "reason", "client_id", "ip_address")
    list_filter = (PoolFilter, "type", "response", "created_at")
    list_select_related = ("user",)
    show_facets = admin.ShowFacets.NEVER
    fields = (
        "created_at",
        "type",
        "response_badge",
        "reason",
        "person",
        "pool",
        "client_id",
        "challenges",
        "ip_address",
        "user_agent",
        "device_name",
        "city",
        "country",
        "risk_level",
        "risk_decision",
        "is_compromised",
        "feedback",
    )

    @admin.display(description=_("response"))
    def response_badge(self, event: AuthEvent) -> SafeString:
        """Show how it ended."""
        return badges.of_response(event.response)

    @admin.display(description=_("user"))
    def person(self, event: AuthEvent) -> SafeString | str:
        """Link the user; events of unknown names have none."""
        if event.user is None:
            return "—"
        opts = get_user_model()._meta
        try:
            url = reverse(
                f"{self.admin_site.name}:{opts.app_label}_{opts.model_name}_change", args=[quote(event.user.pk)]
            )
        except NoReverseMatch:  # the project took users out of the admin site
            return event.user.get_username()
        return format_html('<a href="{}">{}</a>', url, event.user.get_username())

    def has_add_permission(self, request: "HttpRequest") -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        """Never."""
        return False
