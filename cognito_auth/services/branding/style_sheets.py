"""Style sheets that can only colour and measure: nothing is loaded, nothing runs.

Read with a parser of CSS, so that escapes and comments hide nothing.
Source: AWS "Customizing hosted UI (classic) branding" for the classes; CSS Syntax Module Level 3.
"""

import re
from collections.abc import Iterable
from typing import Any

import tinycss2

from cognito_auth import reasons

# The classes of the classic pages.
CLASSES = frozenset(
    """
    background-customizable banner-customizable errorMessage-customizable idpButton-customizable
    idpDescription-customizable inputField-customizable label-customizable legalText-customizable
    logo-customizable passwordCheck-notValid-customizable passwordCheck-valid-customizable
    redirect-customizable socialButton-customizable submitButton-customizable textDescription-customizable
    """.split()  # noqa: SIM905  words read better than quotes
)
_PSEUDO_CLASSES = frozenset({"hover", "focus", "focus-visible", "active", "disabled", "visited", "placeholder"})
# Functions that only compute. Everything that fetches, runs or looks elsewhere is missing.
_FUNCTIONS = frozenset(
    """
    calc min max clamp rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix
    linear-gradient radial-gradient conic-gradient repeating-linear-gradient repeating-radial-gradient
    cubic-bezier steps translate translatex translatey scale scalex scaley rotate skew skewx skewy matrix
    blur brightness contrast drop-shadow grayscale hue-rotate invert opacity saturate sepia
    """.split()  # noqa: SIM905  words read better than quotes
)
_RUNNING_PROPERTIES = frozenset({"behavior", "-ms-behavior", "-moz-binding"})
_OWN_PART = re.compile(r"#[\w.:-]+")
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]*")
_MAX_DEPTH = 16


def check(css: str) -> None:
    """Refuse a style sheet of the classic pages that styles, loads or runs anything else.

    Raises:
        InvalidParameterException: with what is wrong with it.
    """
    # Whatever it means to CSS, inside a page it would end the style sheet.
    if "</" in css or "<!" in css or "-->" in css:
        raise reasons.INVALID_STYLE_SHEET(problem="it holds markup")
    _check_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), is_inside=False)


def _check_rules(rules: Iterable[Any], *, is_inside: bool) -> None:
    for rule in rules:
        if rule.type == "error":
            raise reasons.INVALID_STYLE_SHEET(problem=f"line {rule.source_line} cannot be read")
        if rule.type == "at-rule":
            if rule.lower_at_keyword != "media" or rule.content is None or is_inside:
                raise reasons.INVALID_STYLE_SHEET(problem=f"@{rule.at_keyword} is not allowed")
            _check_values(rule.prelude, "@media")
            content = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            _check_rules(content, is_inside=True)
            continue
        _check_selector(rule.prelude)
        _check_declarations(rule.content)


def _check_selector(tokens: Iterable[Any]) -> None:
    """Allow lists of classes of the pages, each with pseudo-classes, and nothing else."""
    tokens = list(tokens)
    text = tinycss2.serialize(tokens).strip()
    after, names_class = "", False
    for token in tokens:
        if token.type in ("whitespace", "comment"):
            continue
        if token.type == "literal" and token.value in (".", ":", ","):
            after = ":" if token.value == ":" else token.value
            continue
        is_class = token.type == "ident" and after == "." and token.value in CLASSES
        is_pseudo = token.type == "ident" and after == ":" and token.lower_value in _PSEUDO_CLASSES
        if not is_class and not is_pseudo:
            raise reasons.INVALID_STYLE_SHEET(problem=f"the selector {text[:100]} is none of the pages' classes")
        names_class = names_class or is_class
        after = ""
    if not names_class or after:
        raise reasons.INVALID_STYLE_SHEET(problem=f"the selector {text[:100]} is none of the pages' classes")


def _check_declarations(tokens: Iterable[Any]) -> None:
    for declaration in tinycss2.parse_blocks_contents(tokens, skip_comments=True, skip_whitespace=True):
        if declaration.type != "declaration":
            line = declaration.source_line
            raise reasons.INVALID_STYLE_SHEET(problem=f"line {line} is no declaration")
        if declaration.lower_name in _RUNNING_PROPERTIES or declaration.name.startswith("--"):
            raise reasons.INVALID_STYLE_SHEET(problem=f"the property {declaration.name[:100]} is not allowed")
        _check_values(declaration.value, declaration.name)


def _check_values(tokens: Iterable[Any], where: str) -> None:
    problem = _problem_of(tokens, own_parts=False)
    if problem is not None:
        raise reasons.INVALID_STYLE_SHEET(problem=f"{problem} is not allowed in {where[:100]}")


def _problem_of(tokens: Iterable[Any], *, own_parts: bool, depth: int = 0) -> str | None:
    """Return what in these values is not allowed, or ``None``."""
    if depth > _MAX_DEPTH:
        return "such nesting"
    for token in tokens:
        if token.type == "error":
            return "what cannot be read"
        if token.type == "url" and not _is_harmless_address(token.value, own_parts=own_parts):
            return "url()"
        if token.type == "function":
            if token.lower_name == "url":
                texts = [part for part in token.arguments if part.type not in ("whitespace", "comment")]
                is_text = len(texts) == 1 and texts[0].type == "string"
                if not is_text or not _is_harmless_address(texts[0].value, own_parts=own_parts):
                    return "url()"
                continue
            if token.lower_name not in _FUNCTIONS:
                return f"{token.name[:100]}()"
            inner: Iterable[Any] = token.arguments
        else:
            inner = getattr(token, "content", None) or ()
        problem = _problem_of(inner, own_parts=own_parts, depth=depth + 1)
        if problem is not None:
            return problem
    return None


def _is_harmless_address(address: str, *, own_parts: bool) -> bool:
    if own_parts:
        return _OWN_PART.fullmatch(address) is not None
    return _PICTURE.fullmatch(address) is not None


def is_harmless(css: str) -> bool:
    """Tell whether the style sheet of a drawing only colours and measures parts of the drawing."""
    if "<" in css:
        return False
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if rule.type != "qualified-rule" or _problem_of(rule.prelude, own_parts=True) is not None:
            return False
        if not are_harmless_declarations(rule.content):
            return False
    return True


def are_harmless_declarations(css: Any) -> bool:
    """Tell whether declarations, of a ``style`` attribute for example, only colour and measure."""
    return all(
        declaration.type == "declaration"
        and declaration.lower_name not in _RUNNING_PROPERTIES
        and _problem_of(declaration.value, own_parts=True) is None
        for declaration in tinycss2.parse_blocks_contents(css, skip_comments=True, skip_whitespace=True)
    )
