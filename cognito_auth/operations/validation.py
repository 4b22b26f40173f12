"""Checking requests against the service model: type, presence, length, range, pattern, enumeration.

Owns: turning the shape of a request into one function that returns the checked request. What it
returns holds only members that the model knows, no nulls, and text that every database can store.
All broken constraints come in one message; a value of the wrong JSON type is refused at once.

=========  ==================================  =====================
shape      accepted                            given to the operation
=========  ==================================  =====================
string     text without NUL or lone surrogate  str
blob       base64 text, or bytes in process    bytes
timestamp  finite number                       int or float, seconds
integer    whole number of 32 bits             int
document   any JSON value, not too deep        the same value
=========  ==================================  =====================

Source: AWS JSON 1.1 protocol. Observed: messages as real pools answer.
"""

import base64
import binascii
import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from cognito_auth import reasons
from cognito_auth.exceptions import CognitoError
from cognito_auth.operations import patterns, service_model

Problems = list[str]
# (value, path, problems) → the value for the operation; appends to problems.
Check = Callable[[Any, str, Problems], Any]

_MAX_DOCUMENT_DEPTH = 64
_MAX_SHOWN_CHARACTERS = 2048
_LAST_TIMESTAMP = 253_402_300_799  # the end of the year 9999, the last one that Python's dates know
_INTEGER_BITS = {"integer": 31, "long": 63}
# What operations check themselves: AWS refuses it in words of its own, or takes more than its model says
# (a custom domain has dots).
_LEFT_TO_OPERATIONS: Mapping[str, frozenset[str]] = {
    "AttributeDataType": frozenset({"enum"}),
    "DomainType": frozenset({"pattern", "max"}),
}


def validator_of(shape_name: str) -> Callable[[Any], dict[str, Any]]:
    """Return the check of requests of one structure.

    It raises ``InvalidParameterException`` naming every broken constraint, and
    ``SerializationException`` for a value of the wrong JSON type.
    """
    check = _check_of(shape_name, False)

    def validate(payload: Any) -> dict[str, Any]:
        problems: Problems = []
        request: dict[str, Any] = check(payload, "", problems)
        if problems:
            count = len(problems)
            noun = "error" if count == 1 else "errors"
            violations = f"{count} validation {noun} detected: {'; '.join(problems)}"
            raise reasons.CONSTRAINT_VIOLATION(violations=violations)
        return request

    return validate


@cache
def _check_of(shape_name: str, is_secret: bool) -> Check:
    """Return the check of one shape; ``is_secret`` if values must not be repeated in messages."""
    shape = service_model.shape(shape_name)
    is_secret = is_secret or bool(shape.get("sensitive"))
    if shape.get("document"):
        return _check_document
    left = _LEFT_TO_OPERATIONS.get(shape_name)
    if left is not None:
        shape = {member: value for member, value in shape.items() if member not in left}
    return _FACTORIES[shape["type"]](shape, is_secret)


# Messages


def _problem(value: Any, path: str, rule: str, *, is_secret: bool) -> str:
    if is_secret:
        return f"Value at '{path}' failed to satisfy constraint: {rule}"
    if value is None:
        return f"Value null at '{path}' failed to satisfy constraint: {rule}"
    return f"Value '{_shown(value)}' at '{path}' failed to satisfy constraint: {rule}"


def _shown(value: Any) -> str:
    """Return a value as Java's ``toString`` spells it, cut where it is very long."""
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, (list, tuple)):
        text = f"[{', '.join(_shown(item) for item in value)}]"
    elif isinstance(value, Mapping):
        text = "{" + ", ".join(f"{key}={_shown(item)}" for key, item in value.items()) + "}"
    else:
        text = str(value)
    return text if len(text) <= _MAX_SHOWN_CHARACTERS else text[:_MAX_SHOWN_CHARACTERS] + "…"


def _length_rules(shape: Mapping[str, Any], length: int) -> list[str]:
    rules = []
    if length < shape.get("min", 0):
        rules.append(f"Member must have length greater than or equal to {shape['min']}")
    if length > shape.get("max", length):
        rules.append(f"Member must have length less than or equal to {shape['max']}")
    return rules


def _wrong_type(value: Any, wanted: str) -> CognitoError:
    if isinstance(value, Mapping):
        problem = "Start of structure or map found where not expected."
    elif isinstance(value, (list, tuple)):
        problem = "Start of list found where not expected."
    else:
        kinds = {bool: "TRUE_VALUE" if value is True else "FALSE_VALUE", str: "STRING_VALUE"}
        problem = f"{kinds.get(type(value), 'NUMBER_VALUE')} can not be converted to {wanted}"
    return reasons.MALFORMED_BODY(problem=problem)


def _unstorable() -> CognitoError:
    return reasons.MALFORMED_BODY(problem="Text must not contain NUL characters or lone surrogates.")


# Leaves


def _string_check(shape: Mapping[str, Any], is_secret: bool) -> Check:
    shortest, longest = shape.get("min", 0), shape.get("max", math.inf)
    matches = patterns.matcher(shape["pattern"]) if "pattern" in shape else None
    values = frozenset(shape["enum"]) if "enum" in shape else None

    def check(value: Any, path: str, problems: Problems) -> Any:
        if not isinstance(value, str):
            raise _wrong_type(value, "a String")
        if values is not None and value in values:
            return value
        if "\0" in value or not (value.isascii() or _is_encodable(value)):
            raise _unstorable()
        if (
            shortest <= len(value) <= longest
            and (matches is None or matches(value))
            and values is None
        ):  # fmt: skip
            return value
        rules = _length_rules(shape, len(value))
        # What is too long is not handed to the pattern: its cost would be the caller's choice.
        if matches is not None and len(value) <= longest and not matches(value):
            rules.append(f"Member must satisfy regular expression pattern: {shape['pattern']}")
        if values is not None:
            rules.append(_enumeration_rule(shape))
        problems.extend(_problem(value, path, rule, is_secret=is_secret) for rule in rules)
        return value

    return check


def _is_encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _enumeration_rule(shape: Mapping[str, Any]) -> str:
    return f"Member must satisfy enum value set: [{', '.join(shape['enum'])}]"


def _boolean_check(_shape: Mapping[str, Any], _is_secret: bool) -> Check:
    def check(value: Any, _path: str, _problems: Problems) -> Any:
        if value is True or value is False:
            return value
        raise _wrong_type(value, "a Boolean")

    return check


def _integer_check(shape: Mapping[str, Any], is_secret: bool) -> Check:
    bits = _INTEGER_BITS[shape["type"]]
    name = "an Integer" if bits < 32 else "a Long"

    def check(value: Any, path: str, problems: Problems) -> Any:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise _wrong_type(value, name)
        if not -(1 << bits) <= value < 1 << bits:
            raise reasons.MALFORMED_BODY(problem=f"NUMBER_VALUE is out of the range of {name}")
        rules = []
        if value < shape.get("min", value):
            rules.append(f"Member must have value greater than or equal to {shape['min']}")
        if value > shape.get("max", value):
            rules.append(f"Member must have value less than or equal to {shape['max']}")
        problems.extend(_problem(value, path, rule, is_secret=is_secret) for rule in rules)
        return value

    return check


def _timestamp_check(_shape: Mapping[str, Any], _is_secret: bool) -> Check:
    def check(value: Any, _path: str, _problems: Problems) -> Any:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise _wrong_type(value, "a Timestamp")
        if not -_LAST_TIMESTAMP <= value <= _LAST_TIMESTAMP:  # false for NaN too
            raise reasons.MALFORMED_BODY(problem="NUMBER_VALUE is out of the range of a Timestamp")
        return value

    return check


def _blob_check(shape: Mapping[str, Any], _is_secret: bool) -> Check:
    def check(value: Any, path: str, problems: Problems) -> Any:
        if isinstance(value, str):
            try:
                value = base64.b64decode(value, validate=True)
            except (binascii.Error, ValueError):
                raise reasons.MALFORMED_BODY(problem="Invalid base64 in a Blob") from None
        elif not isinstance(value, bytes):
            raise _wrong_type(value, "a Blob")
        # The value itself is of no use in a message.
        problems.extend(_problem(value, path, rule, is_secret=True) for rule in _length_rules(shape, len(value)))
        return value

    return check


def _check_document(value: Any, _path: str, _problems: Problems) -> Any:
    waiting = [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        if depth > _MAX_DOCUMENT_DEPTH:
            raise reasons.MALFORMED_BODY(problem=f"A document is nested more than {_MAX_DOCUMENT_DEPTH} deep.")
        if isinstance(item, str):
            if "\0" in item or not _is_encodable(item):
                raise _unstorable()
        elif isinstance(item, float) and not math.isfinite(item):
            raise reasons.MALFORMED_BODY(problem="NUMBER_VALUE is not a finite number.")
        elif isinstance(item, Mapping):
            waiting += [(part, depth + 1) for pair in item.items() for part in pair]
        elif isinstance(item, (list, tuple)):
            waiting += [(part, depth + 1) for part in item]
    return value


# Containers


def _structure_check(shape: Mapping[str, Any], is_secret: bool) -> Check:
    required = set(shape.get("required", ()))
    members = [
        (
            name,
            name[0].lower() + name[1:],
            name in required,
            is_secret or bool(service_model.shape(member).get("sensitive")),
            _check_of(member, is_secret),
        )
        for name, member in shape["members"].items()
    ]

    def check(value: Any, path: str, problems: Problems) -> Any:
        if not isinstance(value, Mapping):
            raise _wrong_type(value, "a Structure")
        prefix = path + "." if path else ""
        checked = {}
        for name, label, is_required, hides_value, check_member in members:
            item = value.get(name)
            if item is not None:
                checked[name] = check_member(item, prefix + label, problems)
            elif is_required:
                problems.append(_problem(None, prefix + label, "Member must not be null", is_secret=hides_value))
        return checked

    return check


def _list_check(shape: Mapping[str, Any], is_secret: bool) -> Check:
    member = service_model.shape(shape["member"])
    check_item = _check_of(shape["member"], is_secret)
    values = frozenset(member["enum"]) if "enum" in member else None
    hides_value = is_secret or _holds_secrets(shape["member"])

    def check(value: Any, path: str, problems: Problems) -> Any:
        if not isinstance(value, (list, tuple)):
            raise _wrong_type(value, "a List")
        items = [item for item in value if item is not None]
        for rule in _length_rules(shape, len(items)):
            problems.append(_problem(items, path, rule, is_secret=hides_value))
        if values is None:
            return [check_item(item, f"{path}.{position}.member", problems) for position, item in enumerate(items, 1)]
        ignored: Problems = []
        checked = [check_item(item, path, ignored) for item in items]
        # Broken enumerations are reported once, with the whole list.
        if not values.issuperset(checked):
            rule = f"Member must satisfy constraint: [{_enumeration_rule(member)}]"
            problems.append(_problem(items, path, rule, is_secret=hides_value))
        return checked

    return check


def _map_check(shape: Mapping[str, Any], is_secret: bool) -> Check:
    check_key = _check_of(shape["key"], is_secret)
    check_item = _check_of(shape["value"], is_secret)
    hides_value = is_secret or _holds_secrets(shape["value"])

    def check(value: Any, path: str, problems: Problems) -> Any:
        if not isinstance(value, Mapping):
            raise _wrong_type(value, "a Map")
        items = {key: item for key, item in value.items() if item is not None}
        for rule in _length_rules(shape, len(items)):
            problems.append(_problem(items, path, rule, is_secret=hides_value))
        checked = {}
        for key, item in items.items():
            key_problems: Problems = []
            check_key(key, path, key_problems)
            if key_problems:
                rules = ", ".join(problem.partition("constraint: ")[2] for problem in key_problems)
                rule = f"Map keys must satisfy constraint: [{rules}]"
                problems.append(_problem(items, path, rule, is_secret=hides_value))
            checked[key] = check_item(item, f"{path}.{key}.member", problems)
        return checked

    return check


@cache
def _holds_secrets(shape_name: str) -> bool:
    shape = service_model.shape(shape_name)
    inner = [*shape.get("members", {}).values(), *(shape[key] for key in ("member", "value") if key in shape)]
    return bool(shape.get("sensitive")) or any(_holds_secrets(name) for name in inner)


_FACTORIES: Mapping[str, Callable[[Mapping[str, Any], bool], Check]] = {
    "string": _string_check,
    "boolean": _boolean_check,
    "integer": _integer_check,
    "long": _integer_check,
    "timestamp": _timestamp_check,
    "blob": _blob_check,
    "structure": _structure_check,
    "list": _list_check,
    "map": _map_check,
}
