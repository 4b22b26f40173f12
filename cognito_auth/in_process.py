"""The in-process client: boto3's methods, results and exceptions, without HTTP and signatures.

::

    cognito = cognito_auth.client()
    cognito.admin_get_user(UserPoolId=pool_id, Username="jane")["UserAttributes"]

    try:
        cognito.sign_up(ClientId=client_id, Username="jane", Password="…")
    except cognito.exceptions.UsernameExistsException as error:
        error.response["Error"]["Message"]

It runs the same operations as the API, so it validates, refuses and answers alike. Python code of the
project is trusted: no access key is asked for, unless a ``principal`` is given. Timestamps are aware
datetimes, as in boto3.
"""

import datetime
import uuid
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache, partial
from typing import Any

from cognito_auth.conf import settings
from cognito_auth.exceptions import CognitoError
from cognito_auth.operations import dispatch, registry, service_model
from cognito_auth.operations.call import TRUSTED, Call, Principal
from cognito_auth.services.request_origin import RequestOrigin

Convert = Callable[[Any], Any]


class ClientError(Exception):
    """A refused call, like botocore's exception of this name.

    Attributes:
        response: ``{"Error": {"Code", "Message"}, "ResponseMetadata": …}`` and further members of the error.
        operation_name: in the API's spelling.
    """

    def __init__(self, response: dict[str, Any], operation_name: str) -> None:
        error = response["Error"]
        super().__init__(
            f"An error occurred ({error['Code']}) when calling the {operation_name} operation: {error['Message']}"
        )
        self.response = response
        self.operation_name = operation_name


class Exceptions:
    """One exception class for each error of the API, as ``client.exceptions`` of boto3."""

    def __getattr__(self, name: str) -> type[ClientError]:
        if name == "ClientError":
            return ClientError
        if not name.endswith("Exception"):
            raise AttributeError(f"The API has no error {name}.")
        return _exception_class(name)


@lru_cache(maxsize=256)
def _exception_class(name: str) -> type[ClientError]:
    return type(name, (ClientError,), {"__doc__": "An error of the API.", "__module__": __name__})


class Client:
    """Calls operations of the API inside this process; one method per operation, named as in boto3.

    Args:
        region_name: goes into the ids of new pools; ``COGNITO_AUTH["REGION"]`` by default.
        principal: whose rights the calls have; all rights by default.
        origin: recorded with sign-ins and the like; unknown by default.
    """

    exceptions = Exceptions()

    def __init__(
        self,
        region_name: str | None = None,
        principal: Principal | None = None,
        origin: RequestOrigin | None = None,
    ) -> None:
        self._region = region_name or settings.region
        self._principal = principal or TRUSTED
        self._origin = origin or RequestOrigin()

    def __getattr__(self, method: str) -> Callable[..., dict[str, Any]]:
        name = _names_by_method().get(method)
        if name is None:
            raise AttributeError(f"'Client' object has no attribute '{method}'")
        call = partial(self._call, name)
        self.__dict__[method] = call
        return call

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *_names_by_method()]

    def call(self, operation_name: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Carry out an operation by its name in the API; members that it does not know are ignored.

        Raises:
            ClientError: refused, as the class of the error's name in :attr:`exceptions`.
        """
        request_id = str(uuid.uuid4())
        call = Call(
            now=datetime.datetime.now(tz=datetime.UTC),
            region=self._region,
            principal=self._principal,
            origin=self._origin,
            request_id=request_id,
        )
        try:
            response = dispatch.execute(operation_name, _without_datetimes(dict(request)), call)
        except CognitoError as error:
            raise _client_error(error, operation_name, request_id) from error
        output = registry.get(operation_name).model.get("output")
        result: dict[str, Any] = response if output is None else _converter(output)(response)
        result["ResponseMetadata"] = _metadata(request_id, 200)
        return result

    def _call(self, name: str, /, **request: Any) -> dict[str, Any]:
        model = service_model.load()["operations"][name]
        unknown = request.keys() - service_model.shape(model["input"])["members"].keys()
        if unknown:
            # A misspelt parameter would else be ignored, as the API ignores it.
            raise TypeError(f"{model['method']}() got unexpected parameters: {', '.join(sorted(unknown))}")
        return self.call(name, request)

    def can_paginate(self, method: str) -> bool:
        """Tell whether :meth:`get_paginator` knows the method."""
        return _names_by_method().get(method) in service_model.load()["paginators"]

    def get_paginator(self, method: str) -> "Paginator":
        """Return a paginator of a list operation.

        Raises:
            KeyError: the method returns everything at once, or does not list.
        """
        name = _names_by_method().get(method, method)
        if not self.can_paginate(method):
            raise KeyError(f"{method} cannot be paginated.")
        return Paginator(getattr(self, method), service_model.load()["paginators"][name])


class Paginator:
    """Pages of a list operation, like botocore's paginator."""

    def __init__(self, method: Callable[..., dict[str, Any]], rules: Mapping[str, Any]) -> None:
        self._method = method
        self._rules = rules

    def paginate(self, *, PaginationConfig: Mapping[str, Any] | None = None, **request: Any) -> "Pages":  # noqa: N803
        """Return the pages of one list.

        ``PaginationConfig`` may hold ``PageSize``, ``MaxItems`` and ``StartingToken``.
        """
        return Pages(self._method, self._rules, request, PaginationConfig or {})


class Pages:
    """Iterates over pages; each is the whole response of one call."""

    def __init__(
        self,
        method: Callable[..., dict[str, Any]],
        rules: Mapping[str, Any],
        request: Mapping[str, Any],
        config: Mapping[str, Any],
    ) -> None:
        self._method = method
        self._rules = rules
        self._request = dict(request)
        self._left: int | None = None if config.get("MaxItems") is None else int(config["MaxItems"])
        if "PageSize" in config:
            self._request[rules["limit_key"]] = int(config["PageSize"])
        if config.get("StartingToken"):
            self._request[rules["input_token"]] = config["StartingToken"]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        request, left = dict(self._request), self._left
        key = self._rules["result_key"]
        while left is None or left > 0:
            page = self._method(**request)
            if left is not None:
                page[key] = page.get(key, [])[:left]
                left -= len(page[key])
            yield page
            token = page.get(self._rules["output_token"])
            if not token:
                return
            request[self._rules["input_token"]] = token

    def build_full_result(self) -> dict[str, Any]:
        """Return all pages as one."""
        key = self._rules["result_key"]
        return {key: [item for page in self for item in page.get(key, [])]}


@lru_cache(maxsize=1)
def _names_by_method() -> Mapping[str, str]:
    return {model["method"]: name for name, model in service_model.load()["operations"].items()}


def _metadata(request_id: str, status: int) -> dict[str, Any]:
    return {"RequestId": request_id, "HTTPStatusCode": status, "HTTPHeaders": {}, "RetryAttempts": 0}


def _client_error(error: CognitoError, operation_name: str, request_id: str) -> ClientError:
    response: dict[str, Any] = {
        "Error": {"Message": error.message, "Code": error.code},
        "message": error.message,
        **error.members,
        "ResponseMetadata": _metadata(request_id, error.status),
    }
    if error.reason is not None:
        response["reason"] = error.reason.id
        response["detail"] = error.detail
    return _exception_class(error.code)(response, operation_name)


def _without_datetimes(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.timestamp()
    if isinstance(value, dict):
        return {key: _without_datetimes(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_datetimes(item) for item in value]
    return value


def _same(value: Any) -> Any:
    return value


@cache
def _converter(shape_name: str) -> Convert:
    """Return a function that makes the numbers of a shape's timestamps datetimes."""
    shape = service_model.shape(shape_name)
    if shape["type"] == "timestamp":
        return partial(datetime.datetime.fromtimestamp, tz=datetime.UTC)
    if shape["type"] in ("list", "map"):
        convert = _converter(shape.get("member") or shape["value"])
        if convert is _same:
            return _same
        if shape["type"] == "list":
            return lambda items: [convert(item) for item in items]
        return lambda items: {key: convert(item) for key, item in items.items()}
    if shape["type"] != "structure" or shape.get("document"):
        return _same
    members = {name: _converter(member) for name, member in shape["members"].items()}
    members = {name: convert for name, convert in members.items() if convert is not _same}
    return partial(_convert_members, members) if members else _same


def _convert_members(members: Mapping[str, Convert], value: dict[str, Any]) -> dict[str, Any]:
    return {key: members[key](item) if key in members else item for key, item in value.items()}
