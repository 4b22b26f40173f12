"""Whether attributes may be written, and in which spelling they are kept."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cognito_auth import reasons
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import AbstractCognitoUser, UserPool
from cognito_auth.services.attributes import formats, permissions, schema
from cognito_auth.services.attributes.attribute import Attribute, is_custom_name
from cognito_auth.services.attributes.formats import BadValue
from cognito_auth.services.attributes.standard import SUB, VERIFIED_FLAGS
from cognito_auth.services.attributes.values import text_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_NEEDED_TO_VERIFY = {
    "email": reasons.EMAIL_NEEDED_TO_VERIFY,
    "phone_number": reasons.PHONE_NUMBER_NEEDED_TO_VERIFY,
}


def check(
    pool: UserPool,
    given: Mapping[str, str],
    *,
    creating: bool,
    by_admin: bool,
    require: bool = False,
    current: AbstractCognitoUser | None = None,
) -> dict[str, str]:
    """Return ``given`` in the spelling in which it is kept, or refuse.

    An empty string deletes the attribute. ``creating`` allows immutable ones; ``require`` asks for
    all required ones, of which ``current`` may have some already. What one app client may write is
    checked by ``permissions`` before.

    Raises:
        InvalidParameterException: unknown, immutable, of a wrong type, length or form, or missing.
        NotAuthorizedException: only signed calls may write it.
    Source: AWS API_SignUp, API_AdminUpdateUserAttributes.
    """
    pool_schema = schema.of(pool)
    attributes = {name: _attribute(pool_schema, name) for name in given}
    if not by_admin and not all(map(permissions.may_ever_write, given)):
        raise reasons.UNAUTHORIZED_ATTRIBUTE()
    checked: dict[str, str] = {}
    bad: list[BadValue] = []
    for name, attribute in attributes.items():
        try:
            checked[name] = formats.normalise(attribute, given[name], strict=pool.strict) if given[name] else ""
        except BadValue as problem:
            bad.append(problem)
    if not creating:
        _check_mutable(pool, attributes, checked, current)
    bad += _missing(pool_schema, given, creating=creating, require=require, current=current)
    if bad:
        raise _refusal(bad)
    _check_flags(checked, current)
    return checked


def _attribute(pool_schema: schema.Schema, name: str) -> Attribute:
    attribute = pool_schema.get(name)
    if attribute is None and is_custom_name(name):
        raise reasons.SCHEMA_VIOLATION(
            problems=f"{name}: Attribute does not exist in the schema.",
            advice=format_lazy(_("This user pool has no attribute {name}."), name=name),
        )
    if attribute is None:
        raise reasons.UNKNOWN_ATTRIBUTE_TYPE(name=name)
    if name == SUB:
        raise reasons.IMMUTABLE_ATTRIBUTE(name=name)
    return attribute


def _check_mutable(
    pool: UserPool,
    attributes: Mapping[str, Attribute],
    checked: Mapping[str, str],
    current: AbstractCognitoUser | None,
) -> None:
    """Refuse to change what can only be given when the user is created.

    Sending the value that the user has changes nothing and is accepted, except by strict pools:
    forms send all their fields.
    """
    for name, attribute in attributes.items():
        if attribute.mutable:
            continue
        if pool.strict or current is None or checked.get(name) != value_of(current, name):
            raise reasons.IMMUTABLE_ATTRIBUTE(name=name)


def value_of(user: AbstractCognitoUser, name: str) -> str:
    """Return the wire's string for one attribute of ``user``, empty when there is none."""
    value = user.custom_attributes.get(name) if is_custom_name(name) else getattr(user, name)
    return "" if value is None else text_of(value)


def _missing(
    pool_schema: schema.Schema,
    given: Mapping[str, str],
    *,
    creating: bool,
    require: bool,
    current: AbstractCognitoUser | None,
) -> list[BadValue]:
    """Return a problem for each required attribute that is missing, or would be deleted."""
    missing = []
    for name in pool_schema.required:
        absent = not given[name] if name in given else current is None or not value_of(current, name)
        if absent and (require or (not creating and name in given)):
            missing.append(required_but_missing(name))
    return missing


def required_but_missing(name: str) -> BadValue:
    """Return the problem of a user without a required attribute."""
    return BadValue(f"{name}: The attribute is required", format_lazy(_("{name} is required."), name=name))


def _refusal(bad: list[BadValue]) -> CognitoError:
    """Return one refusal for all problems; one that the API names differently comes alone."""
    general = [problem for problem in bad if problem.refusal is None]
    if not general and bad[0].refusal is not None:
        return bad[0].refusal
    advice: str | _StrPromise = format_lazy(" ".join(["{}"] * len(general)), *[item.advice for item in general])
    return reasons.SCHEMA_VIOLATION(problems=" ".join(item.problem for item in general), advice=advice)


def _check_flags(checked: Mapping[str, str], current: AbstractCognitoUser | None) -> None:
    """Refuse to say of an address that is not there whether it is verified."""
    for address, flag in VERIFIED_FLAGS.items():
        if not checked.get(flag):
            continue
        stored = "" if current is None else getattr(current, address)
        if not checked.get(address, stored):
            raise _NEEDED_TO_VERIFY[address]()


def problem_with(pool: UserPool, attribute: Attribute, text: str) -> BadValue | None:
    """Return why ``text`` is not a value of ``attribute``, or ``None``; for looking at stored values."""
    try:
        formats.normalise(attribute, text, strict=pool.strict)
    except BadValue as problem:
        return problem
    return None
