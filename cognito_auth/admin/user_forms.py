"""Forms of users: made per pool, with a field for every attribute of its schema.

They hold and check the shape of what staff entered; saving is done by services, so nothing here
touches the instance.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget, FilteredSelectMultiple
from django.contrib.auth import get_user_model
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cognito_auth.admin import attribute_fields
from cognito_auth.models import AbstractCognitoUser, UserPool, UserPoolGroup
from cognito_auth.services.attributes import schema
from cognito_auth.services.attributes.attribute import Attribute

if TYPE_CHECKING:
    from django.forms import ModelForm

GROUPS_FIELD = "pool_groups"
_INVITATIONS = [
    ("EMAIL", _("by e-mail")),
    ("SMS", _("by text message")),
    ("", _("send nothing")),
]
_ADDRESSES = {"EMAIL": "email", "SMS": "phone_number"}


class TwoBoxes(FilteredSelectMultiple):
    """Django's two boxes, in an element of their own as their script expects."""

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        """Wrap the boxes as the admin site does for fields of models."""
        return format_html('<div class="related-widget-wrapper">{}</div>', super().render(*args, **kwargs))


class AttributesForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the forms for new and existing users share.

    Attributes:
        attributes: of the pool's schema, those that are fields here.
        sign_up_attributes: of the pool, those given as the username.
    """

    attributes: Sequence[Attribute] = ()
    sign_up_attributes: Sequence[str] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The fields hold wire strings of their own; the columns' values would be compared wrongly.
        for attribute in self.attributes:
            self.initial.pop(attribute.name, None)

    def _post_clean(self) -> None:
        """Leave the instance as it is: the services compare it with what was entered."""

    def attribute_values(self, *, changed_only: bool) -> Mapping[str, str]:
        """Return what was entered, as the services take it."""
        return attribute_fields.given(self, self.attributes, changed_only=changed_only)


class NewUserForm(AttributesForm):
    """A user to be made."""

    username = forms.CharField(
        label=_("Username"), max_length=128, widget=AdminTextInputWidget(attrs={"autofocus": True})
    )
    password = forms.CharField(
        label=_("Temporary password"),
        required=False,
        strip=False,
        max_length=256,
        widget=AdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text=_("Empty: a random one is made and sent with the invitation."),
    )
    invitation = forms.TypedChoiceField(
        label=_("Invitation"), choices=_INVITATIONS, required=False, widget=forms.RadioSelect, initial="EMAIL"
    )

    def clean(self) -> dict[str, Any] | None:
        """Ask for the address that the invitation goes to."""
        cleaned = super().clean()
        address = _ADDRESSES.get(self.cleaned_data.get("invitation", ""))
        # Where people sign up with an address, it is the username.
        if address and not self.cleaned_data.get(address) and address not in self.sign_up_attributes:
            self.add_error(address if address not in self.errors else None, _("The invitation needs it."))
        return cleaned


def class_for(pool: UserPool, user: AbstractCognitoUser | None) -> "type[ModelForm[Any]]":
    """Return the form class for ``user``, or for a new user of ``pool``."""
    attributes = attribute_fields.writable(schema.of(pool).attributes)
    fields: dict[str, Any] = {attribute.name: attribute_fields.build(attribute, user) for attribute in attributes}
    fields[GROUPS_FIELD] = _groups_field(pool, user)
    if user is None and pool.has_username_attributes:
        names = get_user_model()._meta
        kinds = " / ".join(str(names.get_field(name).verbose_name) for name in pool.username_attributes)  # type: ignore[union-attr]
        fields["username"] = forms.CharField(
            label=kinds.capitalize(), max_length=128, widget=AdminTextInputWidget(attrs={"autofocus": True})
        )
        # The name that the person signs up with is the attribute too.
        for name in pool.username_attributes:
            fields[name].required = False
    base = NewUserForm if user is None else AttributesForm
    own = {"attributes": attributes, "sign_up_attributes": pool.username_attributes, "__module__": __name__}
    return type("UserForm", (base,), {**fields, **own})


def _groups_field(pool: UserPool, user: AbstractCognitoUser | None) -> forms.Field:
    initial = [] if user is None else list(user.memberships.values_list("group_id", flat=True))  # type: ignore[attr-defined]
    return forms.ModelMultipleChoiceField(
        label=_("Groups"),
        queryset=UserPoolGroup.objects.filter(pool=pool).order_by("name"),
        initial=initial,
        required=False,
        widget=TwoBoxes(str(_("groups")), is_stacked=False),
    )


class PoolChoiceForm(forms.Form):
    """Which pool a new user belongs to."""

    pool = forms.ModelChoiceField(label=_("User pool"), queryset=UserPool.objects.order_by("is_default", "pk"))


class PasswordForm(forms.Form):
    """A password set by staff."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True, "class": "vTextField"}),
    )
    repeated = forms.CharField(
        label=_("New password again"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "class": "vTextField"}),
    )
    permanent = forms.BooleanField(
        label=_("Permanent"),
        required=False,
        initial=False,
        help_text=_("Otherwise the person must choose another password when they first sign in."),
    )

    def clean_repeated(self) -> str:
        """Refuse two different spellings."""
        repeated: str = self.cleaned_data["repeated"]
        if self.cleaned_data.get("password") not in (None, repeated):
            raise forms.ValidationError(_("The two passwords are not the same."))
        return repeated
