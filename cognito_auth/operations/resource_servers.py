"""CreateResourceServer, DescribeResourceServer, UpdateResourceServer, DeleteResourceServer, ListResourceServers."""

from typing import Any

from cognito_auth.operations import lookups, representations
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import (
    CreateResourceServerRequest,
    CreateResourceServerResponse,
    DeleteResourceServerRequest,
    DescribeResourceServerRequest,
    DescribeResourceServerResponse,
    ListResourceServersRequest,
    ListResourceServersResponse,
    UpdateResourceServerRequest,
    UpdateResourceServerResponse,
)
from cognito_auth.services import paging
from cognito_auth.services import resource_servers as service

_DEFAULT_PAGE = 50


@operation("CreateResourceServer")
def create_resource_server(request: CreateResourceServerRequest, call: Call) -> CreateResourceServerResponse:
    """Make a resource server with its scopes.

    Raises:
        ResourceNotFoundException: no such pool.
        InvalidParameterException: the identifier is taken, or a scope is named twice.
        LimitExceededException: too many resource servers for a strict pool.
    Source: AWS API_CreateResourceServer.
    """
    pool = lookups.user_pool_of(request)
    scopes: list[Any] = request.get("Scopes", [])
    server = service.create(pool, request["Identifier"], name=request["Name"], scopes=scopes, now=call.now)
    return {"ResourceServer": representations.resource_server_type(server)}


@operation("DescribeResourceServer")
def describe_resource_server(request: DescribeResourceServerRequest, call: Call) -> DescribeResourceServerResponse:
    """Return one resource server.

    Raises:
        ResourceNotFoundException: no such pool or resource server.
    Source: AWS API_DescribeResourceServer.
    """
    server = service.get(lookups.user_pool_of(request), request["Identifier"])
    return {"ResourceServer": representations.resource_server_type(server)}


@operation("UpdateResourceServer")
def update_resource_server(request: UpdateResourceServerRequest, call: Call) -> UpdateResourceServerResponse:
    """Replace name and scopes; without ``Scopes`` it has none afterwards.

    Raises:
        ResourceNotFoundException: no such pool or resource server.
        InvalidParameterException: a scope is named twice.
    Source: AWS API_UpdateResourceServer.
    """
    server = service.get(lookups.user_pool_of(request), request["Identifier"])
    scopes: list[Any] = request.get("Scopes", [])
    service.update(server, name=request["Name"], scopes=scopes)
    return {"ResourceServer": representations.resource_server_type(server)}


@operation("DeleteResourceServer")
def delete_resource_server(request: DeleteResourceServerRequest, call: Call) -> None:
    """Delete a resource server; app clients keep naming its scopes.

    Raises:
        ResourceNotFoundException: no such pool or resource server.
    Source: AWS API_DeleteResourceServer.
    """
    service.delete(service.get(lookups.user_pool_of(request), request["Identifier"]))


@operation("ListResourceServers")
def list_resource_servers(request: ListResourceServersRequest, call: Call) -> ListResourceServersResponse:
    """List the resource servers of a pool by identifier.

    Raises:
        ResourceNotFoundException: no such pool.
        InvalidParameterException: a bad token.
    Source: AWS API_ListResourceServers.
    """
    pool = lookups.user_pool_of(request)
    page = service.in_pool(
        pool,
        limit=request.get("MaxResults", _DEFAULT_PAGE),
        token=request.get("NextToken"),
        scope=paging.scope_of("ListResourceServers", {"UserPoolId": pool.pk}),
        now=call.now,
    )
    response: ListResourceServersResponse = {
        "ResourceServers": [representations.resource_server_type(server) for server in page.items]
    }
    if page.next_token is not None:
        response["NextToken"] = page.next_token
    return response
