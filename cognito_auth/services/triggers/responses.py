"""Reading what a handler returned: the event with its ``response`` filled in.

Anything unexpected is refused as AWS does, and what was wrong is logged for who wrote the handler.
"""

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

from cognito_auth import reasons
from cognito_auth.choices import TriggerKind
from cognito_auth.exceptions import CognitoError
from cognito_auth.services.triggers import calling
from cognito_auth.services.triggers.calling import Handler

logger = logging.getLogger(__name__)

Check = Callable[[Any], bool]


def is_flag(value: Any) -> bool:
    """Tell whether a value is true or false."""
    return isinstance(value, bool)


def is_text(value: Any) -> bool:
    """Tell whether a value is a string."""
    return isinstance(value, str)


def is_text_list(value: Any) -> bool:
    """Tell whether a value is a list of strings."""
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def is_text_map(value: Any) -> bool:
    """Tell whether a value is a dictionary from strings to strings."""
    return isinstance(value, dict) and all(isinstance(item, str) for pair in value.items() for item in pair)


def is_json(value: Any) -> bool:
    """Tell whether a value can be written as JSON and is then what it was."""
    try:
        return bool(json.loads(json.dumps(value, allow_nan=False)) == value)
    except (TypeError, ValueError, RecursionError):
        return False


def ask(handler: Handler, event: dict[str, Any], checks: Mapping[str, Check], *, strict: bool) -> dict[str, Any]:
    """Call the handler and return its response: every key of ``checks``, ``None`` where it gave nothing.

    Raises:
        InvalidLambdaResponseException: no event, unknown keys, or values of the wrong type.
        UserLambdaValidationException, UnexpectedLambdaException: see :func:`calling.invoke`.
    """
    return read(handler.kind, calling.invoke(handler, event, strict=strict), checks)


def read(kind: TriggerKind, answer: Any, checks: Mapping[str, Check]) -> dict[str, Any]:
    """Return the response in ``answer``, checked; see :func:`ask`."""
    if not isinstance(answer, dict):
        raise malformed(kind, f"it returned {type(answer).__name__} instead of the event.")
    response = answer.get("response")
    return members(kind, {} if response is None else response, checks, at="response")


def members(kind: TriggerKind, value: Any, checks: Mapping[str, Check], *, at: str) -> dict[str, Any]:
    """Return the members of a dictionary in a response, checked; ``None`` for absent ones.

    Raises:
        InvalidLambdaResponseException: no dictionary, unknown keys, or values of the wrong type.
    """
    if not isinstance(value, dict):
        raise malformed(kind, f"{at} is {type(value).__name__} instead of a dictionary.")
    for name in value:
        if name not in checks:
            raise malformed(kind, f"{at} has an unknown key {str(name)[:64]!r}.")
    found = {name: value.get(name) for name in checks}
    for name, check in checks.items():
        if found[name] is not None and not check(found[name]):
            raise malformed(kind, f"{at}.{name} has the wrong type.")
    return found


def malformed(kind: TriggerKind, problem: str) -> CognitoError:
    """Log what is wrong with a response and return the refusal."""
    logger.error("The answer of %s cannot be used: %s", kind.value, problem)
    return reasons.TRIGGER_MALFORMED(trigger=kind.value, problem=problem)
