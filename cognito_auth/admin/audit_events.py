"""Audit events: administrative calls, read-only, newest first."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cognito_auth.admin import badges
from cognito_auth.admin.paging import KeysetModelAdmin
from cognito_auth.admin.pool_filter import InPoolFilter
from cognito_auth.models import AccessKey, AuditEvent

if TYPE_CHECKING:
    from django.http import HttpRequest

_MAX_CHOICES = 200


class OutcomeFilter(admin.SimpleListFilter):
    """Allowed or refused."""

    title = _("outcome")
    parameter_name = "outcome"

    def lookups(self, request: "HttpRequest", model_admin: Any) -> list[tuple[str, Any]]:
        """Return both."""
        return [("allowed", _("allowed")), ("refused", _("refused"))]

    def queryset(self, request: "HttpRequest", queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Narrow to the chosen outcome."""
        if self.value() == "allowed":
            return queryset.filter(error="")
        return queryset.exclude(error="") if self.value() == "refused" else queryset


class AccessKeyFilter(admin.SimpleListFilter):
    """Shows the calls of one access key."""

    title = _("access key")
    parameter_name = "key"

    def lookups(self, request: "HttpRequest", model_admin: Any) -> list[tuple[str, str]]:
        """Return the keys there are; a value of the address may be that of a former one."""
        return [(key.pk, str(key)) for key in AccessKey.objects.order_by("pk").only("pk", "name")[:_MAX_CHOICES]]

    def has_output(self) -> bool:
        """Show it always, for the calls of former keys."""
        return True

    def queryset(self, request: "HttpRequest", queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Narrow to the chosen key."""
        # PostgreSQL takes no NUL, and no id has one.
        key_id = (self.value() or "").replace("\x00", "")
        return queryset.filter(access_key_id=key_id) if key_id else queryset


@admin.register(AuditEvent)
class AuditEventAdmin(KeysetModelAdmin):
    """Who called what; nobody adds, changes or removes anything here."""

    keyset = ("-created_at", "-id")
    list_display = ("created_at", "operation", "outcome", "pool", "target", "key", "owner", "ip_address")
    list_filter = (InPoolFilter, OutcomeFilter, AccessKeyFilter, "created_at")
    search_fields = ("=operation", "=target", "=error", "=request_id")
    search_help_text = _("Operation, target, error or request id, written in full.")
    show_facets = admin.ShowFacets.NEVER
    fields = (
        "created_at",
        "operation",
        "outcome",
        "reason",
        "pool",
        "target",
        "principal",
        "key",
        "owner",
        "ip_address",
        "user_agent",
        "request_id",
    )

    @admin.display(description=_("outcome"))
    def outcome(self, event: AuditEvent) -> SafeString:
        """Show how it ended."""
        return badges.badge(event.error, "bad") if event.error else badges.badge(_("allowed"), "good")

    @admin.display(description=_("user pool"))
    def pool(self, event: AuditEvent) -> SafeString | str:
        """Link the pool, which may be gone."""
        return self._link("cognito_auth_userpool_change", event.pool_id, event.pool_id)

    @admin.display(description=_("access key"))
    def key(self, event: AuditEvent) -> SafeString | str:
        """Link the access key; Python code has none."""
        return self._link("cognito_auth_accesskey_change", event.access_key_id, event.principal)

    @admin.display(description=_("owner"))
    def owner(self, event: AuditEvent) -> SafeString | str:
        """Link the key's owner."""
        opts = AccessKey._meta.get_field("owner").related_model._meta
        return self._link(f"{opts.app_label}_{opts.model_name}_change", event.owner_id, event.owner_name)

    def _link(self, view: str, key: str, text: str) -> SafeString | str:
        if not key:
            return text or "—"
        try:
            url = reverse(f"{self.admin_site.name}:{view}", args=[quote(key)])
        except NoReverseMatch:  # the project took them out of the admin site
            return text
        return format_html('<a href="{}">{}</a>', url, text)

    def has_add_permission(self, request: "HttpRequest") -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        """Never."""
        return False
