"""User pools: policies, signing keys, deletion; the attributes are in ``schema_editor``."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cognito_auth.admin import badges, schema_editor
from cognito_auth.admin.refusals import RefusalsInForm
from cognito_auth.admin.user_pool_forms import NewUserPoolForm, UserPoolForm
from cognito_auth.models import SigningKey, UserPool
from cognito_auth.services import user_pools
from cognito_auth.services.log_delivery import configuration
from cognito_auth.services.tokens import keys

if TYPE_CHECKING:
    from django.http import HttpRequest

_FURTHER = (
    "tier",
    "allowed_first_auth_factors",
    "web_authn_configuration",
    "sms_configuration",
    "device_configuration",
    "user_pool_add_ons",
    "lambda_config",
    "tags",
)


def _as_text(value: Any) -> Any:
    if value in (None, "", {}, []):
        return "—"
    if isinstance(value, str):
        return value
    return format_html("<pre class='cognito-json'>{}</pre>", json.dumps(value, indent=2, ensure_ascii=False))


def _shown(setting: str) -> Callable[[UserPool], Any]:
    """Return a column that shows a setting of the API's own shape as text."""

    def shown(pool: UserPool) -> Any:
        return _as_text(getattr(pool, setting))

    shown.short_description = UserPool._meta.get_field(setting).verbose_name  # type: ignore[attr-defined, union-attr]
    return shown


_FURTHER_COLUMNS = [_shown(setting) for setting in _FURTHER]


@admin.register(UserPool)
class UserPoolAdmin(RefusalsInForm):
    """The pools of this installation."""

    list_display = ("name", "id", "is_default", "strict", "deletion_protection", "created_at")
    list_display_links = ("name", "id")
    list_filter = ("strict",)
    search_fields = ("id__startswith", "name__startswith")
    search_help_text = gettext_lazy("Beginning of an id or name.")
    ordering = ("-created_at", "id")
    show_full_result_count = False
    actions = None  # one pool is deleted at a time, by its page
    change_form_template = "admin/cognito_auth/userpool/change_form.html"
    delete_confirmation_template = "admin/cognito_auth/delete_confirmation.html"
    passwords = (
        "password_minimum_length",
        "password_require_uppercase",
        "password_require_lowercase",
        "password_require_numbers",
        "password_require_symbols",
        "temporary_password_validity_days",
    )

    second_factors = (
        "mfa_configuration",
        "software_token_mfa_enabled",
        "email_mfa_enabled",
        "sms_mfa_enabled",
    )

    # The form

    def get_form(self, request: "HttpRequest", obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Offer sign-in names only while the pool is made; later they are changed with a preview."""
        kwargs["form"] = NewUserPoolForm if obj is None else UserPoolForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: "HttpRequest", obj: Any = None) -> list[Any]:
        """Group the settings by what they are about."""
        is_view_only = obj is not None and not self.has_change_permission(request, obj)
        recovery, mail = ["recovery"], ["verify_by", "email_from", "email_reply_to"]
        if is_view_only:
            # Parts of JSON fields exist in the form only, which a mere viewer does not get.
            recovery, mail = ["account_recovery"], ["verification_message_template", "email_configuration"]
        names = ["username_attributes", "alias_attributes", "case_sensitive"] if obj is None else ["sign_in_names"]
        head = ["name", "region"] if obj is None else ["name", "id", "arn_text"]
        verification = ["auto_verified_attributes", "verify_before_update_attributes", *recovery]
        fieldsets: list[Any] = [
            (None, {"fields": head}),
            (_("Signing in"), {"fields": names}),
            (_("Sign-up and verification"), {"fields": ["admin_create_user_only", *verification]}),
            (_("Passwords"), {"fields": self.passwords}),
            (_("Second factors"), {"fields": self.second_factors}),
            (_("E-mail"), {"fields": mail}),
            (_("Behaviour"), {"fields": ["strict", "friendly_messages", "deletion_protection", "is_default"]}),
        ]
        if obj is not None:
            fieldsets.append((_("Signing keys"), {"fields": ["signing_keys_table"]}))
            further = {
                "fields": [*_FURTHER_COLUMNS, "log_delivery_text"],
                "classes": ["collapse"],
                "description": _("Set through the API."),
            }
            fieldsets.append((_("Further settings"), further))
        return fieldsets

    def get_readonly_fields(self, request: "HttpRequest", obj: Any = None) -> list[Any]:
        """Keep ids, and which pool staff belong to, as they are."""
        # Who may enter here belongs to the default pool; another one would lock all staff out.
        return [
            "id",
            "arn_text",
            "is_default",
            "sign_in_names",
            "signing_keys_table",
            "log_delivery_text",
            *_FURTHER_COLUMNS,
        ]

    @admin.display(description="ARN")
    def arn_text(self, pool: UserPool) -> str:
        """Show the name of the pool in policies."""
        return pool.arn

    @admin.display(description=gettext_lazy("attributes and sign-in names"))
    def sign_in_names(self, pool: UserPool) -> SafeString:
        """Show what people sign in with, and link the page that changes it."""
        if pool.has_username_attributes:
            text = _("People sign up with: %(names)s.") % {"names": ", ".join(pool.username_attributes)}
        elif pool.alias_attributes:
            text = _("A username; once verified also: %(names)s.") % {"names": ", ".join(pool.alias_attributes)}
        else:
            text = _("A username.")
        return format_html('{} <a href="{}">{}</a>', text, self._url("attributes", pool), _("Attributes…"))

    @admin.display(description=gettext_lazy("keys"))
    def signing_keys_table(self, pool: UserPool) -> SafeString:
        """List the keys that are published."""
        active = {pool.id_signing_key_id, pool.access_signing_key_id}
        signing, published = badges.badge(_("signing"), "good"), badges.badge(_("published"), "neutral")
        rows = [
            (key.kid, key.get_purpose_display(), signing if key.pk in active else published)
            for key in SigningKey.objects.filter(pool=pool).defer("private_key_pem").order_by("-created_at", "kid")
        ]
        items = format_html_join("", "<li><code>{}</code> {} {}</li>", rows)
        return format_html('<ul class="cognito-keys">{}</ul>', items) if rows else SafeString("—")

    @admin.display(description=gettext_lazy("log delivery"))
    def log_delivery_text(self, pool: UserPool) -> Any:
        """Show which events are delivered where."""
        return _as_text(configuration.of(pool))

    # Saving

    def save_model(self, request: "HttpRequest", obj: UserPool, form: Any, change: bool) -> None:
        """Make or change the pool through the service."""
        now = timezone.now()
        fields = form.fields_to_save()
        if change:
            if "name" in form.changed_data:
                fields["name"] = form.cleaned_data["name"]
            user_pools.update(UserPool.objects.get(pk=obj.pk), fields, now=now)
            return
        name, region = form.cleaned_data["name"], form.cleaned_data["region"]
        created = user_pools.create(region=region, name=name, fields=fields, now=now)
        obj.__dict__.update(created.__dict__)

    # Deleting

    def delete_model(self, request: "HttpRequest", obj: UserPool) -> None:
        """Delete through the service, which deletes users in batches."""
        user_pools.delete(obj)

    def get_deleted_objects(
        self, objs: Any, request: "HttpRequest"
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """Say how many users go, without listing them."""
        lacking = set() if self.has_delete_permission(request) else {str(self.opts.verbose_name)}
        found = [f"{pool} — {_('users, about')}: {user_pools.estimated_number_of_users(pool)}" for pool in objs]
        return found, {str(self.opts.verbose_name_plural): len(found)}, lacking, []

    # Pages

    def _url(self, page: str, pool: UserPool) -> str:
        return reverse(f"{self.admin_site.name}:cognito_auth_userpool_{page}", args=[quote(pool.pk)])

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of attributes and of rotation."""
        wrap = self.admin_site.admin_view
        base = "<path:object_id>/attributes/"
        urls: list[URLPattern] = [
            path("<path:object_id>/rotate-keys/", wrap(self.rotate_view), name="cognito_auth_userpool_rotate"),
            path(base, wrap(self.attributes_view), name="cognito_auth_userpool_attributes"),
            path(f"{base}<slug:kind>/", wrap(self.attribute_edit_view), name="cognito_auth_userpool_attribute_edit"),
            *super().get_urls(),
        ]
        return urls

    def pool_of(self, request: "HttpRequest", object_id: str, *, changing: bool) -> UserPool:
        """Return the pool of a page's address, or answer 404 or 403."""
        pool: UserPool | None = self.get_object(request, unquote(object_id))
        if pool is None:
            raise Http404
        if not self.has_view_or_change_permission(request, pool):
            raise PermissionDenied
        if changing and not self.has_change_permission(request, pool):
            raise PermissionDenied
        return pool

    def attributes_view(self, request: "HttpRequest", object_id: str) -> HttpResponse:
        """List the attributes."""
        return schema_editor.list_view(self, request, self.pool_of(request, object_id, changing=False))

    def attribute_edit_view(self, request: "HttpRequest", object_id: str, kind: str) -> HttpResponse:
        """Edit one of them, or the sign-in names."""
        return schema_editor.edit_view(self, request, self.pool_of(request, object_id, changing=True), kind)

    def rotate_view(self, request: "HttpRequest", object_id: str) -> HttpResponse:
        """Ask, then begin to sign with new keys."""
        pool = self.pool_of(request, object_id, changing=True)
        if request.method == "POST":
            keys.rotate(pool, now=timezone.now())
            self.log_change(request, pool, _("Signing keys rotated."))
            self.message_user(
                request, _("New tokens are signed with new keys; the old ones stay published."), messages.SUCCESS
            )
            return HttpResponseRedirect(self._url("change", pool))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Rotate signing keys"),
            "subtitle": str(pool),
            "opts": self.opts,
            "original": pool,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/cognito_auth/userpool/rotate_keys.html", context)

    def render_change_form(self, request: "HttpRequest", context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Link the further pages."""
        pool: UserPool | None = context.get("original")
        if pool is not None:
            context["attributes_url"] = self._url("attributes", pool)
            context["rotate_url"] = self._url("rotate", pool) if self.has_change_permission(request, pool) else ""
        return super().render_change_form(request, context, *args, **kwargs)
