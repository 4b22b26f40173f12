"""Identity providers: one form for each type, linking, and the attributes they fill.

Only superusers make or change them: whoever decides which provider is believed can sign in as
anybody, staff included.
"""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cognito_auth.admin import identity_provider_forms, staff_rules
from cognito_auth.admin.pool_filter import InPoolFilter
from cognito_auth.admin.refusals import RefusalsInForm
from cognito_auth.choices import IdentityProviderType
from cognito_auth.models import IdentityProvider
from cognito_auth.services.identity_providers import details, records, registration
from cognito_auth.web import domains

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

_TYPE = "type"


@admin.register(IdentityProvider)
class IdentityProviderAdmin(RefusalsInForm):
    """Identity providers of the pools."""

    list_display = ("name", "type_name", "pool", "linking", "last_modified_at")
    list_filter = (InPoolFilter, "type")
    list_select_related = ("pool",)
    search_fields = ("name__startswith", "identifiers__identifier__startswith")
    search_help_text = gettext_lazy("Beginning of a name or identifier.")
    ordering = ("pool_id", "name")
    show_full_result_count = False
    change_form_template = "admin/cognito_auth/change_form.html"

    def add_view(
        self, request: "HttpRequest", form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> "HttpResponse":
        """Ask for the type first, since the form depends on it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.GET.get(_TYPE) in IdentityProviderType.values:
            return super().add_view(request, form_url, extra_context)
        context = {
            **self.admin_site.each_context(request),
            "title": _("What kind of provider?"),
            "opts": self.opts,
            "types": identity_provider_forms.TYPE_NAMES.items(),
            "filters": request.GET.get("_changelist_filters", ""),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/cognito_auth/identityprovider/types.html", context)

    def has_add_permission(self, request: "HttpRequest") -> bool:
        """Keep providers for superusers."""
        return super().has_add_permission(request) and staff_rules.is_superuser(request)

    def has_change_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        """Keep providers for superusers."""
        return super().has_change_permission(request, obj) and staff_rules.is_superuser(request)

    def has_delete_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        """Keep providers for superusers."""
        return super().has_delete_permission(request, obj) and staff_rules.is_superuser(request)

    def get_form(self, request: "HttpRequest", obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Take the form of the type."""
        kwargs["form"] = identity_provider_forms.class_for(_type_of(request, obj))
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: "HttpRequest", obj: Any = None) -> list[Any]:
        """Lay out the page by the type; whoever only looks sees no secrets and no form."""
        provider_type = _type_of(request, obj)
        if obj is not None and not self.has_change_permission(request, obj):
            return [(None, {"fields": ("pool", "name", "type_name", "linking", "shown_details", "shown_mapping")})]
        head: list[Any] = ["pool"] if obj is None else ["pool", "name", "type_name"]
        if obj is None and provider_type not in details.SOCIAL_TYPES:
            head.append("name")
        label = identity_provider_forms.TYPE_NAMES[provider_type]
        fieldsets: list[Any] = [
            (None, {"fields": [*head, "linking", "identifier_lines"]}),
            (label, {"fields": identity_provider_forms.detail_fields(provider_type)}),
            (_("Attribute mapping"), {"fields": ["attribute_mapping"]}),
        ]
        levels = identity_provider_forms.acr_fields(provider_type)
        if levels:
            fieldsets.append((_("Levels of authentication"), {"fields": levels, "classes": ["collapse"]}))
        if obj is not None:
            dates = {"fields": ["shown_details", ("created_at", "last_modified_at")], "classes": ["collapse"]}
            fieldsets.insert(1, (_("To enter at the provider"), {"fields": ["shown_addresses"]}))
            fieldsets.append((_("As the API shows it"), dates))
        return fieldsets

    def get_readonly_fields(self, request: "HttpRequest", obj: Any = None) -> tuple[str, ...]:
        """Keep pool, name and type: identities and app clients name them."""
        shown = ("type_name", "shown_addresses", "shown_details", "shown_mapping", "created_at", "last_modified_at")
        return shown if obj is None else ("pool", "name", *shown)

    @admin.display(description=gettext_lazy("type"), ordering="type")
    def type_name(self, provider: IdentityProvider) -> str:
        """Name the type as its makers do."""
        return identity_provider_forms.TYPE_NAMES[provider.type]

    @admin.display(description=gettext_lazy("addresses of the pool"))
    def shown_addresses(self, provider: IdentityProvider) -> SafeString:
        """List what the provider's administrator needs, to be copied."""
        root = domains.public_root(provider.pool)
        rows: list[tuple[str, str]] = [(_("redirect URI"), f"{root}/oauth2/idpresponse")]
        if provider.type == IdentityProviderType.SAML:
            rows = [
                (_("entity id"), registration.entity_id(provider.pool)),
                (_("assertion consumer service"), f"{root}/saml2/idpresponse"),
                (_("single logout service"), f"{root}/saml2/logout"),
                (_("metadata"), f"{root}/saml2/metadata"),
            ]
        return format_html_join("", "<div>{} <code>{}</code></div>", rows)

    @admin.display(description=gettext_lazy("details"))
    def shown_details(self, provider: IdentityProvider) -> SafeString:
        """List the details, of secrets only that there is one."""
        stored = details.secrets_of(provider)
        rows = [(key, value) for key, value in details.shown(provider).items() if key not in details.SECRETS]
        rows += [(key, _("stored")) for key in sorted(stored)]
        shortened = ((key, value if len(value) <= 200 else f"{value[:200]}…") for key, value in rows)
        return format_html_join("", "<div><code>{}</code> {}</div>", shortened)

    @admin.display(description=gettext_lazy("attribute mapping"))
    def shown_mapping(self, provider: IdentityProvider) -> SafeString | str:
        """List what fills what."""
        return format_html_join("", "<div><code>{}</code> ← {}</div>", provider.attribute_mapping.items()) or "—"

    def save_model(self, request: "HttpRequest", obj: IdentityProvider, form: Any, change: bool) -> None:
        """Make or change it through the service."""
        cleaned = form.cleaned_data
        mapping, identifiers = cleaned["attribute_mapping"], cleaned["identifier_lines"]
        if change:
            fields = {
                "details": form.provider_details(),
                "attribute_mapping": mapping,
                "identifiers": identifiers,
                "acr_mapping": form.acr_mapping(),
                "linking": cleaned["linking"],
            }
            stored = IdentityProvider.objects.select_related("pool").get(pk=obj.pk)
            records.update(stored, fields, now=timezone.now())
            return
        created = records.create(
            obj.pool,
            obj.name,
            form.provider_type,
            provider_details=form.provider_details(),
            mapping=mapping,
            identifiers=identifiers,
            acr_mapping=form.acr_mapping(),
            linking=cleaned["linking"],
            now=timezone.now(),
        )
        obj.__dict__.update(created.__dict__)

    def delete_model(self, request: "HttpRequest", obj: IdentityProvider) -> None:
        """Delete through the service."""
        records.delete(obj)

    def delete_queryset(self, request: "HttpRequest", queryset: "QuerySet[IdentityProvider]") -> None:
        """Delete each through the service."""
        for provider in queryset:
            records.delete(provider)


def _type_of(request: "HttpRequest", provider: IdentityProvider | None) -> str:
    return provider.type if provider is not None else request.GET[_TYPE]
