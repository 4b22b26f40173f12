"""Watching every call of the whole test run: errors are declared, responses fit their shape."""

from numbers import Real

from cognito_auth.exceptions import CognitoError
from cognito_auth.operations import dispatch, service_model

# Of the protocol, not of an operation: the service model declares them nowhere.
FRAMEWORK_ERRORS = frozenset(
    {
        "AccessDeniedException",
        "IncompleteSignatureException",
        "InternalErrorException",
        "InvalidSignatureException",
        "MissingAuthenticationTokenException",
        "RequestEntityTooLargeException",
        "SerializationException",
        "TooManyRequestsException",
        "UnknownOperationException",
        "UnrecognizedClientException",
    }
)
_execute = dispatch.execute
_violations = []


def execute(name, payload, call):
    """Carry out a call and note what the service model does not know."""
    try:
        response = _execute(name, payload, call)
    except CognitoError as error:
        _note(undeclared(name, error))
        raise
    output = service_model.load()["operations"][name].get("output")
    _note(misfits(response, output, name) if output else ([f"{name}: no output is declared"] if response else []))
    return response


def take_violations():
    """Return what was noted since the last time."""
    taken = list(_violations)
    _violations.clear()
    return taken


def _note(found):
    _violations.extend(found)


def undeclared(name, error):
    """Return a sentence if the operation does not declare the error."""
    operation = service_model.load()["operations"].get(name)
    if operation is None or error.code in FRAMEWORK_ERRORS or error.code in operation["errors"]:
        return []
    return [f"{name} raised {error.code} ({error.message!r}), which it does not declare"]


def misfits(value, shape_name, path):
    """Return where a response does not fit a shape."""
    shape = service_model.shape(shape_name)
    if shape.get("document"):
        return []
    kinds = {"structure": dict, "map": dict, "list": list, "string": str, "boolean": bool, "blob": bytes}
    kind = kinds.get(shape["type"], Real)
    if not isinstance(value, kind) or (kind is Real and isinstance(value, bool)):
        return [f"{path}: {type(value).__name__} instead of {shape['type']}"]
    if "enum" in shape and value not in shape["enum"]:
        return [f"{path}: {value!r} is none of {shape['enum']}"]
    if shape["type"] == "list":
        return [text for item in value for text in misfits(item, shape["member"], f"{path}[]")]
    if shape["type"] == "map":
        return [text for key, item in value.items() for text in misfits(item, shape["value"], f"{path}[{key}]")]
    if shape["type"] != "structure":
        return []
    found = [f"{path}: {name} is missing" for name in shape.get("required", ()) if name not in value]
    for name, item in value.items():
        if name not in shape["members"]:
            found.append(f"{path}: {name} is unknown")
        else:
            found += misfits(item, shape["members"][name], f"{path}.{name}")
    return found
