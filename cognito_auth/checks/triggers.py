"""The shape of ``TRIGGERS``, and whether what it names is there and can be called."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.checks import CheckMessage
from django.utils.module_loading import import_string

from cognito_auth.checks import findings
from cognito_auth.checks.types import kind_of, suggestion
from cognito_auth.choices import TriggerKind, TriggerVersion

_USER_POOL_ID = re.compile(r"[\w-]+_[0-9a-zA-Z]+", re.ASCII)
_KEYS = frozenset({"handler", "version"})


def problems(given: Mapping[Any, Any]) -> Iterator[CheckMessage]:
    """Yield what is wrong with each trigger, of all pools and of single ones."""
    for key, value in given.items():
        if _USER_POOL_ID.fullmatch(str(key)):
            if not isinstance(value, Mapping):
                yield _finding(key, f"it is {kind_of(value)}.", "Make it a dictionary: trigger → dotted path.")
                continue
            for kind, handler in value.items():
                yield from _handler(f"{key}: {kind}", kind, handler)
        else:
            yield from _handler(key, key, value)


def _handler(key: str, kind: Any, given: Any) -> Iterator[CheckMessage]:
    if kind not in TriggerKind.values:
        yield _finding(key, "there is no such trigger.", suggestion(kind, TriggerKind.values))
        return
    if isinstance(given, Mapping):
        for name in given.keys() - _KEYS:
            yield _finding(key, f"it has an unknown key {name!r}.", suggestion(name, _KEYS))
        version = given.get("version", TriggerVersion.V1_0)
        if version not in TriggerVersion.values:
            yield _finding(key, f"'version' is {version!r}.", suggestion(version, TriggerVersion.values))
        elif version != TriggerVersion.V1_0 and kind != TriggerKind.PRE_TOKEN_GENERATION:
            yield _finding(key, "only PreTokenGeneration has versions.", "Leave 'version' out.")
        given = given.get("handler", ())
    if given is not None and not callable(given):
        yield from _path(key, given)


def _path(key: str, path: Any) -> Iterator[CheckMessage]:
    hint = "Write the dotted path of a callable (event, context), for example 'shop.triggers.pre_sign_up'."
    if not isinstance(path, str):
        yield _finding(key, "it names no callable.", hint)
        return
    try:
        target = import_string(path)
    except ImportError as error:
        yield _finding(key, f"{path!r} cannot be imported: {error}", hint)
    else:
        if not callable(target):
            yield _finding(key, f"{path!r} is not callable.", hint)


def _finding(key: Any, problem: str, hint: str) -> CheckMessage:
    return findings.TRIGGER_SHAPE(key=key, problem=problem, hint=hint)
