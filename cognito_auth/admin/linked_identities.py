"""Identities at other providers, of all users of a pool: found, unlinked, switched on again.

Each belongs to a user, on whose page stands the same (``user_identities``); nobody adds one here.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cognito_auth import names
from cognito_auth.admin import badges, staff_rules, user_lookup
from cognito_auth.admin.paging import KeysetModelAdmin
from cognito_auth.admin.pool_filter import PoolFilter, selected_pool_id
from cognito_auth.models import LinkedIdentity, UserPool
from cognito_auth.services import linked_identities
from cognito_auth.services.identity_providers import records
from cognito_auth.services.linked_identities import SUBJECT

if TYPE_CHECKING:
    from django.http import HttpRequest

_MATCHES = 200


class ProviderFilter(admin.SimpleListFilter):
    """Narrows the list to one provider of the selected pool."""

    title = gettext_lazy("provider")
    parameter_name = "provider"

    def lookups(self, request: "HttpRequest", model_admin: Any) -> list[tuple[str, str]]:
        """Return the providers of the pool."""
        return [(name, name) for name in _providers(selected_pool_id(request))]

    def queryset(self, request: "HttpRequest", queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Narrow to the provider; what is no text of a name finds nothing."""
        value = self.value()
        if not value:
            return queryset
        return queryset.filter(provider_name=value) if "\x00" not in value else queryset.none()


def _providers(pool_id: str | None) -> list[str]:
    return records.all_names(UserPool(pk=pool_id)) if pool_id else []


@admin.register(LinkedIdentity)
class LinkedIdentityAdmin(KeysetModelAdmin):
    """Whose account an identity elsewhere is."""

    # The order of the unique index, which begins with the pool.
    keyset = ("provider_name", "attribute_name", "attribute_value")
    list_display = ("name_there", "provider_name", "person", "state", "created_at")
    list_filter = (PoolFilter, ProviderFilter)
    list_select_related = ("user",)
    show_facets = admin.ShowFacets.NEVER
    # Found in get_search_results; Django only wants to know that there is a search.
    search_fields = ("attribute_value",)
    search_help_text = gettext_lazy("Beginning of the name at the provider, or of a user's name or address.")
    actions = ("unlink", "switch_on")
    fields = ("pool", "person", "provider_name", "name_there", "issuer", "state", "created_at")

    @admin.display(description=gettext_lazy("name there"))
    def name_there(self, identity: LinkedIdentity) -> SafeString | str:
        """Show the provider's id of the person, or the attribute that they were linked by."""
        if identity.attribute_name == SUBJECT:
            return str(identity.attribute_value)
        return format_html("<code>{}</code> {}", identity.attribute_name, identity.attribute_value)

    @admin.display(description=gettext_lazy("user"))
    def person(self, identity: LinkedIdentity) -> SafeString | str:
        """Link the user's page."""
        opts, name = get_user_model()._meta, identity.user.get_username()
        try:
            url = reverse(
                f"{self.admin_site.name}:{opts.app_label}_{opts.model_name}_change", args=[quote(identity.user.pk)]
            )
        except NoReverseMatch:  # the project took users out of the admin site
            return name
        return format_html('<a href="{}">{}</a>', url, name)

    @admin.display(description=gettext_lazy("state"))
    def state(self, identity: LinkedIdentity) -> SafeString:
        """Show whether it signs in, and whether it made the account."""
        if not identity.is_enabled:
            return badges.badge(_("switched off"), "bad")
        return badges.badge(_("made this account") if identity.is_primary else _("linked"), "good")

    def get_search_results(
        self, request: "HttpRequest", queryset: "QuerySet[Any]", search_term: str
    ) -> tuple["QuerySet[Any]", bool]:
        """Search by the beginning of names, here and there, through indexes only."""
        term, pool_id = search_term.strip().replace("\x00", ""), selected_pool_id(request)
        if not term or pool_id is None:
            return queryset, False
        pools = UserPool.objects.only("pk", "case_sensitive").filter(pk=pool_id)
        users = user_lookup.matching(get_user_model()._default_manager.all(), pools, term)
        found = set(queryset.order_by().filter(user__in=users[:_MATCHES]).values_list("pk", flat=True))
        end = names.after_prefix(term)
        begins = Q(attribute_value__gte=term) & (Q() if end is None else Q(attribute_value__lt=end))
        for provider in _providers(pool_id):
            rows = LinkedIdentity.objects.filter(begins, pool=pool_id, provider_name=provider, attribute_name=SUBJECT)
            found.update(rows.values_list("pk", flat=True)[:_MATCHES])
        return queryset.filter(pk__in=found), False

    # Permissions

    def has_add_permission(self, request: "HttpRequest") -> bool:
        """Never: people link by signing in, administrators by the API."""
        return False

    def has_change_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        """Offer the actions; there is nothing to edit on the page of one."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        """Never: unlinking knows primary ones."""
        return False

    # Actions

    @admin.action(permissions=["change"], description=gettext_lazy("Unlink, or switch off what made the account"))
    def unlink(self, request: "HttpRequest", queryset: "QuerySet[Any]") -> None:
        """Keep the identities from signing in."""
        number = self._each(request, queryset.filter(is_enabled=True), linked_identities.unlink)
        self.message_user(
            request, _("Identities that no longer sign in: %(number)s.") % {"number": number}, messages.SUCCESS
        )

    @admin.action(permissions=["change"], description=gettext_lazy("Switch on again"))
    def switch_on(self, request: "HttpRequest", queryset: "QuerySet[Any]") -> None:
        """Let the identities sign in again."""
        number = self._each(request, queryset.filter(is_enabled=False), linked_identities.switch_on)
        self.message_user(
            request, _("Identities that sign in again: %(number)s.") % {"number": number}, messages.SUCCESS
        )

    def _each(self, request: "HttpRequest", queryset: "QuerySet[Any]", change: Callable[[LinkedIdentity], None]) -> int:
        """Change the identities of those whom this member of staff may manage; return how many."""
        number = 0
        for identity in queryset.select_related("user"):
            if not staff_rules.may_manage(request, identity.user):
                self.message_user(
                    request,
                    _("%(user)s is left to superusers.") % {"user": identity.user.get_username()},
                    messages.WARNING,
                )
                continue
            # What is gone afterwards is named in the log.
            self.log_change(request, identity, str(identity))
            change(identity)
            number += 1
        return number
