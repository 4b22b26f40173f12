"""App clients: flows, lives of tokens, permissions on attributes, secrets.

A secret is shown once, on the page after it was made.
"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cognito_auth.admin import secrets_shown
from cognito_auth.admin.json_fields import CheckboxesField, LinesField
from cognito_auth.admin.pool_filter import InPoolFilter
from cognito_auth.admin.refusals import RefusalsInForm, sentence_of
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import UserPoolClient
from cognito_auth.services import resource_servers, user_pool_client_secrets, user_pool_clients
from cognito_auth.services.attributes import permissions, schema
from cognito_auth.services.identity_providers import records

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

_FLOWS = [
    ("ALLOW_USER_PASSWORD_AUTH", gettext_lazy("password, sent by the app (USER_PASSWORD_AUTH)")),
    ("ALLOW_ADMIN_USER_PASSWORD_AUTH", gettext_lazy("password, sent by a server (ADMIN_USER_PASSWORD_AUTH)")),
    ("ALLOW_USER_SRP_AUTH", gettext_lazy("password, never sent (USER_SRP_AUTH)")),
    ("ALLOW_USER_AUTH", gettext_lazy("choice of factor (USER_AUTH)")),
    ("ALLOW_CUSTOM_AUTH", gettext_lazy("custom challenges (CUSTOM_AUTH)")),
    ("ALLOW_REFRESH_TOKEN_AUTH", gettext_lazy("refresh tokens (REFRESH_TOKEN_AUTH)")),
    ("ALLOW_CLIENT_TOKEN_AUTH", gettext_lazy("no people: tokens for the app itself (GetClientToken)")),
    ("ALLOW_TOKEN_EXCHANGE_IMPERSONATION", gettext_lazy("exchange tokens of people (GetDerivedToken)")),
    ("ALLOW_TOKEN_EXCHANGE_DELEGATION", gettext_lazy("exchange tokens of people, naming who acts (GetDerivedToken)")),
]
_OAUTH_FLOWS = [
    ("code", gettext_lazy("authorization code")),
    ("implicit", gettext_lazy("implicit (outdated)")),
    ("client_credentials", gettext_lazy("client credentials (machines)")),
]
_SCOPES = [(scope, scope) for scope in ("openid", "email", "phone", "profile", "aws.cognito.signin.user.admin")]
# What the API calls the pool itself among the providers of a client.
_NATIVE = "COGNITO"
_MAX_SECRETS = 2
_NOT_FIELDS = frozenset({"pool", "name", "generate_secret"})


class UserPoolClientForm(forms.ModelForm):  # type: ignore[type-arg]
    """Settings of a client."""

    explicit_auth_flows = CheckboxesField(
        label=gettext_lazy("Ways to sign in"),
        choices=_FLOWS,
        none_if_empty=True,
        help_text=gettext_lazy("No tick: SRP, custom challenges and refresh tokens."),
    )
    read_attributes = CheckboxesField(
        label=gettext_lazy("Readable attributes"), none_if_empty=True, help_text=gettext_lazy("No tick: all.")
    )
    write_attributes = CheckboxesField(
        label=gettext_lazy("Writable attributes"), none_if_empty=True, help_text=gettext_lazy("No tick: all.")
    )
    allowed_oauth_flows = CheckboxesField(label=gettext_lazy("OAuth flows"), choices=_OAUTH_FLOWS)
    allowed_oauth_scopes = CheckboxesField(label=gettext_lazy("OAuth scopes"), choices=_SCOPES)
    callback_urls = LinesField(label=gettext_lazy("Callback URLs"), help_text=gettext_lazy("One a line."))
    logout_urls = LinesField(label=gettext_lazy("Sign-out URLs"), help_text=gettext_lazy("One a line."))
    supported_identity_providers = CheckboxesField(
        label=gettext_lazy("Identity providers"),
        choices=[(_NATIVE, gettext_lazy("the user pool itself"))],
        help_text=gettext_lazy("Offered on the login pages. Those of the pool can be ticked once the client is saved."),
    )
    generate_secret = forms.BooleanField(
        label=gettext_lazy("With a secret"),
        required=False,
        help_text=gettext_lazy("For servers. Apps and browsers cannot keep one."),
    )

    class Meta:
        model = UserPoolClient
        fields = (
            "pool",
            "name",
            "explicit_auth_flows",
            "prevent_user_existence_errors",
            "auth_session_validity_minutes",
            "enable_token_revocation",
            "read_attributes",
            "write_attributes",
            "access_token_validity",
            "access_token_unit",
            "id_token_validity",
            "id_token_unit",
            "refresh_token_validity",
            "refresh_token_unit",
            "refresh_token_rotation",
            "refresh_token_grace_seconds",
            "oauth_enabled",
            "allowed_oauth_flows",
            "allowed_oauth_scopes",
            "callback_urls",
            "logout_urls",
            "default_redirect_uri",
            "require_pkce",
            "device_authorization",
            "supported_identity_providers",
        )
        help_texts = {
            "access_token_validity": gettext_lazy("5 minutes to 1 day; empty: 1 hour."),
            "id_token_validity": gettext_lazy("5 minutes to 1 day; empty: 1 hour."),
            "refresh_token_validity": gettext_lazy("1 hour to 10 years; 0: 30 days."),
            "auth_session_validity_minutes": gettext_lazy("3 to 15 minutes to answer a challenge."),
            "refresh_token_grace_seconds": gettext_lazy("For how long an exchanged token may be repeated, up to 60."),
            "refresh_token_rotation": gettext_lazy("Each refresh gives a new refresh token."),
            "enable_token_revocation": gettext_lazy("Tokens carry origin_jti and can be revoked one by one."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        client = self.instance
        if client.pool_id:
            self._offer("allowed_oauth_scopes", resource_servers.all_scopes(client.pool))
            self._offer("supported_identity_providers", records.all_names(client.pool))
        for name in (
            "explicit_auth_flows",
            "allowed_oauth_flows",
            "allowed_oauth_scopes",
            "supported_identity_providers",
        ):
            self._offer(name, getattr(client, name))
        if client.pool_id:
            names = [item.name for item in schema.of(client.pool).attributes if not item.developer_only]
            self._set_choices("read_attributes", names)
            self._set_choices("write_attributes", [name for name in names if permissions.may_ever_write(name)])
            self._offer("read_attributes", client.read_attributes)
            self._offer("write_attributes", client.write_attributes)

    def _offer(self, name: str, stored: list[str] | None) -> None:
        field = self.fields.get(name)
        if isinstance(field, CheckboxesField):
            field.offer(stored)

    def _set_choices(self, name: str, choices: list[str]) -> None:
        field = self.fields.get(name)
        if isinstance(field, CheckboxesField):
            field.choices = [(choice, choice) for choice in choices]

    def fields_to_save(self) -> dict[str, Any]:
        """Return the changed fields of the model by name, with their new values."""
        values = {name: self.cleaned_data[name] for name in self.changed_data if name not in _NOT_FIELDS}
        # What was set is given back by the API; what was never set is left out there.
        for name in ("prevent_user_existence_errors", "refresh_token_rotation"):
            if name in values:
                values[f"{name}_set"] = True
        return values


@admin.register(UserPoolClient)
class UserPoolClientAdmin(RefusalsInForm):
    """App clients of the pools."""

    form = UserPoolClientForm
    list_display = ("name", "id", "pool", "created_at")
    list_display_links = ("name", "id")
    list_filter = (InPoolFilter,)
    list_select_related = ("pool",)
    search_fields = ("id__startswith", "name__startswith")
    search_help_text = gettext_lazy("Beginning of a client id or name.")
    ordering = ("-created_at", "id")
    show_full_result_count = False
    actions = None  # a client ends all sessions that it began; one at a time, by its page
    change_form_template = "admin/cognito_auth/userpoolclient/change_form.html"
    delete_confirmation_template = "admin/cognito_auth/delete_confirmation.html"

    def get_fieldsets(self, request: "HttpRequest", obj: Any = None) -> list[Any]:
        """Group the settings; a new client is asked for its pool and whether it has a secret."""
        head = ["pool", "name", "generate_secret"] if obj is None else ["pool", "name", "id", "secrets_table"]
        sign_in = [
            "explicit_auth_flows",
            "prevent_user_existence_errors",
            "auth_session_validity_minutes",
        ]
        tokens = [
            ("access_token_validity", "access_token_unit"),
            ("id_token_validity", "id_token_unit"),
            ("refresh_token_validity", "refresh_token_unit"),
            "enable_token_revocation",
            ("refresh_token_rotation", "refresh_token_grace_seconds"),
        ]
        oauth = [
            "oauth_enabled",
            "allowed_oauth_flows",
            "allowed_oauth_scopes",
            "callback_urls",
            "default_redirect_uri",
            "logout_urls",
            "require_pkce",
            "device_authorization",
            "supported_identity_providers",
        ]
        fieldsets: list[Any] = [
            (None, {"fields": head}),
            (_("Signing in"), {"fields": sign_in}),
            (_("Tokens"), {"fields": tokens}),
            (_("OAuth"), {"fields": oauth, "classes": ["collapse"]}),
        ]
        if obj is not None:
            # Which attributes there are is known with the pool.
            attributes = {"fields": ["read_attributes", "write_attributes"], "classes": ["collapse", "cognito-ticks"]}
            fieldsets.insert(3, (_("Attributes"), attributes))
        return fieldsets

    def get_readonly_fields(self, request: "HttpRequest", obj: Any = None) -> tuple[str, ...]:
        """Keep the pool of a client."""
        return ("id", "secrets_table") if obj is None else ("pool", "id", "secrets_table")

    def get_queryset(self, request: "HttpRequest") -> "QuerySet[UserPoolClient]":
        """Load the pool along."""
        return super().get_queryset(request).select_related("pool")

    @admin.display(description=gettext_lazy("secrets"))
    def secrets_table(self, client: UserPoolClient) -> SafeString | str:
        """List the secrets by age; what they are is shown once only."""
        rows = [
            (secret, date_format(timezone.localtime(secret.created_at), "DATETIME_FORMAT"))
            for secret in user_pool_client_secrets.of(client)
        ]
        items = format_html_join("", "<li><code>{}</code> {}</li>", rows)
        return format_html('<ul class="cognito-keys">{}</ul>', items) if rows else _("none")

    # Saving

    def save_model(self, request: "HttpRequest", obj: UserPoolClient, form: Any, change: bool) -> None:
        """Make or change the client through the service."""
        now = timezone.now()
        fields = form.fields_to_save()
        if change:
            if "name" in form.changed_data:
                fields["name"] = form.cleaned_data["name"]
            client = UserPoolClient.objects.select_related("pool").get(pk=obj.pk)
            user_pool_clients.update(client, fields, now=now)
            return
        created = user_pool_clients.create(
            obj.pool, name=obj.name, fields=fields, generate_secret=form.cleaned_data["generate_secret"], now=now
        )
        obj.__dict__.update(created.__dict__)

    def response_add(
        self, request: "HttpRequest", obj: UserPoolClient, post_url_continue: Any = None
    ) -> "HttpResponse":
        """Show the secret of a new client, this once."""
        secrets = user_pool_clients.secrets_of(obj)
        if not secrets:
            return super().response_add(request, obj, post_url_continue)
        return self._show(request, obj, secrets[0])

    def _show(self, request: "HttpRequest", client: UserPoolClient, secret: str) -> "HttpResponse":
        return secrets_shown.page(self, request, client, [(_("Client id"), client.pk), (_("Client secret"), secret)])

    def delete_model(self, request: "HttpRequest", obj: UserPoolClient) -> None:
        """Delete through the service."""
        user_pool_clients.delete(obj)

    def get_deleted_objects(
        self, objs: Any, request: "HttpRequest"
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """Name the client only: the sessions that it began may be many."""
        found = [str(client) for client in objs]
        lacking = set() if self.has_delete_permission(request) else {str(self.opts.verbose_name)}
        return found, {str(self.opts.verbose_name_plural): len(found)}, lacking, []

    # Secrets

    def get_urls(self) -> list[URLPattern]:
        """Add the page of secrets."""
        view = self.admin_site.admin_view(self.secrets_view)
        urls: list[URLPattern] = [
            path("<path:object_id>/secrets/", view, name="cognito_auth_userpoolclient_secrets"),
            *super().get_urls(),
        ]
        return urls

    def secrets_view(self, request: "HttpRequest", object_id: str) -> "HttpResponse":
        """Add a second secret, or delete one of two, so that they can be changed without downtime."""
        client: UserPoolClient | None = self.get_object(request, unquote(object_id))
        if client is None:
            raise Http404
        if not self.has_change_permission(request, client):
            raise PermissionDenied
        if request.method == "POST":
            try:
                return self._edit_secrets(request, client)
            except CognitoError as error:
                self.message_user(request, sentence_of(error), messages.ERROR)
        secrets = user_pool_client_secrets.of(client)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Client secrets"),
            "subtitle": str(client),
            "opts": self.opts,
            "original": client,
            "secrets": secrets,
            "may_add": len(secrets) < _MAX_SECRETS,
            "may_delete": len(secrets) == _MAX_SECRETS,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/cognito_auth/userpoolclient/secrets.html", context)

    def _edit_secrets(self, request: "HttpRequest", client: UserPoolClient) -> "HttpResponse":
        now = timezone.now()
        if "_add" in request.POST:
            secret = user_pool_client_secrets.add(client, now=now)
            self.log_change(request, client, _("Added a secret."))
            return self._show(request, client, secret.value)
        user_pool_client_secrets.delete(client, request.POST.get("secret", ""))
        self.log_change(request, client, _("Deleted a secret."))
        self.message_user(request, _("The secret was deleted and no longer works."), messages.SUCCESS)
        return HttpResponseRedirect(
            reverse(f"{self.admin_site.name}:cognito_auth_userpoolclient_change", args=[quote(client.pk)])
        )

    def render_change_form(self, request: "HttpRequest", context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Link the page of secrets."""
        client: UserPoolClient | None = context.get("original")
        if client is not None and self.has_change_permission(request, client):
            name = f"{self.admin_site.name}:cognito_auth_userpoolclient_secrets"
            context["secrets_url"] = reverse(name, args=[quote(client.pk)])
        return super().render_change_form(request, context, *args, **kwargs)
