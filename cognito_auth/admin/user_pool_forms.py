"""The form of a pool: what the API keeps as JSON becomes ticks, choices and lines."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from cognito_auth.admin.json_fields import CheckboxesField
from cognito_auth.conf import settings
from cognito_auth.models import UserPool

_ADDRESSES = [("email", _("e-mail address")), ("phone_number", _("phone number"))]
_SIGN_IN_NAMES = [*_ADDRESSES, ("preferred_username", _("preferred username"))]
_RECOVERY: Mapping[str, list[str]] = {
    "email": ["verified_email"],
    "phone": ["verified_phone_number"],
    "email_phone": ["verified_email", "verified_phone_number"],
    "phone_email": ["verified_phone_number", "verified_email"],
    "admin": ["admin_only"],
}
_RECOVERY_CHOICES = [
    ("", _("verified phone number, else verified e-mail address (default)")),
    ("email_phone", _("verified e-mail address, else verified phone number")),
    ("phone_email", _("verified phone number, else verified e-mail address")),
    ("email", _("verified e-mail address only")),
    ("phone", _("verified phone number only")),
    ("admin", _("administrators only")),
]
_CODE, _LINK = "CONFIRM_WITH_CODE", "CONFIRM_WITH_LINK"

# Fields of the form that are parts of one JSON field of the model.
PARTS: Mapping[str, str] = {
    "recovery": "account_recovery",
    "verify_by": "verification_message_template",
    "email_from": "email_configuration",
    "email_reply_to": "email_configuration",
}


class UserPoolForm(forms.ModelForm):  # type: ignore[type-arg]
    """Policies of a pool.

    What is not offered here (triggers, devices, tags …) keeps the value that the API gave it.
    """

    auto_verified_attributes = CheckboxesField(
        label=_("Automatically verified"),
        choices=_ADDRESSES,
        help_text=_("These get a code at sign-up and after a change."),
    )
    verify_before_update_attributes = CheckboxesField(
        label=_("Verified before they change"),
        choices=_ADDRESSES,
        help_text=_("The old address stays in use until the code for the new one was entered."),
    )
    mfa_configuration = forms.ChoiceField(
        label=_("A second factor"),
        choices=[
            ("OFF", _("is never asked for")),
            ("OPTIONAL", _("is asked of people who switch one on")),
            ("ON", _("is asked of everybody")),
        ],
        required=False,
        help_text=_("If it is ever asked for, tick at least one below."),
    )
    recovery = forms.ChoiceField(label=_("Reset codes go to"), choices=_RECOVERY_CHOICES, required=False)
    verify_by = forms.ChoiceField(
        label=_("E-mails verify by"),
        choices=[(_CODE, _("a code to enter")), (_LINK, _("a link to follow"))],
        required=False,
    )
    email_from = forms.CharField(
        label=_("Sender of e-mails"),
        required=False,
        max_length=320,
        widget=AdminTextInputWidget(attrs={"placeholder": "Example <no-reply@example.com>"}),
        help_text=_("Empty: the sender of the site's settings."),
    )
    email_reply_to = forms.CharField(
        label=_("Replies to"), required=False, max_length=320, widget=AdminTextInputWidget(attrs={"type": "email"})
    )

    class Meta:
        model = UserPool
        fields = (
            "name",
            "strict",
            "friendly_messages",
            "deletion_protection",
            "admin_create_user_only",
            "auto_verified_attributes",
            "verify_before_update_attributes",
            "password_minimum_length",
            "password_require_uppercase",
            "password_require_lowercase",
            "password_require_numbers",
            "password_require_symbols",
            "temporary_password_validity_days",
            "mfa_configuration",
            "software_token_mfa_enabled",
            "email_mfa_enabled",
            "sms_mfa_enabled",
        )
        help_texts = {
            "admin_create_user_only": _("Nobody signs up by themselves; staff invite people."),
            "password_minimum_length": _("6 to 99 characters."),
            "temporary_password_validity_days": _("0 means 7 days."),
            "deletion_protection": _("While it is on, the pool cannot be deleted."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pool = self.instance
        mechanisms = sorted(_mechanisms(pool.account_recovery), key=lambda mechanism: mechanism["Priority"])
        names = [mechanism["Name"] for mechanism in mechanisms]
        self.initial["recovery"] = next((key for key, value in _RECOVERY.items() if value == names), "")
        self.initial["verify_by"] = _LINK if pool.sends_link else _CODE
        email = pool.email_configuration or {}
        self.initial["email_from"] = email.get("From", "")
        self.initial["email_reply_to"] = email.get("ReplyToEmailAddress", "")

    def clean_mfa_configuration(self) -> str:
        """Keep the setting that a form leaves out."""
        given: str = self.cleaned_data["mfa_configuration"] or self.instance.mfa_configuration
        return given

    def fields_to_save(self) -> dict[str, Any]:
        """Return the changed fields of the model by name, with their new values."""
        own = {"region", "username_attributes", "alias_attributes", "case_sensitive"}
        changed = set(self.changed_data) - own
        values = {name: self.cleaned_data[name] for name in changed if name not in PARTS and name != "name"}
        if "recovery" in changed:
            values["account_recovery"] = _recovery_setting(self.cleaned_data["recovery"])
        if "verify_by" in changed:
            template = dict(self.instance.verification_message_template or {})
            values["verification_message_template"] = {**template, "DefaultEmailOption": self.cleaned_data["verify_by"]}
        if changed & {"email_from", "email_reply_to"}:
            values["email_configuration"] = self._email_configuration()
        return values

    def _email_configuration(self) -> dict[str, Any] | None:
        given = {
            "From": self.cleaned_data["email_from"].strip(),
            "ReplyToEmailAddress": self.cleaned_data["email_reply_to"].strip(),
        }
        kept = {name: value for name, value in (self.instance.email_configuration or {}).items() if name not in given}
        return {**kept, **{name: value for name, value in given.items() if value}} or None


def _mechanisms(setting: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (setting or {}).get("RecoveryMechanisms", [])
    return found


def _recovery_setting(key: str) -> dict[str, Any] | None:
    if not key:
        return None
    names = _RECOVERY[key]
    return {"RecoveryMechanisms": [{"Name": name, "Priority": rank} for rank, name in enumerate(names, start=1)]}


class NewUserPoolForm(UserPoolForm):
    """A pool to be made: also what can later be changed on the schema page only."""

    region = forms.CharField(
        label=_("Region"),
        max_length=32,
        validators=[RegexValidator(r"\A[A-Za-z0-9-]+\Z")],
        widget=AdminTextInputWidget,
        help_text=_("Begins the id and stands in ARNs, for example eu-west-1."),
    )
    username_attributes = CheckboxesField(
        label=_("People sign up with"), choices=_ADDRESSES, help_text=_("No tick: with a username they choose.")
    )
    alias_attributes = CheckboxesField(
        label=_("They may also sign in with"),
        choices=_SIGN_IN_NAMES,
        help_text=_("Besides their username, once it is verified. Not together with the choice above."),
    )
    case_sensitive = forms.BooleanField(
        label=_("Sign-in names are case-sensitive"), required=False, help_text=_("Almost nobody wants this.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("region", settings.region)
        self.initial.setdefault("strict", settings.strict)

    def fields_to_save(self) -> dict[str, Any]:
        """Return all fields that differ from the defaults, sign-in names included."""
        names = ("username_attributes", "alias_attributes", "case_sensitive")
        return {
            **super().fields_to_save(),
            "strict": self.cleaned_data["strict"],
            **{n: self.cleaned_data[n] for n in names},
        }
