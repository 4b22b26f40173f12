"""The pages on which the attributes of a pool are edited, also while it has users.

Every edit shows first what it would do ("3 of 18,204 users would fail") and is then applied or left.
The preview holds no state: applying sends the same form again and looks again.
"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import quote
from django.contrib.auth import get_permission_codename, get_user_model
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cognito_auth.admin import attribute_fields, schema_forms
from cognito_auth.admin.pool_filter import POOL_VAR
from cognito_auth.admin.refusals import field_of, sentence_of
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import UserPool
from cognito_auth.services.attributes import schema, schema_changes
from cognito_auth.services.attributes.attribute import Attribute
from cognito_auth.services.attributes.schema_changes import Preview, SchemaChange
from cognito_auth.services.attributes.standard import SUB

if TYPE_CHECKING:
    from django.http import HttpRequest

_APPLY, _FORCE = "_apply", "_force"
_KINDS: dict[str, tuple[Any, Any]] = {
    "add": (schema_forms.AddForm, gettext_lazy("Add attribute")),
    "change": (schema_forms.ChangeForm, gettext_lazy("Change attribute")),
    "rename": (schema_forms.RenameForm, gettext_lazy("Rename attribute")),
    "remove": (schema_forms.RemoveForm, gettext_lazy("Remove attribute")),
    "sign-in": (schema_forms.SignInNamesForm, gettext_lazy("Change sign-in names")),
}
_OF_AN_ATTRIBUTE = ("change", "rename", "remove")
_NAME_VAR = "name"


def list_view(model_admin: "admin.ModelAdmin[Any]", request: "HttpRequest", pool: UserPool) -> HttpResponse:
    """List the schema of ``pool`` with what can be done to each attribute."""
    may_change = model_admin.has_change_permission(request, pool)
    attributes = [
        {
            "attribute": attribute,
            "label": attribute_fields.label_of(attribute),
            "type": attribute.type.label,
            "bounds": " – ".join(attribute_fields.bounds_of(attribute)) if attribute.constraints_given else "",
            "may_change": may_change and attribute.name != SUB,
            "query": urlencode({_NAME_VAR: attribute.name}),
        }
        for attribute in schema.of(pool).attributes
    ]
    context = {
        **_context(model_admin, request, pool),
        "title": _("Attributes"),
        "custom": [row for row in attributes if not row["attribute"].is_standard],  # type: ignore[attr-defined]
        "standard": [row for row in attributes if row["attribute"].is_standard],  # type: ignore[attr-defined]
        "may_change": may_change,
    }
    return TemplateResponse(request, "admin/cognito_auth/userpool/attributes.html", context)


def edit_view(model_admin: "admin.ModelAdmin[Any]", request: "HttpRequest", pool: UserPool, kind: str) -> HttpResponse:
    """Show the form of one edit; then its preview; then apply it."""
    if kind not in _KINDS:
        raise Http404
    form_class, title = _KINDS[kind]
    attribute = _attribute(request, pool) if kind in _OF_AN_ATTRIBUTE else None
    form: Any = form_class(request.POST if request.method == "POST" else None, pool=pool, attribute=attribute)
    preview = None
    if request.method == "POST" and form.is_valid():
        try:
            if _APPLY in request.POST or _FORCE in request.POST:
                return _apply(model_admin, request, pool, form.change(), title)
            preview = schema_changes.preview(pool, [form.change()])
        except CognitoError as error:
            form.add_error(field_of(error, form), sentence_of(error))
            if pool.strict:
                # Whoever chose AWS's refusals knows them by these words.
                form.add_error(None, error.message)
    context = {
        **_context(model_admin, request, pool),
        "title": title,
        "kind": kind,
        "attribute": attribute,
        "form": form,
        "preview": preview,
        "samples": _samples(request, pool, preview),
        "apply_var": _APPLY,
        "force_var": _FORCE,
    }
    return TemplateResponse(request, "admin/cognito_auth/userpool/attribute_edit.html", context)


def _attribute(request: "HttpRequest", pool: UserPool) -> Attribute:
    attribute = schema.of(pool).get(request.GET.get(_NAME_VAR, ""))
    if attribute is None or attribute.name == SUB:
        raise Http404
    return attribute


def _apply(
    model_admin: "admin.ModelAdmin[Any]", request: "HttpRequest", pool: UserPool, change: SchemaChange, title: Any
) -> HttpResponse:
    found = schema_changes.apply(pool, [change], now=timezone.now(), force=_FORCE in request.POST)
    model_admin.log_change(request, pool, f"{title}: {_subject(change)}".removesuffix(": "))
    text = _("The change was applied to %(count)s users.") % {"count": found.total_users}
    model_admin.message_user(request, text, messages.SUCCESS)
    if found.failing:
        text = _("%(count)s users do not fit it; they keep what they have.") % {"count": found.failing}
        model_admin.message_user(request, text, messages.WARNING)
    return HttpResponseRedirect(_url(model_admin, "attributes", pool))


def _subject(change: SchemaChange) -> str:
    """Return which attribute a change is about, for the log; empty for sign-in names."""
    match change:
        case schema_changes.AddAttribute(attribute) | schema_changes.ChangeAttribute(attribute):
            return attribute.name
        case schema_changes.RenameAttribute(name, new_name):
            return f"{name} → {new_name}"
        case schema_changes.RemoveAttribute(name):
            return name
        case _:
            return ""


def _samples(request: "HttpRequest", pool: UserPool, preview: Preview | None) -> list[dict[str, Any]]:
    """Return who would fail, with links; names are for those who may see users."""
    opts = get_user_model()._meta
    may_view = any(
        request.user.has_perm(f"{opts.app_label}.{get_permission_codename(action, opts)}")
        for action in ("view", "change")
    )
    if preview is None or not may_view:
        return []
    try:
        users_url = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    except NoReverseMatch:  # the project took users out of the admin site
        users_url = ""
    return [
        {
            "failure": failure,
            "url": users_url and f"{users_url}?{urlencode({POOL_VAR: pool.pk, 'q': failure.username})}",
        }
        for failure in preview.samples
    ]


def _url(model_admin: "admin.ModelAdmin[Any]", page: str, pool: UserPool) -> str:
    return reverse(f"{model_admin.admin_site.name}:cognito_auth_userpool_{page}", args=[quote(pool.pk)])


def _context(model_admin: "admin.ModelAdmin[Any]", request: "HttpRequest", pool: UserPool) -> dict[str, Any]:
    return {
        **model_admin.admin_site.each_context(request),
        "subtitle": str(pool),
        "opts": model_admin.opts,
        "original": pool,
        "pool": pool,
        "media": model_admin.media + forms.Media(js=["cognito_auth/admin/schema_editor.js"]),
        "attributes_url": _url(model_admin, "attributes", pool),
    }
