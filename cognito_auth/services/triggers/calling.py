"""Finding the handler of a trigger, calling it once, and turning what it raises into the API's errors.

===========================================  =========================================================
what the handler does                        what the operation answers
===========================================  =========================================================
raises ``PublicTriggerError("words")``       UserLambdaValidationException "words" (strict: as below)
raises anything else                         UserLambdaValidationException "<Trigger> failed with …"
takes too long, cannot be imported,          UnexpectedLambdaException
or fails in the database
returns something unexpected                 InvalidLambdaResponseException "Unrecognizable lambda output"
===========================================  =========================================================

A handler is called once: what AWS retries after a network failure cannot fail here.
Source: AWS "Customizing user pool workflows with Lambda triggers", "Error handling".
"""

import copy
import functools
import inspect
import logging
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import Error as DatabaseFailure
from django.utils.module_loading import import_string

from cognito_auth import reasons
from cognito_auth.choices import TriggerKind, TriggerVersion
from cognito_auth.conf import settings
from cognito_auth.exceptions import PublicTriggerError
from cognito_auth.services.triggers import time_limit

logger = logging.getLogger(__name__)

_TIME_IS_OVER = "Socket timeout while invoking Lambda function"


@dataclass(frozen=True, slots=True)
class Handler:
    """What is configured for a trigger of a pool: a callable or its dotted path."""

    kind: TriggerKind
    target: Callable[..., Any] | str
    version: TriggerVersion = TriggerVersion.V1_0


@dataclass(frozen=True, slots=True)
class TriggerContext:
    """The second argument of a handler, like the context object of AWS Lambda."""

    function_name: str
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    function_version: str = "$LATEST"
    deadline: float | None = None

    def get_remaining_time_in_millis(self) -> int:
        """Return how long the handler may still take; very long without a limit."""
        if self.deadline is None:
            return 900_000
        return max(0, int((self.deadline - time.monotonic()) * 1000))


def handler_of(kind: TriggerKind, pool_id: str) -> Handler | None:
    """Return what is configured for a trigger of this pool, or ``None``."""
    triggers = settings.triggers
    if not triggers:
        return None
    own = triggers.get(pool_id)
    given = own[kind] if own is not None and kind in own else triggers.get(kind)
    if given is None:
        return None
    if isinstance(given, Mapping):
        return Handler(kind, given["handler"], TriggerVersion(given.get("version", TriggerVersion.V1_0)))
    return Handler(kind, given)


def required(kind: TriggerKind, pool_id: str) -> Handler:
    """Return the handler of a trigger that custom sign-ins cannot do without.

    Raises:
        InvalidParameterException: there is none.
    """
    handler = handler_of(kind, pool_id)
    if handler is None:
        raise reasons.CUSTOM_AUTH_NOT_CONFIGURED()
    return handler


def invoke(handler: Handler, event: dict[str, Any], *, strict: bool) -> Any:
    """Call the handler once with a copy of the event and return its answer, unread.

    Raises:
        UserLambdaValidationException: the handler raised an exception.
        UnexpectedLambdaException: it cannot be called, took too long, or failed in the database.
    """
    kind, seconds = handler.kind, settings.trigger_timeout_seconds
    try:
        call = _prepared(handler, copy.deepcopy(event), seconds=seconds)
        return time_limit.run(call, seconds=seconds)
    except time_limit.TimeIsOver:
        logger.error("%s took longer than %s seconds: %s", kind.value, seconds, _name_of(handler))
        raise reasons.TRIGGER_FAILED(trigger=kind.value, problem=_TIME_IS_OVER) from None
    except PublicTriggerError as error:
        reason = reasons.TRIGGER_REFUSED if strict else reasons.TRIGGER_REFUSED_PUBLICLY
        raise reason(trigger=kind.value, problem=str(error)) from None
    except (ImportError, DatabaseFailure, SystemExit) as error:
        # Their texts are about this server and its rows, and not for callers.
        logger.exception("%s failed: %s", kind.value, _name_of(handler))
        raise reasons.TRIGGER_FAILED(trigger=kind.value, problem=type(error).__name__) from None
    except Exception as error:
        logger.warning("%s refused: %s", kind.value, _name_of(handler), exc_info=True)
        raise reasons.TRIGGER_REFUSED(trigger=kind.value, problem=str(error)) from None


def _prepared(handler: Handler, event: dict[str, Any], *, seconds: float | None) -> Callable[[], Any]:
    function = import_string(handler.target) if isinstance(handler.target, str) else handler.target
    if not _takes_context(function):
        return functools.partial(function, event)
    deadline = None if seconds is None else time.monotonic() + seconds
    return functools.partial(function, event, TriggerContext(_name_of(handler), deadline=deadline))


@functools.lru_cache(maxsize=256)
def _takes_context(function: Callable[..., Any]) -> bool:
    """Tell whether a handler takes ``(event, context)`` or just ``(event)``."""
    try:
        inspect.signature(function).bind(None, None)
    except TypeError:
        return False
    return True


def _name_of(handler: Handler) -> str:
    target = handler.target
    return target if isinstance(target, str) else f"{target.__module__}.{getattr(target, '__qualname__', target)}"
