"""Form fields made from a pool's schema: one typed field per attribute, standard and custom alike.

What a field shows and gives back is the wire's string in the end; whether it is accepted is decided
by the services.
"""

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.contrib.auth import get_user_model
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cognito_auth.choices import AttributeType
from cognito_auth.models import AbstractCognitoUser
from cognito_auth.services.attributes import validation
from cognito_auth.services.attributes.attribute import Attribute
from cognito_auth.services.attributes.formats import number_text
from cognito_auth.services.attributes.standard import SUB, VERIFIED_FLAGS

_YES_NO = [("", gettext_lazy("not set")), ("true", gettext_lazy("yes")), ("false", gettext_lazy("no"))]
_INPUT_TYPES = {"email": "email", "phone_number": "tel"}
_PLACEHOLDERS = {"phone_number": "+14155552671", "birthdate": "1990-12-31", "zoneinfo": "Europe/Berlin", "locale": "de"}


class MultilineField(forms.CharField):
    """Text of several lines; browsers send other line ends than were stored."""

    widget = AdminTextareaWidget(attrs={"rows": 3})

    def to_python(self, value: Any) -> Any:
        """Bring line ends into the stored form, so that looking at a text does not change it."""
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if isinstance(text, str) else text


def label_of(attribute: Attribute) -> str:
    """Return the name of an attribute for people."""
    if attribute.is_standard and attribute.name != SUB:
        return capfirst(str(get_user_model()._meta.get_field(attribute.name).verbose_name))  # type: ignore[union-attr]
    return attribute.bare_name


def writable(attributes: Iterable[Attribute]) -> list[Attribute]:
    """Return the attributes that a form may show as fields: all but ``sub``."""
    return [attribute for attribute in attributes if attribute.name != SUB]


def build(attribute: Attribute, user: AbstractCognitoUser | None) -> forms.Field:
    """Return the form field of one attribute, holding the value that ``user`` has."""
    stored = "" if user is None else validation.value_of(user, attribute.name)
    creating = user is None
    field = _typed(attribute, stored)
    field.label = label_of(attribute)
    # Who lacks a required attribute today must stay editable otherwise.
    field.required = attribute.required and (creating or bool(stored))
    field.disabled = not creating and not attribute.mutable
    field.help_text = " ".join(_remarks(attribute, creating=creating))
    return field


def _typed(attribute: Attribute, stored: str) -> forms.Field:
    if attribute.type == AttributeType.BOOLEAN:
        return forms.ChoiceField(choices=_YES_NO, initial=stored)
    if attribute.type == AttributeType.NUMBER:
        return _number(attribute, stored)
    if attribute.type == AttributeType.DATETIME:
        return _date_time(stored)
    return _text(attribute, stored)


def _number(attribute: Attribute, stored: str) -> forms.Field:
    widget = forms.NumberInput(attrs={"class": "vIntegerField", "step": "any"})
    return forms.DecimalField(
        min_value=attribute.min_value, max_value=attribute.max_value, initial=stored or None, widget=widget
    )


def _date_time(stored: str) -> forms.Field:
    try:
        moment = datetime.datetime.fromisoformat(stored) if stored else None
    except ValueError:
        return _plain(stored)
    if moment is not None and moment.tzinfo is None:
        # A picker would add a time zone that the value does not have.
        return _plain(stored)
    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S")
    return forms.DateTimeField(initial=moment, widget=widget)


def _text(attribute: Attribute, stored: str) -> forms.Field:
    if attribute.name == "address" or "\n" in stored:
        return MultilineField(initial=stored, strip=False, max_length=attribute.max_length)
    if attribute.name == "birthdate" and not stored.startswith("0000"):
        return forms.CharField(initial=stored, widget=AdminTextInputWidget(attrs={"type": "date"}))
    return _plain(stored, attribute)


def _plain(stored: str, attribute: Attribute | None = None) -> forms.Field:
    attrs = {}
    name = attribute.name if attribute else ""
    if name in _INPUT_TYPES:
        attrs["type"] = _INPUT_TYPES[name]
    if name in _PLACEHOLDERS:
        attrs["placeholder"] = _PLACEHOLDERS[name]
    return forms.CharField(
        initial=stored,
        strip=False,
        min_length=attribute.min_length if attribute else None,
        max_length=attribute.max_length if attribute else None,
        widget=AdminTextInputWidget(attrs=attrs),
    )


def _remarks(attribute: Attribute, *, creating: bool) -> list[str]:
    remarks = []
    if attribute.developer_only:
        remarks.append(_("Only administrators see and write this."))
    if not attribute.mutable:
        remarks.append(_("Cannot be changed later.") if creating else _("Was set when the account was created."))
    if not creating and attribute.name in VERIFIED_FLAGS:
        remarks.append(_("A new value is not verified, unless you say so after saving it."))
    if attribute.constraints_given:
        remarks.append(_bounds(attribute))
    return [remark for remark in remarks if remark]


def _bounds(attribute: Attribute) -> str:
    low, high = bounds_of(attribute)
    unit = "" if attribute.type == AttributeType.NUMBER else " " + _("characters")
    if low and high:
        return _("{low} to {high}{unit}.").format(low=low, high=high, unit=unit)
    if low:
        return _("At least {low}{unit}.").format(low=low, unit=unit)
    if high:
        return _("At most {high}{unit}.").format(high=high, unit=unit)
    return ""


def bounds_of(attribute: Attribute) -> tuple[str, str]:
    """Return the lower and upper bound of an attribute as text, empty for none."""
    if attribute.type == AttributeType.NUMBER:
        values = (attribute.min_value, attribute.max_value)
        low, high = ("" if value is None else number_text(value) for value in values)
    else:
        lengths = (attribute.min_length, attribute.max_length)
        low, high = ("" if length is None else str(length) for length in lengths)
    return low, high


def to_wire(value: Any) -> str:
    """Return the wire's string for what a field of :func:`build` gave back; empty for nothing."""
    if value is None or value == "":
        return ""
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")
    return str(value)


def given(form: forms.BaseForm, attributes: Iterable[Attribute], *, changed_only: bool) -> Mapping[str, str]:
    """Return the values of a valid form by attribute name, as the services take them.

    Of a new user that is what was filled in; of an existing one what was changed, where an empty
    string deletes. An address that changes takes its "verified" flag along only if that was touched.
    """
    changed = set(form.changed_data)
    found = {}
    for attribute in writable(attributes):
        if attribute.name not in form.cleaned_data:
            continue
        text = to_wire(form.cleaned_data[attribute.name])
        if attribute.name in changed if changed_only else text:
            found[attribute.name] = text
    return found
