r"""The language of filters.

Everywhere, one condition::

    filter     = [ condition ]
    condition  = attribute ( "=" | "^=" ) value
    attribute  = word | quoted
    value      = quoted                          ; "…" with \" and \\ for a quote and a backslash

In pools that are not strict, also::

    filter     = [ either ]
    either     = both { "or" both }
    both       = single { "and" single }
    single     = "(" either ")" | attribute ( "=" | "^=" | "contains" ) value

Source: AWS API_ListUsers, "Filter".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from cognito_auth import reasons


class Operator(StrEnum):
    """How a value compares."""

    EQUALS = "="
    STARTS_WITH = "^="
    CONTAINS = "contains"


@dataclass(frozen=True, slots=True)
class Condition:
    """One attribute compared with one value."""

    attribute: str
    operator: Operator
    value: str


@dataclass(frozen=True, slots=True)
class Both:
    """Every part holds."""

    parts: "tuple[Filter, ...]"


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part holds."""

    parts: "tuple[Filter, ...]"


Filter = Condition | Both | Either

_TOKEN = re.compile(
    r"""\s*(?:
        "(?P<quoted>(?:[^"\\]|\\["\\])*)"
      | (?P<symbol>\^=|=|\(|\))
      | (?P<word>[^\s"=^()\\]+)
    )""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_KEYWORDS = frozenset({"and", "or"})


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.text.lower() in words


_END = _Token("end", "")


def parse(text: str, *, strict: bool) -> Filter | None:
    """Return what ``text`` asks for, or ``None`` when it is blank: everybody.

    ``strict`` takes one condition only, as AWS does.

    Raises:
        InvalidParameterException: it is not a filter.
    """
    # No stored text holds these, and no database takes them.
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise reasons.FILTER_SYNTAX()
    tokens = list(_tokens(text.rstrip()))
    if not tokens:
        return None
    reader = _Reader(tokens, strict=strict)
    found = reader.condition() if strict else reader.either()
    reader.expect_end()
    return found


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise reasons.FILTER_SYNTAX()
        token = match[match.lastgroup]
        yield _Token(match.lastgroup, _ESCAPE.sub(r"\1", token) if match.lastgroup == "quoted" else token)
        position = match.end()


class _Reader:
    """Reads tokens from left to right; each method takes what its rule in the grammar says."""

    def __init__(self, tokens: list[_Token], *, strict: bool) -> None:
        self._tokens = tokens
        self._strict = strict
        self._position = 0

    def either(self) -> Filter:
        parts = [self._both()]
        while self._peek().is_word("or"):
            self._take()
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self) -> Filter:
        parts = [self._single()]
        while self._peek().is_word("and"):
            self._take()
            parts.append(self._single())
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _single(self) -> Filter:
        if self._peek() != _Token("symbol", "("):
            return self.condition()
        self._take()
        inner = self.either()
        if self._take() != _Token("symbol", ")"):
            raise reasons.FILTER_SYNTAX()
        return inner

    def condition(self) -> Condition:
        attribute, operator, value = self._take(), self._take(), self._take()
        if attribute.kind not in ("word", "quoted") or attribute.is_word(*_KEYWORDS) or value.kind != "quoted":
            raise reasons.FILTER_SYNTAX()
        return Condition(attribute.text, self._operator(operator), value.text)

    def _operator(self, token: _Token) -> Operator:
        if token.kind == "symbol" and token.text in ("=", "^="):
            return Operator(token.text)
        if not self._strict and token.is_word(Operator.CONTAINS):
            return Operator.CONTAINS
        raise reasons.FILTER_SYNTAX()

    def expect_end(self) -> None:
        if self._peek() is not _END:
            raise reasons.FILTER_SYNTAX()

    def _peek(self) -> _Token:
        return self._tokens[self._position] if self._position < len(self._tokens) else _END

    def _take(self) -> _Token:
        token = self._peek()
        self._position += 1
        return token
