"""Groups of a pool, their Django permissions and their members.

Members are a page of their own, paged by key and entered by name: a select box of a million users
would be none.
"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cognito_auth.admin import staff_rules
from cognito_auth.admin.paging import KeysetModelAdmin, page_of
from cognito_auth.admin.pool_filter import PoolFilter
from cognito_auth.admin.refusals import RefusalsInForm, sentence_of
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import AbstractCognitoUser, GroupMembership, UserPoolGroup
from cognito_auth.services import groups, user_names

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

_MEMBERS_PER_PAGE = 50
_MAX_NAMES_AT_ONCE = 200


class MemberNamesForm(forms.Form):
    """Who is to become a member."""

    names = forms.CharField(
        label=gettext_lazy("Add members"),
        max_length=20_000,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy("Usernames, sign-in names or subs, one a line."),
    )

    def clean_names(self) -> list[str]:
        """Return the names, each once."""
        names = list(dict.fromkeys(line.strip() for line in self.cleaned_data["names"].splitlines() if line.strip()))
        if len(names) > _MAX_NAMES_AT_ONCE:
            raise forms.ValidationError(_("At most %(count)d names at once.") % {"count": _MAX_NAMES_AT_ONCE})
        return names


@admin.register(UserPoolGroup)
class UserPoolGroupAdmin(RefusalsInForm, KeysetModelAdmin):
    """Groups of the pools."""

    keyset = ("name",)  # unique within the one pool that the list shows
    list_display = ("name", "description", "precedence", "pool", "members_link")
    list_filter = (PoolFilter,)
    list_select_related = ("pool",)
    search_fields = ("name__startswith",)
    search_help_text = gettext_lazy("Beginning of the name, as it is written.")
    show_facets = admin.ShowFacets.NEVER
    filter_horizontal = ("permissions",)
    readonly_fields = ("members_link", "created_at", "last_modified_at")
    fieldsets = (
        (None, {"fields": ("pool", "name", "description", "precedence", "role_arn")}),
        (gettext_lazy("Members"), {"fields": ("members_link",)}),
        (gettext_lazy("Rights in Django"), {"fields": ("permissions",)}),
        (gettext_lazy("Dates"), {"fields": (("created_at", "last_modified_at"),), "classes": ("collapse",)}),
    )
    delete_confirmation_template = "admin/cognito_auth/delete_confirmation.html"

    @admin.display(description=gettext_lazy("members"))
    def members_link(self, group: UserPoolGroup) -> SafeString | str:
        """Link the page of members."""
        if group.pk is None:
            return _("Save the group first.")
        url = reverse(f"{self.admin_site.name}:cognito_auth_userpoolgroup_members", args=[quote(str(group.pk))])
        return format_html('<a href="{}">{}</a>', url, _("Members"))

    def get_readonly_fields(self, request: "HttpRequest", obj: Any = None) -> tuple[Any, ...]:
        """Keep pool and name for ever, rights for superusers."""
        fixed = self.readonly_fields if obj is None else ("pool", "name", *self.readonly_fields)
        return fixed if staff_rules.is_superuser(request) else (*fixed, "permissions")

    def formfield_for_manytomany(self, db_field: Any, request: "HttpRequest", **kwargs: Any) -> Any:
        """Load the content types of permissions along: their names show them."""
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is not None and field.queryset is not None and db_field.name == "permissions":
            field.queryset = field.queryset.select_related("content_type")
        return field

    def save_model(self, request: "HttpRequest", obj: UserPoolGroup, form: Any, change: bool) -> None:
        """Make or change the group through the service."""
        now = timezone.now()
        values = {name: form.cleaned_data[name] for name in ("description", "role_arn", "precedence")}
        if change:
            changed = {name: value for name, value in values.items() if name in form.changed_data}
            groups.update(obj, changed, now=now)
            return
        created = groups.create(obj.pool, obj.name, **values, now=now)
        obj.__dict__.update(created.__dict__)

    def delete_model(self, request: "HttpRequest", obj: UserPoolGroup) -> None:
        """Delete through the service."""
        groups.delete(obj)

    def delete_queryset(self, request: "HttpRequest", queryset: "QuerySet[UserPoolGroup]") -> None:
        """Delete each through the service."""
        for group in queryset:
            groups.delete(group)

    def get_deleted_objects(
        self, objs: Any, request: "HttpRequest"
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """Name the groups only: memberships may be many."""
        found = [str(group) for group in objs]
        lacking = set() if self.has_delete_permission(request) else {str(self.opts.verbose_name)}
        return found, {str(self.opts.verbose_name_plural): len(found)}, lacking, []

    def get_urls(self) -> list[URLPattern]:
        """Add the page of members."""
        view = self.admin_site.admin_view(self.members_view)
        urls: list[URLPattern] = [
            path("<path:object_id>/members/", view, name="cognito_auth_userpoolgroup_members"),
            *super().get_urls(),
        ]
        return urls

    def members_view(self, request: "HttpRequest", object_id: str) -> HttpResponse:
        """List the members, add some by name, remove ticked ones."""
        group: UserPoolGroup | None = self.get_object(request, unquote(object_id))
        if group is None:
            raise Http404
        if not self.has_view_permission(request, group):
            raise PermissionDenied
        may_change = self.has_change_permission(request, group) and staff_rules.may_grant(request, group)
        form = MemberNamesForm(request.POST if "_add" in request.POST else None)
        if request.method == "POST":
            if not may_change:
                raise PermissionDenied
            if "_remove" in request.POST:
                self._remove(request, group)
                return HttpResponseRedirect(request.get_full_path())
            if form.is_valid() and self._add(request, group, form):
                return HttpResponseRedirect(request.get_full_path())
        memberships = GroupMembership.objects.filter(group=group).select_related("user")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Members"),
            "subtitle": str(group),
            "opts": self.opts,
            "original": group,
            "page": page_of(memberships, ("id",), request.GET, size=_MEMBERS_PER_PAGE),
            "form": form,
            "may_change": may_change,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/cognito_auth/userpoolgroup/members.html", context)

    def _add(self, request: "HttpRequest", group: UserPoolGroup, form: MemberNamesForm) -> bool:
        """Add those who can be added; leave the other names in the form with what is wrong with them."""
        now = timezone.now()
        problems, left, added = [], [], []
        for name in form.cleaned_data["names"]:
            user = user_names.find(group.pool, name)
            try:
                problem = self._why_not(request, user)
                if user is not None and not problem:
                    groups.add_member(group, user, now=now)
                    added.append(user.get_username())
            except CognitoError as error:
                problem = sentence_of(error)
            if problem:
                problems.append(f"{name}: {problem}")
                left.append(name)
        if added:
            self.log_change(request, group, _("Added members: %(names)s") % {"names": ", ".join(added)})
            text = ngettext("%(count)d member was added.", "%(count)d members were added.", len(added))
            self.message_user(request, text % {"count": len(added)}, messages.SUCCESS)
        for problem in problems:
            form.add_error("names", problem)
        form.data = {"names": "\n".join(left)}
        return not problems

    def _why_not(self, request: "HttpRequest", user: AbstractCognitoUser | None) -> str:
        if user is None:
            return _("There is no such user in the user pool.")
        if not staff_rules.may_manage(request, user):
            return _("Only superusers change accounts of staff.")
        return ""

    def _remove(self, request: "HttpRequest", group: UserPoolGroup) -> None:
        pks = [pk for pk in request.POST.getlist("member") if pk.isdecimal()][:_MEMBERS_PER_PAGE]
        memberships = GroupMembership.objects.filter(group=group, pk__in=pks).select_related("user")
        removed = []
        for membership in memberships:
            if staff_rules.may_manage(request, membership.user):
                groups.remove_member(group, membership.user)
                removed.append(membership.user.get_username())
        if removed:
            self.log_change(request, group, _("Removed members: %(names)s") % {"names": ", ".join(removed)})
        text = ngettext("%(count)d member was removed.", "%(count)d members were removed.", len(removed))
        self.message_user(request, text % {"count": len(removed)}, messages.SUCCESS)
