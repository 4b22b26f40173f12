"""Terms of use and privacy policies of app clients: a link for each language."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminURLFieldWidget
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from cognito_auth.admin.pool_filter import InPoolFilter
from cognito_auth.admin.refusals import RefusalsInForm
from cognito_auth.models import Terms
from cognito_auth.services import terms

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

_NAMES = [
    (terms.TERMS_OF_USE, gettext_lazy("terms of use")),
    (terms.PRIVACY_POLICY, gettext_lazy("privacy policy")),
]
_LANGUAGES: Mapping[str, Any] = {
    terms.DEFAULT: gettext_lazy("All other languages"),
    terms.LANGUAGES["id"]: "Bahasa Indonesia",
    terms.LANGUAGES["de"]: "Deutsch",
    terms.LANGUAGES["en"]: "English",
    terms.LANGUAGES["es"]: "Español",
    terms.LANGUAGES["fr"]: "Français",
    terms.LANGUAGES["it"]: "Italiano",
    terms.LANGUAGES["nl"]: "Nederlands",
    terms.LANGUAGES["pt-BR"]: "Português do Brasil",
    terms.LANGUAGES["ko"]: "한국어",
    terms.LANGUAGES["ja"]: "日本語",
    terms.LANGUAGES["zh-CN"]: "简体中文",
    terms.LANGUAGES["zh-TW"]: "繁體中文",
}


def _field_name(key: str) -> str:
    """Return the form field of a link: ``link_chinese_simplified`` for ``cognito:chinese-simplified``."""
    return f"link_{key.partition(':')[2].replace('-', '_')}"


_FIELDS = {_field_name(key): key for key in _LANGUAGES}


class LinkField(forms.CharField):
    """One address; the service decides what addresses are good."""

    widget = AdminURLFieldWidget

    def __init__(self, key: str) -> None:
        super().__init__(
            label=_LANGUAGES[key],
            required=key == terms.DEFAULT,
            max_length=terms.MAX_URL_LENGTH,
            help_text=gettext_lazy("An address that begins with https://.") if key == terms.DEFAULT else "",
        )


class _Form(forms.ModelForm):  # type: ignore[type-arg]
    """A document of an app client."""

    name = forms.ChoiceField(label=gettext_lazy("Document"), choices=_NAMES)

    class Meta:
        model = Terms
        fields = ("client", "name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, key in _FIELDS.items():
            if name in self.fields:
                self.fields[name].initial = (self.instance.links or {}).get(key, "")

    def links(self) -> dict[str, str]:
        """Return the addresses by the API's keys."""
        return {key: self.cleaned_data[name] for name, key in _FIELDS.items() if self.cleaned_data.get(name)}


# A class with a field for each language, so that the admin site finds them.
TermsForm = type("TermsForm", (_Form,), {name: LinkField(key) for name, key in _FIELDS.items()})


@admin.register(Terms)
class TermsAdmin(RefusalsInForm):
    """Terms of use and privacy policies."""

    form = TermsForm
    autocomplete_fields = ("client",)
    list_display = ("name", "client", "pool", "default_link", "last_modified_at")
    list_filter = (InPoolFilter,)
    list_select_related = ("client", "pool")
    ordering = ("pool_id", "client_id", "name")
    show_full_result_count = False
    readonly_fields = ("id", "default_link", "created_at", "last_modified_at")

    def get_fieldsets(self, request: "HttpRequest", obj: Any = None) -> Any:
        """Show links as fields, or to mere viewers as what they are."""
        links = {"fields": tuple(_FIELDS)}
        if obj is None:
            return ((None, {"fields": ("client", "name")}), (gettext_lazy("Links"), links))
        if not self.has_change_permission(request, obj):
            links = {"fields": ("default_link", "links")}
        return (
            (None, {"fields": ("client", "name", "id")}),
            (gettext_lazy("Links"), links),
            (gettext_lazy("Dates"), {"fields": (("created_at", "last_modified_at"),), "classes": ("collapse",)}),
        )

    def get_readonly_fields(self, request: "HttpRequest", obj: Any = None) -> tuple[str, ...]:
        """Keep whose document it is."""
        return self.readonly_fields if obj is None else ("client", *self.readonly_fields)

    @admin.display(description=gettext_lazy("link"))
    def default_link(self, document: Terms) -> SafeString:
        """Link the document that holds for all other languages."""
        address = document.links.get(terms.DEFAULT, "")
        return format_html('<a href="{0}" rel="noopener noreferrer">{0}</a>', address)

    def save_model(self, request: "HttpRequest", obj: Terms, form: Any, change: bool) -> None:
        """Make or change it through the service."""
        now, name, links = timezone.now(), form.cleaned_data["name"], form.links()
        if change:
            terms.update(Terms.objects.get(pk=obj.pk), {"name": name, "links": links}, now=now)
            return
        created = terms.create(obj.client, name, links=links, now=now)
        obj.__dict__.update(created.__dict__)

    def delete_model(self, request: "HttpRequest", obj: Terms) -> None:
        """Delete through the service."""
        terms.delete(obj)

    def delete_queryset(self, request: "HttpRequest", queryset: "QuerySet[Terms]") -> None:
        """Delete each through the service."""
        for document in queryset:
            terms.delete(document)
