"""Requests made from the service model that break one constraint each, and what AWS says to it.

Nothing here is a list of operations or members: what the model constrains is found by walking it. The
words are written down once more, independently of the code that is tested.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import regex

from cognito_auth.operations import patterns, service_model

_UUID = "00000000-0000-4000-8000-000000000000"
# Between them they match every pattern of the model; which of them fits a shape is found by trying.
_TEXTS = [
    "Level1",
    "eu-west-1_0",
    "eu-west-1_AbC123xyZ",
    _UUID,
    "https://example.com",
    "jane@example.com",
    "arn:aws:iam::000000000000:role/example",
    "arn:aws:s3:::example",
    "arn:aws:secretsmanager:eu-west-1:000000000000:secret/example",
    "Code: {####}",
    "Here: {##Click##}",
    "cognito:english",
    "terms-of-use",
    "import-A",
    "tkn" + "a" * 25,
]
_STRANGERS = [" ", "\t", "!", "ä", "\x7f", "\u200b", "\u2028", "_", "z"]
# What AWS refuses in words of its own, which the tests of those operations hold.
IN_THE_OPERATION = frozenset({("AttributeDataType", "enum"), ("DomainType", "pattern"), ("DomainType", "max")})
_NO_SUCH = "NO_SUCH_VALUE"
_SHOWN = 2048
LEFT_OUT = object()


class Key(str):
    """A key of a map, in a place."""

    __slots__ = ()


# A place inside a request: names of members, positions in lists, keys of maps.
Steps = tuple[str | int, ...]


@dataclass(frozen=True)
class Case:
    """One request that is sound but for one member.

    Attributes:
        kind: which constraint is broken.
        path: the member, as AWS spells it.
        request: what is sent.
        error: the name of the refusal.
        message: its words.
    """

    kind: str
    path: str
    request: Any
    error: str
    message: str


# Sound values


def sound_text(shape_name: str, length: int | None = None) -> str | None:
    """Return a text that fits a shape, of the given length; ``None`` if there is none at hand."""
    shape = service_model.shape(shape_name)
    if "enum" in shape:
        return shape["enum"][0]
    lengths = range(shape.get("min", 0) or 1, shape.get("max", 64) + 1) if length is None else [length]
    for text in _texts(lengths[0]):
        if len(text) in lengths and _fits_pattern(shape, text):
            return text
    return None


def _texts(length: int) -> Iterator[str]:
    yield from ("a" * length, "1" * length, *_TEXTS)
    # Longer or shorter, wherever the pattern gives.
    for text in _TEXTS:
        for position in range(len(text), 0, -1):
            if len(text) < length:
                yield text[:position] + text[position - 1] * (length - len(text)) + text[position:]
            elif position - (len(text) - length) >= 0:
                yield text[: position - (len(text) - length)] + text[position:]


def _fits_pattern(shape: Any, text: str) -> bool:
    return "pattern" not in shape or bool(patterns.matcher(shape["pattern"])(text))


@cache
def _least_text(shape_name: str) -> str:
    text = sound_text(shape_name)
    assert text is not None, f"no text fits {shape_name}"
    return text


def least(shape_name: str, *, size: int | None = None) -> Any:
    """Return the smallest sound value of a shape, or one with so many members."""
    shape = service_model.shape(shape_name)
    kind = shape["type"]
    if kind == "structure":
        return {name: least(shape["members"][name]) for name in shape.get("required", ())}
    if kind == "list":
        return [least(shape["member"])] * (shape.get("min", 0) if size is None else size)
    if kind == "map":
        wanted = shape.get("min", 0) if size is None else size
        return {key: least(shape["value"]) for key in least_keys(shape["key"])[:wanted]}
    if kind == "string":
        return _least_text(shape_name)
    if kind == "blob":
        return ""
    return True if kind == "boolean" else max(shape.get("min", 1), 1)


@cache
def least_keys(shape_name: str) -> list[str]:
    """Return different keys of a map, as many as the pattern has at hand."""
    shape = service_model.shape(shape_name)
    alternatives = regex.findall(r"[a-z]+(?:-[a-z]+)*", shape.get("pattern", ""))
    texts = [f"cognito:{word}" for word in alternatives] + [f"cognito:chinese-{word}" for word in alternatives]
    texts += [f"Level{digit}" for digit in range(1, 5)] + [f"key{number}" for number in range(60)]
    return [text for text in texts if _fits_pattern(shape, text)]


# Violations


def cases_of(operation: str) -> Iterator[Case]:
    """Yield a request for every constraint and every type that the model sets for an operation."""
    input_shape = service_model.load()["operations"][operation]["input"]
    yield from _wrong_types(input_shape, (), input_shape)
    yield from _walk(input_shape, (), input_shape, secret=False)


def _walk(root: str, steps: Steps, shape_name: str, *, secret: bool) -> Iterator[Case]:
    """Yield the cases of what is inside a shape that lies at ``steps`` of the request."""
    shape = service_model.shape(shape_name)
    kind = shape["type"]
    secret = secret or bool(shape.get("sensitive"))
    if kind == "structure" and not shape.get("document"):
        for name, member in shape["members"].items():
            inner = (*steps, name)
            hides = secret or bool(service_model.shape(member).get("sensitive"))
            if name in shape.get("required", ()):
                for absent in (LEFT_OUT, None):
                    yield _refused("required", root, inner, absent, None, "Member must not be null", hides=hides)
            yield from _value_cases(root, inner, member, secret=secret)
    elif kind == "list":
        yield from _value_cases(root, (*steps, 0), shape["member"], secret=secret)
    elif kind == "map":
        yield from _value_cases(root, (*steps, Key(least_keys(shape["key"])[0])), shape["value"], secret=secret)


def _value_cases(root: str, steps: Steps, shape_name: str, *, secret: bool) -> Iterator[Case]:
    shape = service_model.shape(shape_name)
    hides = secret or _holds_secrets(shape_name)
    yield from _wrong_types(root, steps, shape_name)
    for kind, value, shown, rule in _violations(shape_name, in_list=isinstance(steps[-1], int)):
        if (shape_name, kind) not in IN_THE_OPERATION:
            yield _refused(kind, root, steps, value, shown, rule, hides=hides or shape["type"] == "blob")
    yield from _walk(root, steps, shape_name, secret=secret)


def _violations(shape_name: str, *, in_list: bool) -> Iterator[tuple[str, Any, Any, str]]:
    """Yield kind, value, the value as it is shown, and AWS's words for what is wrong with it."""
    shape = service_model.shape(shape_name)
    kind = shape["type"]
    if kind == "string":
        yield from _text_violations(shape_name, shape, in_list=in_list)
    elif kind in ("integer", "long"):
        if "min" in shape:
            value = shape["min"] - 1
            yield "min", value, value, f"Member must have value greater than or equal to {shape['min']}"
        if "max" in shape:
            value = shape["max"] + 1
            yield "max", value, value, f"Member must have value less than or equal to {shape['max']}"
    elif kind == "blob" and "max" in shape:
        # Base64 of bytes that are all null.
        value = "AAAA" * (shape["max"] // 3 + 1)
        yield "max", value, None, f"Member must have length less than or equal to {shape['max']}"
    elif kind in ("list", "map"):
        if shape.get("min"):
            value = least(shape_name, size=shape["min"] - 1)
            yield "min", value, value, f"Member must have length greater than or equal to {shape['min']}"
        if "max" in shape:
            value = least(shape_name, size=shape["max"] + 1)
            # A map whose keys the pattern names one by one has no key too many.
            if len(value) > shape["max"]:
                yield "max", value, value, f"Member must have length less than or equal to {shape['max']}"
        if kind == "map":
            yield from _key_violations(shape)
        elif "enum" in service_model.shape(shape["member"]):
            rule = f"Member must satisfy constraint: [{_enumeration(service_model.shape(shape['member']))}]"
            size = max(shape.get("min", 0), 1)
            value = [*least(shape_name, size=size)[:-1], _NO_SUCH]
            yield "enum of a list", value, value, rule


def _text_violations(shape_name: str, shape: Any, *, in_list: bool) -> Iterator[tuple[str, Any, Any, str]]:
    if "enum" in shape:
        # In a list they are reported with the list.
        if not in_list:
            yield "enum", _NO_SUCH, _NO_SUCH, _enumeration(shape)
        return
    pattern_rule = f"Member must satisfy regular expression pattern: {shape.get('pattern')}"
    if shape.get("min"):
        length = shape["min"] - 1
        value = sound_text(shape_name, length)
        rule = f"Member must have length greater than or equal to {shape['min']}"
        if (shape_name, "pattern") in IN_THE_OPERATION:
            yield "min", "a" * length, "a" * length, rule
        elif value is None:
            # Observed: an empty string breaks both; see the API reference's examples.
            yield "min", "a" * length, "a" * length, f"{rule}\n{pattern_rule}"
        else:
            yield "min", value, value, rule
    if "max" in shape:
        length = shape["max"] + 1
        value = sound_text(shape_name, length) or "a" * length
        yield "max", value, value, f"Member must have length less than or equal to {shape['max']}"
    if "pattern" in shape:
        value = _off_pattern(shape, _least_text(shape_name))
        if value is not None:
            yield "pattern", value, value, pattern_rule


def _off_pattern(shape: Any, text: str) -> str | None:
    """Return a text of an allowed length that breaks only the pattern; ``None`` if it takes everything."""
    for stranger in _STRANGERS:
        changed = text[:-1] + stranger
        if shape.get("min", 0) <= len(changed) and not _fits_pattern(shape, changed):
            return changed
    return None


def _key_violations(shape: Any) -> Iterator[tuple[str, Any, Any, str]]:
    key_shape = service_model.shape(shape["key"])
    sound = least(shape["value"])
    for _kind, key, _shown, rule in _text_violations(shape["key"], key_shape, in_list=False):
        value = {key: sound}
        text = ", ".join(rule.split("\n"))
        yield "key of a map", value, value, f"Map keys must satisfy constraint: [{text}]"


def _enumeration(shape: Any) -> str:
    return f"Member must satisfy enum value set: [{', '.join(shape['enum'])}]"


@cache
def _holds_secrets(shape_name: str) -> bool:
    """Tell whether a shape, or what lies in its lists, maps and structures, is marked as sensitive."""
    shape = service_model.shape(shape_name)
    inner = [shape[part] for part in ("member", "value") if part in shape] + list(shape.get("members", {}).values())
    return bool(shape.get("sensitive")) or any(_holds_secrets(name) for name in inner)


# Types

_WANTED = {
    "string": "a String",
    "boolean": "a Boolean",
    "integer": "an Integer",
    "long": "a Long",
    "timestamp": "a Timestamp",
    "blob": "a Blob",
    "structure": "a Structure",
    "list": "a List",
    "map": "a Map",
}


def _wrong_types(root: str, steps: Steps, shape_name: str) -> Iterator[Case]:
    """Yield one request for every JSON type that a shape does not take."""
    shape = service_model.shape(shape_name)
    kind = shape["type"]
    if shape.get("document"):
        return
    wanted = _WANTED[kind]
    wrong = [
        (7.5, f"NUMBER_VALUE can not be converted to {wanted}"),
        ("text", f"STRING_VALUE can not be converted to {wanted}"),
        (True, f"TRUE_VALUE can not be converted to {wanted}"),
        ({"a": 1}, "Start of structure or map found where not expected."),
        (["a"], "Start of list found where not expected."),
    ]
    taken = {
        "string": (str,),
        "boolean": (bool,),
        "timestamp": (float,),
        "blob": (str,),
        "structure": (dict,),
        "map": (dict,),
        "list": (list,),
    }.get(kind, ())
    for value, words in wrong:
        # A boolean is no number in JSON.
        if type(value) not in taken:
            yield Case("type", spelled(steps), put(root, steps, value), "SerializationException", words)


# Putting it together


def put(root: str, steps: Steps, value: Any) -> Any:
    """Return the smallest sound request of a shape with ``value`` at a place; ``LEFT_OUT`` takes the place away."""
    if not steps:
        return value
    shape = service_model.shape(root)
    step, rest = steps[0], steps[1:]
    if isinstance(step, int):
        return [put(shape["member"], rest, value), *least(root)[1:]]
    found = least(root)
    if value is LEFT_OUT and not rest:
        del found[step]
        return found
    inner = shape["members"][step] if "members" in shape else shape["value"]
    return {**found, step: put(inner, rest, value)}


def spelled(steps: Steps) -> str:
    """Return a place in AWS's spelling: ``userAttributes.1.member.name``."""
    return ".".join(
        f"{step + 1}.member"
        if isinstance(step, int)
        else f"{step}.member"
        if isinstance(step, Key)
        else step[0].lower() + step[1:]
        for step in steps
    )


def _refused(kind: str, root: str, steps: Steps, value: Any, shown: Any, rules: str, *, hides: bool) -> Case:
    path = spelled(steps)
    texts = rules.split("\n")
    count = f"{len(texts)} validation {'error' if len(texts) == 1 else 'errors'} detected: "
    what = "Value" if hides else f"Value {_java(shown)}"
    message = count + "; ".join(f"{what} at '{path}' failed to satisfy constraint: {text}" for text in texts)
    return Case(kind, path, put(root, steps, value), "InvalidParameterException", message)


def _java(value: Any) -> str:
    if value is None:
        return "null"
    text = _java_text(value)
    # Ours: a message is no mirror for a megabyte.
    return f"'{text}'" if len(text) <= _SHOWN else f"'{text[:_SHOWN]}…'"


def _java_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(_java_text(item) for item in value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={_java_text(item)}" for key, item in value.items()) + "}"
    return str(value)
