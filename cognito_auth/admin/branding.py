"""The look of the pages: styles with a preview of colours and images; style sheet and logo of the classic pages."""

import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cognito_auth.admin.pool_filter import InPoolFilter
from cognito_auth.admin.refusals import RefusalsInForm
from cognito_auth.models import ManagedLoginBranding, UICustomization, UserPool, UserPoolClient
from cognito_auth.services import ui_customization
from cognito_auth.services.branding import appearance, assets, styles

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

# Drawn and not styled, so that the page works under any content security policy.
_SWATCH = '<svg width="36" height="18" role="img" aria-label="{}"><rect width="36" height="18" fill="{}"/></svg>'


@admin.register(ManagedLoginBranding)
class ManagedLoginBrandingAdmin(RefusalsInForm):
    """Styles, to look at and to delete; they are made and changed through the API."""

    list_display = ("client_name", "pool", "use_default", "last_modified_at")
    list_filter = (InPoolFilter,)
    list_select_related = ("pool", "client")
    ordering = ("-created_at", "id")
    show_full_result_count = False
    fields = ("client_name", "pool", "id", "use_default", "colors", "pictures", "settings_text", "last_modified_at")
    readonly_fields = fields

    def has_add_permission(self, request: "HttpRequest") -> bool:
        """Leave that to the API."""
        return False

    def has_change_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        """Leave that to the API."""
        return False

    @admin.display(description=gettext_lazy("app client"), ordering="client__name")
    def client_name(self, style: ManagedLoginBranding) -> str:
        """Show whose style it is."""
        return f"{style.client.name} ({style.client_id})"

    @admin.display(description=gettext_lazy("colours"))
    def colors(self, style: ManagedLoginBranding) -> SafeString:
        """Show each colour in both modes."""
        look = appearance.appearance_of(style)
        rows = format_html_join(
            "",
            "<tr><th scope='row'><code>{}</code></th><td>{} <code>{}</code></td><td>{} <code>{}</code></td></tr>",
            (
                (name, _swatch(look.light[name]), look.light[name], _swatch(value), value)
                for name, value in look.dark.items()
            ),
        )
        head = format_html(
            "<thead><tr><th scope='col'></th><th scope='col'>{}</th><th scope='col'>{}</th></tr></thead>",
            _("Light"),
            _("Dark"),
        )
        return format_html("<table>{}<tbody>{}</tbody></table>", head, rows)

    @admin.display(description=gettext_lazy("images"))
    def pictures(self, style: ManagedLoginBranding) -> SafeString:
        """Show each image, small, as browsers get it."""
        rows = style.assets.defer("content")
        items = [(assets.url_of(style.pool_id, row.pk), row.category, row.color_mode, row.extension) for row in rows]
        if not items:
            return SafeString("—")
        return format_html_join(
            "", "<p><img src='{0}' alt='{1}' height='48' loading='lazy'> <code>{1}</code> {2} {3}</p>", items
        )

    @admin.display(description=gettext_lazy("settings"))
    def settings_text(self, style: ManagedLoginBranding) -> SafeString:
        """Show the settings document as it is stored."""
        text = json.dumps(style.settings, indent=2, ensure_ascii=False)
        return format_html("<pre class='cognito-json'>{}</pre>", text)

    def delete_model(self, request: "HttpRequest", obj: ManagedLoginBranding) -> None:
        """Delete through the service."""
        styles.delete(obj)

    def delete_queryset(self, request: "HttpRequest", queryset: "QuerySet[ManagedLoginBranding]") -> None:
        """Delete each through the service."""
        for style in queryset:
            styles.delete(style)

    def get_deleted_objects(
        self, objs: Any, request: "HttpRequest"
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """Name the styles only; their images go with them."""
        found = [str(style) for style in objs]
        lacking = set() if self.has_delete_permission(request) else {str(self.opts.verbose_name)}
        return found, {str(self.opts.verbose_name_plural): len(found)}, lacking, []


def _swatch(color: str) -> SafeString:
    return format_html(_SWATCH, color, color)


class UICustomizationForm(forms.ModelForm):  # type: ignore[type-arg]
    """Style sheet and logo."""

    pool = forms.ModelChoiceField(UserPool.objects.all(), label=gettext_lazy("User pool"))
    client = forms.ModelChoiceField(
        UserPoolClient.objects.select_related("pool"),
        required=False,
        label=gettext_lazy("App client"),
        empty_label=gettext_lazy("all without their own"),
    )
    css = forms.CharField(
        label="CSS",
        required=False,
        max_length=ui_customization.MAX_CSS_LENGTH,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "class": "vLargeTextField cognito-code"}),
    )
    new_image = forms.FileField(label=gettext_lazy("New logo"), required=False, help_text=gettext_lazy("PNG or JPEG."))
    remove_image = forms.BooleanField(label=gettext_lazy("Remove the logo"), required=False)

    class Meta:
        model = UICustomization
        fields = ("pool", "client", "css")

    def clean(self) -> dict[str, Any]:
        """See that there is something to keep, and that the client is one of the pool."""
        given: dict[str, Any] = super().clean() or {}
        client, pool = given.get("client"), given.get("pool", self.instance.pool_id and self.instance.pool)
        if client is not None and pool is not None and client.pool_id != pool.pk:
            self.add_error("client", _("The app client belongs to another user pool."))
        upload = given.get("new_image")
        if upload is not None and upload.size > ui_customization.MAX_IMAGE_BYTES:
            self.add_error("new_image", _("The file is too large."))
        if not given.get("css") and not self.image():
            self.add_error(None, _("Give a style sheet or a logo, or delete the entry."))
        return given

    def image(self) -> bytes:
        """Return the logo as it is to be."""
        upload = self.cleaned_data.get("new_image")
        if upload is not None and upload.size <= ui_customization.MAX_IMAGE_BYTES:
            upload.seek(0)
            return bytes(upload.read())
        if self.cleaned_data.get("remove_image"):
            return b""
        return bytes(self.instance.image or b"")


@admin.register(UICustomization)
class UICustomizationAdmin(RefusalsInForm):
    """Style sheets and logos of the classic pages."""

    form = UICustomizationForm
    list_display = ("pool", "client_name", "last_modified_at")
    list_filter = (InPoolFilter,)
    list_select_related = ("pool", "client")
    ordering = ("pool_id", "client_id")
    show_full_result_count = False

    def get_fields(self, request: "HttpRequest", obj: Any = None) -> list[Any]:
        """Show the logo once there can be one."""
        head = ["pool", "client"] if obj is None else ["pool", "client_name"]
        if obj is not None and not self.has_change_permission(request, obj):
            return [*head, "css", "logo"]
        return [*head, "css", "new_image"] if obj is None else [*head, "css", "logo", "new_image", "remove_image"]

    def get_readonly_fields(self, request: "HttpRequest", obj: Any = None) -> list[str]:
        """Keep whose they are."""
        return ["logo", "client_name"] if obj is None else ["pool", "client_name", "logo"]

    @admin.display(description=gettext_lazy("app client"))
    def client_name(self, customization: UICustomization) -> str:
        """Show for whom it is."""
        client = customization.client
        return _("all without their own") if client is None else f"{client.name} ({client.pk})"

    @admin.display(description=gettext_lazy("logo"))
    def logo(self, customization: UICustomization) -> SafeString:
        """Show the logo, small, as browsers get it."""
        try:
            url = ui_customization.image_url(customization)
        except ImproperlyConfigured:
            url = ""
        return format_html("<img src='{}' alt='' height='48'>", url) if url else SafeString("—")

    def save_model(self, request: "HttpRequest", obj: UICustomization, form: Any, change: bool) -> None:
        """Set it through the service."""
        image, css = form.image(), form.cleaned_data["css"]
        saved = ui_customization.set_for(obj.pool, obj.client, css=css, image=image, now=timezone.now())
        assert saved is not None  # the form insists on something to keep
        obj.__dict__.update(saved.__dict__)
