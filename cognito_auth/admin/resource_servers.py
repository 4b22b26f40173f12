"""Resource servers with a table of their scopes."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cognito_auth.admin.pool_filter import InPoolFilter
from cognito_auth.admin.refusals import RefusalsInForm
from cognito_auth.models import ResourceServer
from cognito_auth.services import resource_servers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet
    from django.http import HttpRequest

_EMPTY_ROWS = 3

Scopes = list[dict[str, str]]


class ScopesTable(forms.Widget):
    """Rows of two inputs, with a few empty ones for more."""

    template_name = "admin/cognito_auth/resourceserver/scopes.html"

    def get_context(self, name: str, value: Any, attrs: "Mapping[str, Any] | None") -> dict[str, Any]:
        """Add the rows."""
        context: dict[str, Any] = super().get_context(name, None, attrs)  # type: ignore[arg-type]
        rows = [(scope["ScopeName"], scope["ScopeDescription"]) for scope in value or ()]
        room = max(0, resource_servers.MAX_SCOPES - len(rows))
        context["rows"] = [*rows, *[("", "")] * min(_EMPTY_ROWS, room)]
        context["max_length"] = resource_servers.MAX_TEXT_LENGTH
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Scopes:
        """Return the rows that are not empty."""
        names, descriptions = data.getlist(f"{name}-name"), data.getlist(f"{name}-description")
        rows = [(first.strip(), second.strip()) for first, second in zip(names, descriptions, strict=False)]
        return [{"ScopeName": first, "ScopeDescription": second} for first, second in rows if first or second]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Tell whether the table was not on the page at all."""
        return f"{name}-name" not in data


class ScopesField(forms.Field):
    """A list of scopes, as the service takes it; what is right is decided there."""

    widget = ScopesTable

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, **kwargs})

    def clean(self, value: Any) -> Scopes:
        """Return the rows."""
        return list(value or ())

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the rows."""
        return list(initial or ()) != list(data or ())


class ResourceServerForm(forms.ModelForm):  # type: ignore[type-arg]
    """A resource server."""

    scopes = ScopesField(
        label=gettext_lazy("Scopes"),
        help_text=gettext_lazy("Empty a row to remove a scope. Save and continue for more rows."),
    )

    class Meta:
        model = ResourceServer
        fields = ("pool", "identifier", "name", "scopes")
        help_texts = {
            "identifier": gettext_lazy("A name or address of the API, which every scope begins with."),
        }


@admin.register(ResourceServer)
class ResourceServerAdmin(RefusalsInForm):
    """Resource servers of the pools."""

    form = ResourceServerForm
    list_display = ("identifier", "name", "pool", "number_of_scopes")
    list_filter = (InPoolFilter,)
    list_select_related = ("pool",)
    search_fields = ("identifier__startswith", "name__startswith")
    search_help_text = gettext_lazy("Beginning of an identifier or name.")
    ordering = ("pool_id", "identifier")
    show_full_result_count = False

    def get_fields(self, request: "HttpRequest", obj: Any = None) -> Any:
        """Show full names of scopes once there can be some."""
        if obj is None:
            return ("pool", "identifier", "name", "scopes")
        if not self.has_change_permission(request, obj):
            return ("pool", "identifier", "name", "full_names")
        return ("pool", "identifier", "name", "scopes", "full_names")

    def get_readonly_fields(self, request: "HttpRequest", obj: Any = None) -> tuple[str, ...]:
        """Keep pool and identifier: app clients and tokens name them."""
        return ("full_names",) if obj is None else ("pool", "identifier", "full_names")

    @admin.display(description=gettext_lazy("scopes"))
    def number_of_scopes(self, server: ResourceServer) -> int:
        """Count the scopes."""
        return len(server.scopes)

    @admin.display(description=gettext_lazy("names in requests and tokens"))
    def full_names(self, server: ResourceServer) -> SafeString | str:
        """Show the scopes as clients ask for them."""
        rows = [
            (f"{server.identifier}/{scope['ScopeName']}", scope["ScopeDescription"]) for scope in server.scopes or ()
        ]
        return format_html_join("", "<div><code>{}</code> {}</div>", rows) if rows else _("none")

    def save_model(self, request: "HttpRequest", obj: ResourceServer, form: Any, change: bool) -> None:
        """Make or change it through the service."""
        name, scopes = form.cleaned_data["name"], form.cleaned_data["scopes"]
        if change:
            resource_servers.update(ResourceServer.objects.get(pk=obj.pk), name=name, scopes=scopes)
            return
        created = resource_servers.create(obj.pool, obj.identifier, name=name, scopes=scopes, now=timezone.now())
        obj.__dict__.update(created.__dict__)

    def delete_model(self, request: "HttpRequest", obj: ResourceServer) -> None:
        """Delete through the service."""
        resource_servers.delete(obj)

    def delete_queryset(self, request: "HttpRequest", queryset: "QuerySet[ResourceServer]") -> None:
        """Delete each through the service."""
        for server in queryset:
            resource_servers.delete(server)
