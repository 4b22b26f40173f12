"""Where on a page a refusal is said: beside the field it is about, else above the form."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from cognito_auth import exceptions, reasons
from cognito_auth.exceptions import CognitoError
from cognito_auth.managed_login.fields import Field, focused
from cognito_auth.reasons import Reason

_CODES = ("code", "recovery_code", "answer")
_PASSWORDS = ("new_password", "password")
_PLACES: tuple[tuple[tuple[type[CognitoError], ...], tuple[str, ...]], ...] = (
    ((exceptions.LimitError, exceptions.TriggerError, exceptions.DeliveryError, exceptions.InternalError), ()),
    (
        (
            exceptions.CodeMismatchException,
            exceptions.ExpiredCodeException,
            exceptions.EnableSoftwareTokenMFAException,
        ),
        _CODES,
    ),
    ((exceptions.InvalidPasswordException, exceptions.PasswordHistoryPolicyViolationException), _PASSWORDS),
    ((exceptions.UsernameExistsException, exceptions.UserNotFoundException), ("username",)),
)
# Refusals that are about one field, whatever their class.
_ABOUT: Mapping[Reason, tuple[str, ...]] = {
    reasons.INCORRECT_USERNAME_OR_PASSWORD: _PASSWORDS,
    reasons.INVALID_EMAIL: ("email", "username"),
    reasons.INVALID_PHONE_NUMBER: ("phone_number", "username"),
    reasons.USERNAME_LIKE_EMAIL: ("username",),
    reasons.USERNAME_LIKE_PHONE_NUMBER: ("username",),
    reasons.USERNAME_SHOULD_BE: ("username",),
}
# The sign-in cannot go on from here.
_ENDED = (reasons.SESSION_EXPIRED, reasons.SESSION_INVALID, reasons.SESSION_USED)


def is_end(error: CognitoError) -> bool:
    """Tell whether a refusal means that the sign-in has to be started again."""
    return error.reason in _ENDED


def sentence(error: CognitoError) -> str:
    """Return a refusal in words for a person."""
    return error.detail or _("Something went wrong. Please try again.")


def place(
    error: CognitoError, fields: Sequence[Field], *, sent: Container[str] | None = None
) -> tuple[list[Field], str]:
    """Return fields with the refusal beside one of them, or a sentence for above the form.

    ``sent`` names the fields that came with the form, where a page has several.
    """
    name = _field_for(error, [field.name for field in fields if sent is None or field.name in sent])
    if name is None:
        return list(fields), sentence(error)
    marked = [replace(field, error=sentence(error)) if field.name == name else field for field in fields]
    return focused(marked), ""


def _field_for(error: CognitoError, names: Sequence[str]) -> str | None:
    for kinds, places in _PLACES:
        if isinstance(error, kinds):
            return next((name for name in places if name in names), None)
    if error.reason is reasons.SCHEMA_VIOLATION:
        # "birthdate: String must be …"; several problems stand together above the form.
        problems = f" {error.values.get('problems', '')}"
        found = [name for name in names if f" {name}: " in problems]
        return found[0] if len(found) == 1 else None
    places = _ABOUT.get(error.reason, ()) if error.reason is not None else ()
    about = (*places, str(error.values.get("name", "")))
    return next((name for name in about if name in names), None)
