"""The settings document of a style: what it may hold, and joining two of them.

Members that the default document has must be of its types: objects, switches, colours, lengths, names.
Others are kept as they come, and given back; documents of newer consoles hold more than is understood.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from cognito_auth import reasons
from cognito_auth.services.branding import defaults

MAX_BYTES = 500_000
_COLOR = re.compile(r"[0-9a-fA-F]{6}(?:[0-9a-fA-F]{2})?", re.ASCII)
_MAX_LENGTH = 1_000
_NAMES: Mapping[str, frozenset[str]] = {"colorSchemeMode": frozenset({"LIGHT", "DARK", "DYNAMIC"})}


def check(document: Any) -> None:
    """Refuse what cannot be a settings document.

    Raises:
        InvalidParameterException: no object, too large, or a member of another type than it has.
    """
    if not isinstance(document, Mapping):
        raise reasons.INVALID_PARAMETER(problem="Settings must be a JSON object.")
    if len(json.dumps(document, ensure_ascii=False).encode()) > MAX_BYTES:
        raise reasons.INVALID_PARAMETER(problem=f"Settings must not be larger than {MAX_BYTES} bytes.")
    _check_members(document, defaults.document(), "")


def _check_members(given: Mapping[str, Any], known: Mapping[str, Any], path: str) -> None:
    for name, value in given.items():
        if name in known:
            problem = _problem_of(name, value, known[name])
            if problem is not None:
                raise reasons.INVALID_PARAMETER(problem=f"Settings: {path}{name} must be {problem}.")
            if isinstance(value, Mapping):
                _check_members(value, known[name], f"{path}{name}.")


def _problem_of(name: str, value: Any, default: Any) -> str | None:
    """Return what a member must be, if it is not that."""
    if isinstance(default, bool):
        return None if isinstance(value, bool) else "true or false"
    if isinstance(default, Mapping):
        return None if isinstance(value, Mapping) else "an object"
    if isinstance(default, list):
        return None if isinstance(value, list) else "a list"
    if isinstance(default, int):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return None if is_number and 0 <= value <= _MAX_LENGTH else f"a number from 0 to {_MAX_LENGTH}"
    if name.lower().endswith("color"):
        return None if is_color(value) else "a colour of 8 hexadecimal digits"
    allowed = _NAMES.get(name)
    if allowed is not None:
        return None if value in allowed else f"one of {', '.join(sorted(allowed))}"
    return None if isinstance(value, str) else "a text"


def is_color(value: Any) -> bool:
    """Tell whether a value is ``RRGGBB`` or ``RRGGBBAA``."""
    return isinstance(value, str) and _COLOR.fullmatch(value) is not None


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return both documents in one; where both have a member that is no object, the one of ``above``."""
    result = dict(below)
    for name, value in above.items():
        existing = result.get(name)
        both_objects = isinstance(existing, Mapping) and isinstance(value, Mapping)
        result[name] = merged(existing, value) if both_objects else value  # type: ignore[arg-type]
    return result
