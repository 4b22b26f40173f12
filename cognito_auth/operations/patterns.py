r"""The service model's regular expressions, which are written for Java, as fast matchers.

They mean the whole string. Java's ``\w \d \s`` are ASCII while ``\p{L}`` and its like are Unicode, so
the former are spelled out; Java's ``.`` stops at more line ends than Python's.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache

import regex

Matcher = Callable[[str], object]

_CLASSES = {"w": "A-Za-z0-9_", "d": "0-9", "s": r" \t\n\x0b\f\r"}
_DOT = r"[^\n\r\x85\u2028\u2029]"
_TOKEN = re.compile(r"\\.|\[\^?|\]|\.|[^\\\[\].]", re.DOTALL)
# One class of characters, repeated: linear, whatever is thrown at it.
_ONE_CLASS = re.compile(r"\^?\[[^\[\]\\]*(?:\\.[^\[\]\\]*)*\][+*]\$?")
# Longer than any honest match takes; a pattern that backtracks has then failed.
_TIMEOUT_SECONDS = 0.2


@cache
def matcher(pattern: str) -> Matcher:
    """Return a function that tells whether a whole string matches ``pattern`` (truthy or falsy)."""
    translated = translate(pattern)
    if "\\p" not in pattern and _ONE_CLASS.fullmatch(pattern):
        return re.compile(translated).fullmatch
    compiled = regex.compile(translated, regex.V0)
    if _ONE_CLASS.fullmatch(pattern):
        whole: Matcher = compiled.fullmatch
        return whole

    def match(text: str) -> bool:
        try:
            return compiled.fullmatch(text, timeout=_TIMEOUT_SECONDS) is not None
        except TimeoutError:
            return False

    return match


def translate(pattern: str) -> str:
    """Return a Java pattern in Python's spelling."""
    dot_matches_all = pattern.startswith("(?s)")
    # A complement alone in its class is spelled without the class; elsewhere there is none.
    pattern = pattern.replace(r"[\S]", r"\S")
    return "".join(_pieces(pattern, dot="." if dot_matches_all else _DOT))


def _pieces(pattern: str, *, dot: str) -> Iterator[str]:
    in_class = False
    for token in _TOKEN.findall(pattern):
        letter = token[1:]
        if token[0] == "\\" and letter.lower() in _CLASSES:
            yield _shorthand(letter, in_class=in_class)
        elif token == "." and not in_class:
            yield dot
        else:
            in_class = (in_class or token[0] == "[") and token != "]"
            yield token


def _shorthand(letter: str, *, in_class: bool) -> str:
    members = _CLASSES[letter.lower()]
    if letter.islower():
        return members if in_class else f"[{members}]"
    if in_class:
        raise ValueError(f"\\{letter} among other members of a class has no spelling here.")
    return f"[^{members}]"
