"""Requests made from the service model: sound ones, and ones that hold what nobody should send."""

import re
from dataclasses import dataclass

from hypothesis import strategies as st

from cognito_auth.operations import service_model

HOSTILE_TEXTS = [
    "",
    " ",
    "\0",
    "jane\0",
    "\ud800",
    "jane\udfff",
    "\u202e\u200b\ufeff",
    "𝕛𝕒𝕟𝕖",
    "I\u0307ß",
    "e\u0301" * 40,
    "' OR 1=1 --",
    "%s%(x)s{0}{x}",
    "<script>",
    "../../etc/passwd",
    "arn:aws:cognito-idp:eu-west-1:000000000000:userpool/",
    "2026-99-99",
    "a.b.c",
    "eyJhbGciOiJSUzI1NiJ9.e30.AAAA",
    "x" * 2049,
    "9" * 400,
    "[" * 3000,
    "{",
    "-1",
    "NaN",
    "+15555550100",
    "jane@example.com",
]
HOSTILE_NUMBERS = [0, 1, -1, 60, 61, 2**31, 2**63, -(2**63) - 1, 10**40, 0.5, 1e308, -0.0]
_DEEP = []
for _level in range(60):
    _DEEP = [_DEEP]
WRONG = [None, True, [], {}, [None], {"": None}, {"\0": "\0"}, {"a": {"b": [1]}}, _DEEP, "", 7]

HOSTILE = st.one_of(st.sampled_from(HOSTILE_TEXTS), st.sampled_from(HOSTILE_NUMBERS), st.sampled_from(WRONG))


@dataclass(frozen=True)
class World:
    """The names of what exists."""

    pool_id: str
    client_id: str
    username: str
    group: str
    arn: str

    def named(self, member):
        """Return what exists under the name of a member, or ``None``."""
        return {
            "UserPoolId": self.pool_id,
            "ClientId": self.client_id,
            "Username": self.username,
            "GroupName": self.group,
            "ResourceArn": self.arn,
        }.get(member)


@st.composite
def request_of(draw, name, world):
    """Return a request of an operation; now and then it is no object."""
    if draw(st.integers(0, 24)) == 0:
        return draw(HOSTILE)
    return draw(_value(service_model.load()["operations"][name]["input"], name, world, depth=0))


@st.composite
def _value(draw, shape_name, member, world, *, depth):
    """Return a value of a shape: mostly sound, else at its bounds or hostile."""
    # Near the top mostly sound, else nothing but the validation would be reached.
    if depth and draw(st.integers(0, 11)) == 0:
        return draw(HOSTILE)
    shape = service_model.shape(shape_name)
    kind = shape["type"]
    if kind == "structure" and shape.get("document"):
        return draw(HOSTILE)
    if kind == "structure":
        return draw(_structure(shape, world, depth=depth))
    if kind == "list":
        size = draw(st.integers(0, 3 if depth < 5 else 0))
        return [draw(_value(shape["member"], member, world, depth=depth + 1)) for _ in range(size)]
    if kind == "map":
        size = draw(st.integers(0, 2))
        keys = [draw(_value(shape["key"], member, world, depth=depth + 1)) for _ in range(size)]
        return {
            key if isinstance(key, str) else "key": draw(_value(shape["value"], member, world, depth=depth + 1))
            for key in keys
        }
    if kind == "boolean":
        return draw(st.booleans())
    if kind in ("integer", "long", "double", "float", "timestamp"):
        low, high = shape.get("min", -1), shape.get("max", 2**31)
        return draw(st.sampled_from([low, high, low + 1, low - 1, high + 1, *HOSTILE_NUMBERS]))
    if kind == "blob":
        return draw(st.sampled_from(["", "AAAA", "PHN2Zy8+", "not base64!", "iVBORw0KGgo=", "\ud800"]))
    return draw(_text(shape, member, world))


@st.composite
def _structure(draw, shape, world, *, depth):
    required = set(shape.get("required", ()))
    found = {}
    for member, shape_name in shape["members"].items():
        is_there = draw(st.integers(0, 19)) > 0 if member in required else depth < 3 and draw(st.integers(0, 3)) == 0
        if is_there:
            found[member] = draw(_value(shape_name, member, world, depth=depth + 1))
    if draw(st.integers(0, 15)) == 0 and required:
        found.pop(draw(st.sampled_from(sorted(required))), None)
    if draw(st.integers(0, 15)) == 0:
        found["Unknown\0"] = draw(HOSTILE)
    return found


@st.composite
def _text(draw, shape, member, world):
    if "enum" in shape:
        return draw(st.sampled_from(shape["enum"]))
    existing = world.named(member)
    if existing is not None and draw(st.integers(0, 5)):
        return existing
    low, high = shape.get("min", 0), min(shape.get("max", 300), 5000)
    candidates = ["a" * max(low, 1), "a" * high, "a" * (high + 1), "a" * max(low - 1, 0), "jane", "email", "1"]
    pattern = shape.get("pattern")
    if pattern and draw(st.booleans()):
        try:
            return draw(st.from_regex(re.compile(_of_python(pattern)), fullmatch=True))[:high]
        except re.error:
            pass
    return draw(st.sampled_from(candidates + HOSTILE_TEXTS))


def _of_python(pattern):
    """Return a pattern of the model with the classes of characters that Python's ``re`` lacks replaced."""
    return re.sub(r"\\p\{[A-Za-z]+\}", "a-z", pattern)
