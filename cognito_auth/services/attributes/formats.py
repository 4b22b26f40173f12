"""The form of one value: whether a string from the wire is a value of an attribute.

Numbers and flags come back in one spelling: ``007`` is ``7``, ``1.50`` is ``1.5``, ``TRUE`` is
``true``. Text comes back as it was given.
"""

import datetime
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cognito_auth import names, reasons
from cognito_auth.choices import AttributeType
from cognito_auth.exceptions import CognitoError
from cognito_auth.services.attributes.attribute import MAX_LENGTH, Attribute

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?")
# A double keeps 15 significant digits of any decimal fraction.
_MAX_FRACTION_DIGITS = 15
_MAX_EPOCH_SECONDS = 2**63 - 1
_MAX_EMAIL_LENGTH = 320
_MAX_LOCAL_PART_LENGTH = 64
_EMAIL = re.compile(r"[^@\s\"(),:;<>\[\\\]]+@(localhost|[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class BadValue(Exception):
    """A value that the attribute does not take.

    Attributes:
        problem: the API's words for it, with the attribute's name.
        advice: a sentence for people, translated when shown.
        refusal: the refusal to raise where the API has one of its own for this.
    """

    def __init__(self, problem: str, advice: "str | _StrPromise", refusal: CognitoError | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.advice = advice
        self.refusal = refusal


def normalise(attribute: Attribute, value: str, *, strict: bool) -> str:
    """Return ``value`` in the spelling in which it is kept.

    ``strict`` leaves ``DateTime`` values unchecked, as AWS does.

    Raises:
        BadValue: it is not a value of this attribute.
    """
    _check_storable(attribute, value)
    if attribute.type == AttributeType.BOOLEAN:
        return _boolean(attribute, value)
    if attribute.type == AttributeType.NUMBER:
        return _number(attribute, value)
    if attribute.type == AttributeType.DATETIME:
        return value if strict else _date_time(attribute, value)
    return _text(attribute, value)


def _check_storable(attribute: Attribute, value: str) -> None:
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        size = -1
    if size < 0 or "\x00" in value:
        raise BadValue(
            f"{attribute.name}: String contains characters that are not allowed",
            format_lazy(_("{name} contains characters that cannot be stored."), name=attribute.name),
        )
    # Bytes count too: an index entry of PostgreSQL has a limit, and so has AWS.
    if size > MAX_LENGTH:
        raise _too_long(attribute, MAX_LENGTH)


def _text(attribute: Attribute, value: str) -> str:
    if attribute.max_length is not None and len(value) > attribute.max_length:
        raise _too_long(attribute, attribute.max_length)
    if attribute.min_length is not None and len(value) < attribute.min_length:
        raise BadValue(
            f"{attribute.name}: String must be no shorter than {attribute.min_length} characters",
            format_lazy(
                _("{name} needs at least {count} characters."), name=attribute.name, count=attribute.min_length
            ),
        )
    check = _STANDARD_FORMATS.get(attribute.name)
    if check is not None:
        check(value)
    return value


def _too_long(attribute: Attribute, limit: int) -> BadValue:
    return BadValue(
        f"{attribute.name}: String must be no longer than {limit} characters",
        format_lazy(_("{name} may have {count} characters at most."), name=attribute.name, count=limit),
    )


def _boolean(attribute: Attribute, value: str) -> str:
    lowered = value.lower()
    if lowered not in ("true", "false"):
        raise BadValue(
            f"{attribute.name}: Value must be true or false",
            format_lazy(_("{name} must be true or false."), name=attribute.name),
        )
    return lowered


def _number(attribute: Attribute, value: str) -> str:
    match = _NUMBER.fullmatch(value)
    number = Decimal(value) if match else None
    if number is None or not _is_kept_exactly(number):
        raise BadValue(
            f"{attribute.name}: Value must be a number",
            format_lazy(
                _("{name} must be a number: up to 30 digits, or up to 15 with a decimal point."), name=attribute.name
            ),
        )
    if attribute.name == "updated_at" and (number != int(number) or abs(number) > _MAX_EPOCH_SECONDS):
        raise BadValue(
            f"{attribute.name}: Value must be a number of seconds",
            format_lazy(_("{name} must be a whole number of seconds since 1970."), name=attribute.name),
        )
    _check_range(attribute, number)
    return number_text(number)


def _is_kept_exactly(number: Decimal) -> bool:
    """Tell whether a JSON number holds it without loss: whole, or few enough digits for a double."""
    return number == number.to_integral_value() or len(number.normalize().as_tuple().digits) <= _MAX_FRACTION_DIGITS


def _check_range(attribute: Attribute, number: Decimal) -> None:
    if attribute.max_value is not None and number > attribute.max_value:
        limit = number_text(attribute.max_value)
        raise BadValue(
            f"{attribute.name}: Number must be no greater than {limit}",
            format_lazy(_("{name} may be {limit} at most."), name=attribute.name, limit=limit),
        )
    if attribute.min_value is not None and number < attribute.min_value:
        limit = number_text(attribute.min_value)
        raise BadValue(
            f"{attribute.name}: Number must be no less than {limit}",
            format_lazy(_("{name} must be {limit} at least."), name=attribute.name, limit=limit),
        )


def number_text(number: Decimal) -> str:
    """Return the one spelling of a number: no exponent, no leading or trailing zeros, no ``-0``."""
    if number == number.to_integral_value():
        return str(int(number))
    return format(number.normalize(), "f")


def _date_time(attribute: Attribute, value: str) -> str:
    try:
        datetime.datetime.fromisoformat(value)
    except ValueError:
        raise BadValue(
            f"{attribute.name}: Value must be a date and time in ISO 8601 format",
            format_lazy(
                _("{name} must be a date and time such as {example}."),
                name=attribute.name,
                example="2026-03-03T09:05:07Z",
            ),
        ) from None
    return value


def _check_email(value: str) -> None:
    if not is_email_address(value):
        refusal = reasons.INVALID_EMAIL()
        raise BadValue(f"email: {refusal.message}", reasons.INVALID_EMAIL.detail, refusal)


def is_email_address(value: str) -> bool:
    """Tell whether ``value`` is a plausible e-mail address that is safe in a header.

    Any script is allowed on both sides; quoted local parts, comments, address literals and hidden
    characters are not.
    """
    if len(value) > _MAX_EMAIL_LENGTH or value.find("@") > _MAX_LOCAL_PART_LENGTH:
        return False
    if any(unicodedata.category(character)[0] in "CZ" for character in value):
        return False
    return _EMAIL.fullmatch(value) is not None


def _check_phone_number(value: str) -> None:
    if not names.looks_like_phone_number(value):
        refusal = reasons.INVALID_PHONE_NUMBER()
        raise BadValue(f"phone_number: {refusal.message}", reasons.INVALID_PHONE_NUMBER.detail, refusal)


def _check_birthdate(value: str) -> None:
    # OpenID Connect Core 5.1: the year MAY be 0000, meaning that it is left out.
    text = "2000" + value[4:] if value.startswith("0000") else value
    try:
        if not _DATE.fullmatch(text):
            raise ValueError
        datetime.date.fromisoformat(text)
    except ValueError:
        raise BadValue(
            "birthdate: Value must be a date in the format YYYY-MM-DD",
            _("The birthdate must be a date such as 1990-12-31."),
        ) from None


_STANDARD_FORMATS: dict[str, Callable[[str], None]] = {
    "email": _check_email,
    "phone_number": _check_phone_number,
    "birthdate": _check_birthdate,
}
