"""The fields of the pages' forms: what stands in the HTML, and reading what came back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.contrib.auth import get_user_model
from django.db.models import Field as Column
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cognito_auth.choices import AttributeType
from cognito_auth.models import UserPool
from cognito_auth.services.attributes.attribute import Attribute

MAX_LENGTH = 2048
# As in the API; longer names cannot be anybody's.
MAX_NAME_LENGTH = 128
MAX_PASSWORD_LENGTH = 256
_TYPES = {"email": "email", "phone_number": "tel", "birthdate": "date", "website": "url", "profile": "url"}
_AUTOCOMPLETE = {
    "name": "name",
    "given_name": "given-name",
    "family_name": "family-name",
    "middle_name": "additional-name",
    "nickname": "nickname",
    "email": "email",
    "phone_number": "tel",
    "birthdate": "bday",
    "website": "url",
    "address": "street-address",
    "gender": "sex",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule for new passwords, as a sentence and for the script that ticks it off."""

    name: str
    text: str
    minimum: int = 1


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form.

    Attributes:
        type: of the ``input`` element.
        autocomplete: what password managers and phones go by, e.g. ``one-time-code``.
        error: what is wrong with what was entered.
        options: pairs of value and label, for a list to choose from.
        rules: what a new password needs.
    """

    name: str
    label: str
    type: str = "text"
    value: str = ""
    error: str = ""
    hint: str = ""
    autocomplete: str = ""
    inputmode: str = ""
    placeholder: str = ""
    max_length: int = MAX_LENGTH
    is_required: bool = True
    is_code: bool = False
    is_plain: bool = False
    has_focus: bool = False
    options: Sequence[tuple[str, str]] = ()
    rules: Sequence[Rule] = ()

    @property
    def id(self) -> str:
        """The element's id: attributes are named with colons, which selectors trip over."""
        return f"field-{self.name.replace(':', '-').replace('.', '-')}"

    @property
    def described_by(self) -> str:
        """The ids of what describes it, the problem first."""
        parts = {"error": self.error, "hint": self.hint, "rules": self.rules}
        return " ".join(f"{self.id}-{part}" for part, text in parts.items() if text)


def username(pool: UserPool, value: str = "", *, has_focus: bool = True) -> Field:
    """Return the field for the name that people of the pool sign in with."""
    attributes = list(pool.username_attributes)
    if attributes == ["email"]:
        label, kind, inputmode = _("Email address"), "email", "email"
    elif attributes == ["phone_number"]:
        label, kind, inputmode = _("Phone number"), "tel", "tel"
    elif attributes:
        label, kind, inputmode = _("Email address or phone number"), "text", "email"
    elif "email" in pool.alias_attributes:
        label, kind, inputmode = _("User name or email address"), "text", ""
    else:
        label, kind, inputmode = _("User name"), "text", ""
    return Field(
        "username",
        label,
        type=kind,
        value=value,
        # "webauthn" lets browsers offer passkeys in the same list as remembered names.
        autocomplete="username webauthn",
        inputmode=inputmode,
        max_length=MAX_NAME_LENGTH,
        is_plain=True,
        has_focus=has_focus,
    )


def organization_email(*, has_focus: bool = False) -> Field:
    """Return the field for an address whose domain tells where its owner signs in."""
    return Field(
        "organization_email",
        _("Email address of your organization"),
        type="email",
        autocomplete="email",
        inputmode="email",
        is_plain=True,
        has_focus=has_focus,
    )


def password(*, has_focus: bool = False) -> Field:
    """Return the field for the password that somebody has."""
    return Field(
        "password",
        _("Password"),
        type="password",
        autocomplete="current-password",
        max_length=MAX_PASSWORD_LENGTH,
        has_focus=has_focus,
    )


def new_password(pool: UserPool, *, name: str = "new_password", label: str = "", has_focus: bool = False) -> Field:
    """Return the field for a password that is being chosen, with the pool's rules."""
    return Field(
        name,
        label or _("New password"),
        type="password",
        autocomplete="new-password",
        max_length=MAX_PASSWORD_LENGTH,
        has_focus=has_focus,
        rules=_rules_of(pool),
    )


def _rules_of(pool: UserPool) -> list[Rule]:
    minimum = pool.password_minimum_length
    rules = [
        Rule("length", ngettext("At least %d character", "At least %d characters", minimum) % minimum, minimum),
    ]
    if pool.password_require_uppercase:
        rules.append(Rule("upper", _("An uppercase letter (A–Z)")))
    if pool.password_require_lowercase:
        rules.append(Rule("lower", _("A lowercase letter (a–z)")))
    if pool.password_require_numbers:
        rules.append(Rule("digit", _("A digit (0–9)")))
    if pool.password_require_symbols:
        rules.append(Rule("symbol", _("A symbol, such as ! or #")))
    return rules


def code(*, label: str = "", has_focus: bool = True) -> Field:
    """Return the field for a code that was sent, or that an app shows."""
    return Field(
        "code",
        label or _("Code"),
        autocomplete="one-time-code",
        inputmode="numeric",
        max_length=16,
        is_code=True,
        is_plain=True,
        has_focus=has_focus,
    )


def attribute(item: Attribute, value: str = "", *, is_required: bool, prefix: str = "") -> Field:
    """Return the field for an attribute of a person."""
    hint = _("With the country code, for example +14155550123.") if item.name == "phone_number" else ""
    return Field(
        prefix + item.name,
        label_of(item),
        type="number" if item.type == AttributeType.NUMBER else _TYPES.get(item.name, "text"),
        value=value,
        hint=hint,
        autocomplete=_AUTOCOMPLETE.get(item.name, "off"),
        inputmode="tel" if item.name == "phone_number" else "",
        max_length=item.max_length or MAX_LENGTH,
        is_required=is_required,
    )


def label_of(item: Attribute) -> str:
    """Return what an attribute is called on pages."""
    if item.name == "email":
        return _("Email address")
    text = item.bare_name
    if item.is_standard:
        column = get_user_model()._meta.get_field(item.name)
        assert isinstance(column, Column)
        text = str(column.verbose_name)
    return text[:1].upper() + text[1:]


def posted(request: HttpRequest, name: str, *, max_length: int = MAX_LENGTH, strips: bool = True) -> str:
    """Return what was entered, without spaces around it; empty for what no field of ours could hold."""
    text = request.POST.get(name, "")
    if "\x00" in text or len(text) > max_length:
        return ""
    return text.strip() if strips else text


def posted_secret(request: HttpRequest, name: str) -> str:
    """Return a password that was entered, spaces and all."""
    return posted(request, name, max_length=MAX_PASSWORD_LENGTH, strips=False)


def filled(
    fields: Sequence[Field], request: HttpRequest, *, marks: bool = True, only_sent: bool = False
) -> list[Field]:
    """Return fields with what was entered, but for passwords and codes, and a word where nothing was.

    ``only_sent`` is for pages with several forms: fields of the others are not marked.
    """
    names = {field.name for field in fields}
    of_form = (names & set(request.POST) or names) if only_sent else names
    found = []
    for field in fields:
        is_secret = field.type == "password"
        text = (
            posted_secret(request, field.name)
            if is_secret
            else posted(request, field.name, max_length=field.max_length)
        )
        changed = field if is_secret or field.is_code else replace(field, value=text)
        if marks and not text and field.is_required and field.name in of_form:
            changed = replace(changed, error=_("Please fill in this field."))
        found.append(changed)
    return found


def has_problem(fields: Iterable[Field]) -> bool:
    """Tell whether something is wrong with one of the fields."""
    return any(field.error for field in fields)


def focused(fields: Sequence[Field]) -> list[Field]:
    """Return fields of which the first with a problem, else the first empty one, has the focus."""
    wrong = next((field for field in fields if field.error), None)
    first = wrong or next((field for field in fields if not field.value), None)
    return [replace(field, has_focus=field is first) for field in fields]
