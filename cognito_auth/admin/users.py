"""Users: the list, the page of one user, and making a new one.

Whatever is saved goes through services, so that the schema, unique sign-in names and the end of
sessions hold here as everywhere. The buttons are in ``user_actions``, the further pages (password,
events) in ``user_pages``.
"""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cognito_auth.admin import (
    attribute_fields,
    badges,
    staff_rules,
    user_actions,
    user_factors,
    user_forms,
    user_identities,
    user_lookup,
    user_pages,
    user_passkeys,
    user_sessions,
)
from cognito_auth.admin.paging import KeysetModelAdmin
from cognito_auth.admin.pool_filter import POOL_VAR, PoolFilter, selected_pool_id
from cognito_auth.admin.refusals import RefusalsInForm
from cognito_auth.admin.request_facts import origin_of
from cognito_auth.choices import DeliveryMedium
from cognito_auth.models import AbstractCognitoUser, User, UserPool, UserPoolGroup
from cognito_auth.services import groups, users
from cognito_auth.services.attributes import schema, updates, validation
from cognito_auth.services.attributes.attribute import Attribute
from cognito_auth.services.mfa import software_token

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_MAX_GROUP_CHOICES = 100
_RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")
_CONTACT = ("email", "email_verified", "phone_number", "phone_number_verified")


class GroupFilter(admin.SimpleListFilter):
    """Narrows the list to members of one group of the selected pool."""

    title = _("group")
    parameter_name = "group"

    def lookups(self, request: "HttpRequest", model_admin: Any) -> list[tuple[str, str]]:
        """Return the groups of the pool; a long list is cut, the group's own page lists its members."""
        groups_of_pool = UserPoolGroup.objects.filter(pool_id=selected_pool_id(request)).order_by("name")
        return [(str(group.pk), group.name) for group in groups_of_pool.only("pk", "name")[:_MAX_GROUP_CHOICES]]

    def queryset(self, request: "HttpRequest", queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Narrow to the members."""
        value = self.value()
        return queryset.filter(memberships__group_id=int(value)) if value and value.isdecimal() else queryset


class UserAdmin(RefusalsInForm, KeysetModelAdmin):
    """Users of the pools."""

    keyset = ("-id",)
    list_display = ("username", "status_badge", "email_address", "is_active", "created_at", "pool")
    list_filter = (PoolFilter, "status", "is_active", GroupFilter)
    list_select_related = ("pool",)
    show_facets = admin.ShowFacets.NEVER
    # The names are looked up in `user_lookup`; Django only wants to know that there is a search.
    search_fields = ("username_key",)
    search_help_text = _("Beginning of a username, e-mail address, phone number (+…) or name, or a whole sub.")
    filter_horizontal = ("groups", "user_permissions")
    change_list_template = "admin/cognito_auth/change_list.html"
    change_form_template = "admin/cognito_auth/user/change_form.html"
    delete_confirmation_template = "admin/cognito_auth/delete_confirmation.html"

    # List

    @admin.display(description=_("e-mail address"))
    def email_address(self, user: AbstractCognitoUser) -> SafeString:
        """Show the address and whether it is verified."""
        return badges.of_verified(user.email, user.email_verified)

    @admin.display(description=_("status"))
    def status_badge(self, user: AbstractCognitoUser) -> SafeString:
        """Show where the account is in its life."""
        return badges.of_status(user)

    def get_queryset(self, request: "HttpRequest") -> "QuerySet[Any]":
        """Load the pool along: names are compared by its rules."""
        return super().get_queryset(request).select_related("pool")

    def get_search_results(
        self, request: "HttpRequest", queryset: "QuerySet[Any]", search_term: str
    ) -> tuple["QuerySet[Any]", bool]:
        """Search by the beginning of names, in the selected pool; in all of them from other pages."""
        term = search_term.strip()
        if not term:
            return queryset, False
        pools = UserPool.objects.only("pk", "case_sensitive")
        if request.path == reverse(f"{self.admin_site.name}:{self._url_name('changelist')}"):
            pools = pools.filter(pk=selected_pool_id(request))
        return user_lookup.matching(queryset, pools, term), False

    def get_actions(self, request: "HttpRequest") -> dict[str, Any]:
        """Offer what may be done to users, to those who may change them."""
        actions = super().get_actions(request)
        # Django's own would ignore the services.
        actions.pop("delete_selected", None)
        for action in user_actions.ACTIONS if "_popup" not in request.GET else ():
            if action.is_allowed(self, request):
                actions[action.name] = (_performer(action), action.name, action.label)
        return actions

    # Permissions

    def has_change_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        """Keep accounts of staff for superusers."""
        return super().has_change_permission(request, obj) and (obj is None or staff_rules.may_manage(request, obj))

    def has_delete_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        """Keep accounts of staff for superusers."""
        return super().has_delete_permission(request, obj) and (obj is None or staff_rules.may_manage(request, obj))

    # One user

    def get_fieldsets(self, request: "HttpRequest", obj: Any = None) -> list[Any]:
        """Lay out the page by the schema of the user's pool."""
        if obj is None:
            return self._fieldsets_of_new(request)
        attributes = attribute_fields.writable(schema.of(obj.pool).attributes)
        profile = [item.name for item in attributes if item.is_standard and item.name not in _CONTACT]
        custom: list[Any] = [item.name for item in attributes if not item.is_standard]
        groups_field: Any = user_forms.GROUPS_FIELD
        if not self.has_change_permission(request, obj):
            custom = [_reader(item) for item in attributes if not item.is_standard]
            groups_field = "group_names"
        identity = ("pool", "username", "sub", "state", "sign_in_names", "password_state", "second_factors", "dates")
        fieldsets: list[Any] = [
            (None, {"fields": identity}),
            (_("Contact"), {"fields": [_CONTACT[:2], _CONTACT[2:]]}),
            (_("Profile"), {"fields": profile, "classes": ["cognito-columns"]}),
        ]
        if custom:
            fieldsets.append((_("Custom attributes"), {"fields": custom}))
        fieldsets.append((_("Groups of the user pool"), {"fields": [groups_field]}))
        fieldsets.append((_("Rights in Django"), {"fields": _RIGHTS, "classes": ["collapse"]}))
        return fieldsets

    def _fieldsets_of_new(self, request: "HttpRequest") -> list[Any]:
        pool = self._pool_of_new(request)
        attributes = attribute_fields.writable(schema.of(pool).attributes) if pool else []
        hidden = {*pool.username_attributes} if pool else set()
        contact = [name for name in _CONTACT if name not in hidden]
        required = [a.name for a in attributes if a.required and a.name not in (*_CONTACT, *hidden)]
        custom = [a.name for a in attributes if not a.is_standard]
        optional = [a.name for a in attributes if a.name not in (*_CONTACT, *hidden, *required, *custom)]
        fieldsets: list[Any] = [
            (None, {"fields": ["username", "password", "invitation"]}),
            (_("Contact"), {"fields": contact}),
            (_("Required attributes"), {"fields": required}),
            (_("Custom attributes"), {"fields": custom}),
            (_("Groups of the user pool"), {"fields": [user_forms.GROUPS_FIELD]}),
            (_("Further attributes"), {"fields": optional, "classes": ["collapse"]}),
        ]
        return [fieldset for fieldset in fieldsets if fieldset[1]["fields"]]

    def get_readonly_fields(self, request: "HttpRequest", obj: Any = None) -> tuple[str, ...]:
        """Keep identity as it is, and rights for superusers."""
        if obj is None:
            return ()
        shown = ("state", "sign_in_names", "password_state", "second_factors", "dates", "group_names")
        fixed = ("pool", "username", "sub", *shown)
        return fixed if staff_rules.is_superuser(request) else (*fixed, *_RIGHTS)

    def get_form(self, request: "HttpRequest", obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Make the form from the pool's schema."""
        pool = obj.pool if obj is not None else self._pool_of_new(request)
        if pool is not None:
            kwargs["form"] = user_forms.class_for(pool, obj)
        return super().get_form(request, obj, change=change, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: "HttpRequest", **kwargs: Any) -> Any:
        """Load the content types of permissions along: their names show them."""
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is not None and field.queryset is not None and db_field.name == "user_permissions":
            field.queryset = field.queryset.select_related("content_type")
        return field

    @admin.display(description=_("state"))
    def state(self, user: AbstractCognitoUser) -> SafeString:
        """Show status and whether the account is enabled."""
        enabled = badges.badge(_("enabled"), "good") if user.is_active else badges.badge(_("disabled"), "bad")
        return format_html("{} {}", badges.of_status(user), enabled)

    @admin.display(description=_("sign-in names"))
    def sign_in_names(self, user: AbstractCognitoUser) -> SafeString | str:
        """List the further names that the person can sign in with."""
        aliases = user.aliases.exclude(name="username").order_by("name")  # type: ignore[attr-defined]
        rows = [(alias.value_key, alias.get_name_display()) for alias in aliases]
        return format_html_join("", "<div>{} <small>({})</small></div>", rows) or "—"

    @admin.display(description=_("password"))
    def password_state(self, user: AbstractCognitoUser) -> SafeString | str:
        """Show when the password was set."""
        if not user.has_usable_password():
            return str(_("none"))
        return (
            format_html("{} {}", _("set on"), _moment(user.password_set_at)) if user.password_set_at else str(_("set"))
        )

    @admin.display(description=_("second factors"))
    def second_factors(self, user: AbstractCognitoUser) -> SafeString | str:
        """Show what the person is asked for besides the password."""
        return user_factors.described(user)

    @admin.display(description=_("created, changed"))
    def dates(self, user: AbstractCognitoUser) -> str:
        """Show when the account was made and last changed."""
        return f"{_moment(user.created_at)} — {_moment(user.last_modified_at)}"

    @admin.display(description=_("groups"))
    def group_names(self, user: AbstractCognitoUser) -> str:
        """List the groups, for those who may not change them."""
        memberships = user.memberships.select_related("group").order_by("group__name")  # type: ignore[attr-defined]
        return ", ".join(membership.group.name for membership in memberships) or "—"

    # Saving

    def save_model(self, request: "HttpRequest", obj: Any, form: Any, change: bool) -> None:
        """Make or change the user through the services."""
        if change:
            self._update(request, obj, form)
        else:
            self._create(request, obj, form)
        self._set_groups(request, obj, form.cleaned_data.get(user_forms.GROUPS_FIELD))

    def _create(self, request: "HttpRequest", obj: Any, form: Any) -> None:
        pool = self._pool_of_new(request)
        assert pool is not None
        medium, password = form.cleaned_data["invitation"], form.cleaned_data["password"] or None
        created = users.create_by_admin(
            pool,
            form.cleaned_data["username"],
            form.attribute_values(changed_only=False),
            temporary_password=password,
            suppress_message=True,
            origin=origin_of(request),
            now=timezone.now(),
        )
        obj.__dict__.update(created.user.__dict__)
        if medium:
            # Sent when the account is committed, so that staff hear of a mail server that fails.
            invite = functools.partial(
                user_pages.invite, self, request, created.user, DeliveryMedium(medium), password=password
            )
            transaction.on_commit(invite)

    def _update(self, request: "HttpRequest", obj: Any, form: Any) -> None:
        changed = form.attribute_values(changed_only=True)
        if changed:
            updates.update(obj, changed, by_admin=True, client=None, origin=origin_of(request), now=timezone.now())
        rights = {name: form.cleaned_data[name] for name in ("is_staff", "is_superuser") if name in form.changed_data}
        if rights and staff_rules.is_superuser(request):
            get_user_model()._default_manager.filter(pk=obj.pk).update(**rights)

    def _set_groups(self, request: "HttpRequest", user: Any, chosen: Any) -> None:
        if chosen is None:
            return
        now = timezone.now()
        before = {membership.group_id: membership.group for membership in user.memberships.select_related("group")}
        after = {group.pk: group for group in chosen}
        for group in (group for pk, group in after.items() if pk not in before):
            user_pages.refuse_grant(request, group)
            groups.add_member(group, user, now=now)
        for group in (group for pk, group in before.items() if pk not in after):
            groups.remove_member(group, user)

    def delete_model(self, request: "HttpRequest", obj: Any) -> None:
        """Delete through the service."""
        users.delete(obj)

    def delete_queryset(self, request: "HttpRequest", queryset: "QuerySet[Any]") -> None:
        """Delete each through the service."""
        for user in queryset.select_related("pool"):
            users.delete(user)

    def get_deleted_objects(
        self, objs: Any, request: "HttpRequest"
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """Name the users only: what belongs to them may be many thousands of rows."""
        found = list(objs)
        lacking = {str(self.opts.verbose_name) for user in found if not self.has_delete_permission(request, user)}
        return [str(user) for user in found], {str(self.opts.verbose_name_plural): len(found)}, lacking, []

    # Pages

    def _url_name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of ``user_pages``."""
        wrap = self.admin_site.admin_view
        pages = [
            path("<path:object_id>/password/", wrap(self.password_view), name=self._url_name("password")),
            path(
                "<path:object_id>/recovery-codes/",
                wrap(self.recovery_codes_view),
                name=self._url_name("recovery_codes"),
            ),
            path("<path:object_id>/events/", wrap(self.events_view), name=self._url_name("events")),
            path(
                "<path:object_id>/passkeys/<int:passkey_id>/remove/",
                wrap(self.remove_passkey_view),
                name=self._url_name("remove_passkey"),
            ),
            path(
                "<path:object_id>/identities/<int:identity_id>/unlink/",
                wrap(self.unlink_identity_view),
                name=self._url_name("unlink_identity"),
            ),
            path(
                "<path:object_id>/identities/<int:identity_id>/switch-on/",
                wrap(self.switch_on_identity_view),
                name=self._url_name("switch_on_identity"),
            ),
            path(
                "<path:object_id>/identities/<int:identity_id>/make-primary/",
                wrap(self.make_identity_primary_view),
                name=self._url_name("make_identity_primary"),
            ),
            path(
                "<path:object_id>/sessions/<slug:session_id>/end/",
                wrap(self.end_session_view),
                name=self._url_name("end_session"),
            ),
        ]
        urls: list[URLPattern] = pages + super().get_urls()
        return urls

    def password_view(self, request: "HttpRequest", object_id: str) -> "HttpResponse":
        """Set a password."""
        return user_pages.password_view(self, request, object_id)

    def recovery_codes_view(self, request: "HttpRequest", object_id: str) -> "HttpResponse":
        """Hand out recovery codes."""
        return user_factors.recovery_codes_view(self, request, object_id)

    def events_view(self, request: "HttpRequest", object_id: str) -> "HttpResponse":
        """List all authentication events of the user."""
        return user_pages.events_view(self, request, object_id)

    def remove_passkey_view(self, request: "HttpRequest", object_id: str, passkey_id: int) -> "HttpResponse":
        """Remove one passkey of the user."""
        return user_passkeys.remove_view(self, request, object_id, passkey_id)

    def unlink_identity_view(self, request: "HttpRequest", object_id: str, identity_id: int) -> "HttpResponse":
        """Unlink one identity of the user."""
        return user_identities.unlink_view(self, request, object_id, identity_id)

    def switch_on_identity_view(self, request: "HttpRequest", object_id: str, identity_id: int) -> "HttpResponse":
        """Switch one identity of the user on again."""
        return user_identities.switch_on_view(self, request, object_id, identity_id)

    def make_identity_primary_view(self, request: "HttpRequest", object_id: str, identity_id: int) -> "HttpResponse":
        """Make one identity of the user the primary one."""
        return user_identities.make_primary_view(self, request, object_id, identity_id)

    def end_session_view(self, request: "HttpRequest", object_id: str, session_id: str) -> "HttpResponse":
        """End one session of the user."""
        return user_sessions.end_view(self, request, object_id, session_id)

    def add_view(
        self, request: "HttpRequest", form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> "HttpResponse":
        """Ask for the pool first, since the form is made from its schema."""
        pool = self._pool_of_new(request)
        if pool is None:
            return user_pages.choose_pool(self, request)
        return super().add_view(request, form_url, {**(extra_context or {}), "pool": pool})

    def _pool_of_new(self, request: "HttpRequest") -> UserPool | None:
        """Return the pool named in the address or selected in the list, or the only one."""
        cached: UserPool | None = getattr(request, "_pool_of_new", None)
        if cached is not None:
            return cached
        filters = parse_qs(request.GET.get("_changelist_filters", ""))
        pool_id = request.GET.get(POOL_VAR) or next(iter(filters.get(POOL_VAR, [])), "")
        pools = UserPool.objects.filter(pk=pool_id.replace("\x00", "")) if pool_id else UserPool.objects.all()
        found = list(pools[:2])
        pool = found[0] if len(found) == 1 else None
        request._pool_of_new = pool  # type: ignore[attr-defined]
        return pool

    def render_change_form(self, request: "HttpRequest", context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Add the buttons and the latest events."""
        user: AbstractCognitoUser | None = context.get("original")
        if user is not None:
            may_change = self.has_change_permission(request, user)
            context["user_actions"] = user_actions.suiting(user) if may_change else []
            context["may_set_password"] = may_change
            context["may_make_recovery_codes"] = may_change and software_token.verified_of(user) is not None
            context["identities"] = user_identities.listed(user)
            context["passkeys"] = user_passkeys.listed(user)
            context["sessions"] = user_sessions.listed(user)
            context["timeline"] = user_pages.latest_events(user)
            context["list_url"] = reverse(f"{self.admin_site.name}:{self._url_name('changelist')}")
            context["events_url"] = reverse(f"{self.admin_site.name}:{self._url_name('events')}", args=[quote(user.pk)])
        return super().render_change_form(request, context, *args, **kwargs)

    def response_action(self, request: "HttpRequest", queryset: "QuerySet[Any]") -> "HttpResponse | None":  # type: ignore[override]
        """Return to the user's page when the button was there."""
        response = super().response_action(request, queryset)
        return user_pages.back_to_page(self, request, response)


def _performer(action: user_actions.UserAction) -> Callable[..., Any]:
    def performer(model_admin: Any, request: "HttpRequest", queryset: "QuerySet[Any]") -> Any:
        return user_actions.perform(model_admin, request, queryset, action)

    return performer


def _reader(attribute: Attribute) -> Callable[[AbstractCognitoUser], str]:
    """Return a column that shows a custom attribute to those who may not change it."""

    def reader(user: AbstractCognitoUser) -> str:
        return validation.value_of(user, attribute.name) or "—"

    reader.short_description = attribute_fields.label_of(attribute)  # type: ignore[attr-defined]
    return reader


def _moment(value: Any) -> str:
    return date_format(timezone.localtime(value), "DATETIME_FORMAT")


# A project with a user model of its own registers it with this class, or with one that adds its columns.
admin.site.register(User, UserAdmin)
