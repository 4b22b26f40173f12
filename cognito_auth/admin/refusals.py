"""Refusals of services, shown beside the field they are about.

A service decides only while it saves, after the form was found valid. So a refusal undoes the save
and the form is shown again with the refusal in it, as if the form had found it.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.urls import reverse

from cognito_auth.exceptions import CognitoError

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

# Which form field the refusals of a family of reasons are about.
_FIELDS: Mapping[str, str] = {
    "user.username": "username",
    "user.account_exists": "username",
    "password.": "password",
    "group.": "name",
    "client.unknown_scope": "allowed_oauth_scopes",
    "resource_server.scopes": "scopes",
    "resource_server.": "identifier",
    "domain.": "domain",
    "terms.exist": "name",
    "terms.links": "link_default",
    "provider.name": "name",
    "provider.exists": "name",
    "provider.identifiers": "identifier_lines",
    "client.unknown_provider": "supported_identity_providers",
    "provider.attribute_mapping": "attribute_mapping",
}
_ATTRIBUTE = "_refusal"


def sentence_of(error: CognitoError) -> str:
    """Return the refusal in words a person can act on."""
    return str(error.detail or error.message or error.code)


def field_of(error: CognitoError, form: forms.BaseForm) -> str | None:
    """Return the field of ``form`` that the refusal is about; ``None`` for the form as a whole."""
    name = error.values.get("name")
    if isinstance(name, str) and name in form.fields:
        return name
    reason_id = error.reason.id if error.reason else ""
    decide: Callable[[CognitoError], str | None] | None = getattr(form, "field_of_refusal", None)
    if decide is not None and (found := decide(error)) is not None:
        return found
    for prefix, field in _FIELDS.items():
        if reason_id.startswith(prefix) and field in form.fields:
            return field
    return None


class RefusalsInForm(admin.ModelAdmin):  # type: ignore[type-arg]
    """A model admin that saves through services and shows their refusals in the form."""

    def changeform_view(
        self,
        request: "HttpRequest",
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> "HttpResponse":
        """Show the form again when the service refuses; Django's transaction undoes what was done."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except CognitoError as error:
            setattr(request, _ATTRIBUTE, error)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(
        self, request: "HttpRequest", object_id: str, extra_context: dict[str, Any] | None = None
    ) -> "HttpResponse":
        """Return to the object with the refusal when the service refuses to delete it."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except CognitoError as error:
            self.message_user(request, sentence_of(error), messages.ERROR)
            name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change"
            return HttpResponseRedirect(reverse(name, args=[object_id]))

    def get_form(self, request: "HttpRequest", obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Add the refusal of the first try to the form's own checks."""
        form = super().get_form(request, obj, change=change, **kwargs)
        error: CognitoError | None = getattr(request, _ATTRIBUTE, None)
        return form if error is None else _refused(form, error)


def _refused(form: Any, refusal: CognitoError) -> Any:
    """Return a form class like ``form`` that finds ``refusal`` when it is checked."""

    class RefusedForm(form):  # type: ignore[misc]
        def _clean_form(self) -> None:
            super()._clean_form()
            self.add_error(field_of(refusal, self), sentence_of(refusal))

    return RefusedForm
