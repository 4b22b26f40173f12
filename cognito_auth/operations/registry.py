"""Which function serves which operation of the API.

A module of this package registers its functions by being imported; :func:`load` imports all of them,
so that nobody keeps a list.
"""

import enum
import importlib
import pkgutil
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from cognito_auth import operations, reasons
from cognito_auth.operations import service_model, validation
from cognito_auth.operations.call import Call

Function = Callable[[Any, Call], Any]
_F = TypeVar("_F", bound=Function)


class Authorization(enum.Enum):
    """How a caller proves that they may call an operation."""

    SIGNED = "signed"  # an AWS signature made with an access key
    ACCESS_TOKEN = "access token"  # an access token in the request, or a session in its place
    SIGNED_OR_CLIENT = "signed or by a client"  # a signature, or else the app client's secret in the request
    NONE = "none"  # the request carries its own secret: password, code, session, refresh token, client secret


# Where the model, by which boto3 signs, says less than its documentation.
# Source: AWS API_GetClientToken, API_GetDerivedToken.
_AUTHORIZATIONS: Mapping[str, Authorization] = {
    "GetClientToken": Authorization.NONE,
    "GetDerivedToken": Authorization.SIGNED_OR_CLIENT,
}


@dataclass(eq=False)
class Operation:
    """One operation of the API, implemented or not."""

    name: str
    model: service_model.OperationModel
    function: Function | None = None

    @cached_property
    def authorization(self) -> Authorization:
        """How callers prove that they may."""
        if self.name in _AUTHORIZATIONS:
            return _AUTHORIZATIONS[self.name]
        if self.model["signed"]:
            return Authorization.SIGNED
        members = service_model.shape(self.model["input"])["members"]
        return Authorization.ACCESS_TOKEN if "AccessToken" in members else Authorization.NONE

    @cached_property
    def is_signed(self) -> bool:
        """Whether it needs an AWS signature."""
        return self.authorization is Authorization.SIGNED

    @cached_property
    def heeds_signatures(self) -> bool:
        """Whether an AWS signature counts: it must be right, and its key must allow the call."""
        return self.authorization in (Authorization.SIGNED, Authorization.SIGNED_OR_CLIENT)

    @cached_property
    def validate(self) -> Callable[[Any], dict[str, Any]]:
        """The check of its requests, made on first use."""
        return validation.validator_of(self.model["input"])


_operations: dict[str, Operation] = {
    name: Operation(name, model) for name, model in service_model.load()["operations"].items()
}
_lock = threading.Lock()
_is_loaded = False


def operation(name: str) -> Callable[[_F], _F]:
    """Return a decorator that makes a function serve the operation ``name``.

    The function takes the validated request and the :class:`Call`, and returns the response or
    ``None``. It is called like boto3's method; both is checked here, at import.
    """

    def register(function: _F) -> _F:
        entry = _operations[name]
        if function.__name__ != entry.model["method"]:
            raise TypeError(f"{name} must be served by a function called {entry.model['method']}.")
        if entry.function is not None:
            raise TypeError(f"{name} is served by {entry.function.__module__} already.")
        entry.function = function
        return function

    return register


def load() -> Mapping[str, Operation]:
    """Return all operations by name, after importing every module that serves some."""
    global _is_loaded  # noqa: PLW0603  (once per process)
    if not _is_loaded:
        with _lock:
            if not _is_loaded:
                for module in pkgutil.iter_modules(operations.__path__):
                    importlib.import_module(f"{operations.__name__}.{module.name}")
                _is_loaded = True
    return _operations


def get(name: str) -> Operation:
    """Return the operation of this name.

    Raises:
        UnknownOperationException: the API has none.
    """
    found = load().get(name)
    if found is None:
        raise reasons.UNKNOWN_OPERATION()
    return found
