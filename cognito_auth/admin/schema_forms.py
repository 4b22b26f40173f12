"""Forms of the schema editor: each becomes one change that the service previews and applies."""

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.utils.translation import gettext_lazy as _

from cognito_auth.admin.json_fields import CheckboxesField
from cognito_auth.choices import AttributeType
from cognito_auth.models import UserPool
from cognito_auth.services.attributes import schema_changes
from cognito_auth.services.attributes.attribute import Attribute, custom_name
from cognito_auth.services.attributes.schema_changes import SchemaChange

_SIGN_UP_WITH = [("email", _("e-mail address")), ("phone_number", _("phone number"))]
_ALSO_WITH = [*_SIGN_UP_WITH, ("preferred_username", _("preferred username"))]
_MAX_LENGTH = 2048


class DefinitionForm(forms.Form):
    """What the schema says about one attribute."""

    type = forms.ChoiceField(label=_("Type"), choices=AttributeType.choices)
    required = forms.BooleanField(
        label=_("Required at sign-up"), required=False, help_text=_("Nobody can sign up without it.")
    )
    mutable = forms.BooleanField(
        label=_("Can be changed later"),
        required=False,
        initial=True,
        help_text=_("Otherwise it is written once, when the account is created."),
    )
    min_length = forms.IntegerField(label=_("Minimum length"), required=False, min_value=0, max_value=_MAX_LENGTH)
    max_length = forms.IntegerField(label=_("Maximum length"), required=False, min_value=0, max_value=_MAX_LENGTH)
    min_value = forms.DecimalField(label=_("Minimum"), required=False, max_digits=40, decimal_places=10)
    max_value = forms.DecimalField(label=_("Maximum"), required=False, max_digits=40, decimal_places=10)

    def clean(self) -> dict[str, Any]:
        """Refuse bounds that belong to another type."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        kind = cleaned.get("type")
        for names, of_type in (
            (("min_length", "max_length"), AttributeType.STRING),
            (("min_value", "max_value"), AttributeType.NUMBER),
        ):
            for name in names:
                if kind and cleaned.get(name) is not None and kind != of_type and name in self.fields:
                    self.add_error(name, _("Only for the type “%(type)s”.") % {"type": of_type.label})
        return cleaned

    def definition(self, attribute: Attribute) -> Attribute:
        """Return ``attribute`` with what was entered."""
        given = self.cleaned_data
        bounds: dict[str, Any] = {
            name: given[name] for name in ("min_length", "max_length", "min_value", "max_value") if name in given
        }
        return replace(
            attribute,
            type=AttributeType(given["type"]) if "type" in given else attribute.type,
            required=given.get("required", attribute.required),
            mutable=given["mutable"],
            constraints_given=any(value is not None for value in bounds.values()),
            **bounds,
        )


class AddForm(DefinitionForm):
    """A new custom attribute."""

    name = forms.CharField(
        label=_("Name"),
        max_length=20,
        widget=AdminTextInputWidget(attrs={"autofocus": True}),
        help_text=_("Without “custom:”; up to 20 characters, no spaces."),
    )
    developer_only = forms.BooleanField(
        label=_("Administrators only"), required=False, help_text=_("People and their apps neither see nor write it.")
    )
    field_order = ("name", "type", "developer_only")

    def __init__(self, data: Any = None, *, pool: UserPool, attribute: Attribute | None) -> None:
        super().__init__(data)
        # A required custom attribute does not exist (AWS).
        del self.fields["required"]

    def change(self) -> SchemaChange:
        """Return the change."""
        hidden = self.cleaned_data["developer_only"]
        name = custom_name(self.cleaned_data["name"], developer_only=hidden)
        return schema_changes.AddAttribute(self.definition(Attribute(name, developer_only=hidden)))


class ChangeForm(DefinitionForm):
    """Another definition of an attribute."""

    def __init__(self, data: Any = None, *, pool: UserPool, attribute: Attribute | None) -> None:
        assert attribute is not None
        self.attribute = attribute
        bounds = {name: getattr(attribute, name) for name in ("min_length", "max_length", "min_value", "max_value")}
        initial = {"type": attribute.type, "required": attribute.required, "mutable": attribute.mutable, **bounds}
        super().__init__(data, initial=initial)
        del self.fields["type" if attribute.is_standard else "required"]
        if attribute.is_standard:
            unused = {AttributeType.STRING: "value", AttributeType.NUMBER: "length"}.get(attribute.type)
            for name in list(bounds):
                if unused is None or name.endswith(unused):
                    del self.fields[name]

    def change(self) -> SchemaChange:
        """Return the change."""
        return schema_changes.ChangeAttribute(self.definition(self.attribute))


class RenameForm(forms.Form):
    """Another name; users keep their values."""

    name = forms.CharField(label=_("New name"), max_length=20, widget=AdminTextInputWidget(attrs={"autofocus": True}))

    def __init__(self, data: Any = None, *, pool: UserPool, attribute: Attribute | None) -> None:
        assert attribute is not None
        self.attribute = attribute
        super().__init__(data, initial={"name": attribute.bare_name})

    def change(self) -> SchemaChange:
        """Return the change."""
        return schema_changes.RenameAttribute(self.attribute.name, self.cleaned_data["name"])


class RemoveForm(forms.Form):
    """No attribute any more."""

    def __init__(self, data: Any = None, *, pool: UserPool, attribute: Attribute | None) -> None:
        assert attribute is not None
        self.attribute = attribute
        super().__init__(data)

    def change(self) -> SchemaChange:
        """Return the change."""
        return schema_changes.RemoveAttribute(self.attribute.name)


class SignInNamesForm(forms.Form):
    """What people sign in with."""

    username_attributes = CheckboxesField(
        label=_("People sign up with"), choices=_SIGN_UP_WITH, help_text=_("No tick: with a username they choose.")
    )
    alias_attributes = CheckboxesField(
        label=_("They may also sign in with"),
        choices=_ALSO_WITH,
        help_text=_("Besides their username, once it is verified. Not together with the choice above."),
    )
    case_sensitive = forms.BooleanField(
        label=_("Sign-in names are case-sensitive"), required=False, help_text=_("Almost nobody wants this.")
    )

    def __init__(self, data: Any = None, *, pool: UserPool, attribute: Attribute | None) -> None:
        self.pool = pool
        names = ("username_attributes", "alias_attributes", "case_sensitive")
        super().__init__(data, initial={name: getattr(pool, name) for name in names})

    def change(self) -> SchemaChange:
        """Return the change, of what differs."""
        given = self.cleaned_data
        return schema_changes.ChangeSignInNames(
            username_attributes=_if_changed(given["username_attributes"], self.pool.username_attributes),
            alias_attributes=_if_changed(given["alias_attributes"], self.pool.alias_attributes),
            case_sensitive=given["case_sensitive"] if given["case_sensitive"] != self.pool.case_sensitive else None,
        )


def _if_changed(given: list[str], stored: list[str]) -> tuple[str, ...] | None:
    return None if set(given) == set(stored) else tuple(given)
