"""CreateUserPool, DescribeUserPool, UpdateUserPool, DeleteUserPool, ListUserPools."""

from cognito_auth.conf import settings
from cognito_auth.models import UserPool
from cognito_auth.operations import attributes, lookups, representations, user_pool_members
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import (
    CreateUserPoolRequest,
    CreateUserPoolResponse,
    DeleteUserPoolRequest,
    DescribeUserPoolRequest,
    DescribeUserPoolResponse,
    ListUserPoolsRequest,
    ListUserPoolsResponse,
    UpdateUserPoolRequest,
    UpdateUserPoolResponse,
)
from cognito_auth.services import paging, user_pools
from cognito_auth.services.user_import import active


@operation("CreateUserPool")
def create_user_pool(request: CreateUserPoolRequest, call: Call) -> CreateUserPoolResponse:
    """Make a pool in the region that the caller signed for.

    Raises:
        InvalidParameterException: settings or schema contradict each other.
        FeatureUnavailableInTierException: a setting asks for what is not offered.
        UserPoolTaggingException: the tags cannot be set.
    Source: AWS API_CreateUserPool.
    """
    pool = user_pools.create(
        region=call.region,
        name=request["PoolName"],
        fields=user_pool_members.fields_at_creation(request, strict=settings.strict),
        schema=attributes.schema_of(request.get("Schema", [])),
        now=call.now,
    )
    return {"UserPool": representations.user_pool_type(pool)}


@operation("DescribeUserPool")
def describe_user_pool(request: DescribeUserPoolRequest, call: Call) -> DescribeUserPoolResponse:
    """Return the settings of a pool.

    Raises:
        ResourceNotFoundException: no such pool.
    Source: AWS API_DescribeUserPool.
    """
    pool = lookups.user_pool_of(request)
    return {"UserPool": representations.user_pool_type(pool)}


@operation("UpdateUserPool")
def update_user_pool(request: UpdateUserPoolRequest, call: Call) -> UpdateUserPoolResponse:
    """Set the settings of a pool; what the request leaves out gets its default, except name and tier.

    Raises:
        ResourceNotFoundException: no such pool.
        InvalidParameterException: settings contradict each other.
        FeatureUnavailableInTierException: a setting asks for what is not offered.
        UserImportInProgressException: users are being imported.
        UserPoolTaggingException: the tags cannot be set.
    Source: AWS API_UpdateUserPool.
    """
    pool = lookups.user_pool_of(request)
    active.refuse_while_importing(pool)
    user_pools.update(pool, user_pool_members.fields_at_update(request, pool), now=call.now)
    return {}


@operation("DeleteUserPool")
def delete_user_pool(request: DeleteUserPoolRequest, call: Call) -> None:
    """Delete a pool with all its users.

    Raises:
        ResourceNotFoundException: no such pool.
        InvalidParameterException: deletion protection is on, or other records need the pool.
        UserImportInProgressException: users are being imported.
    Source: AWS API_DeleteUserPool.
    """
    user_pools.delete(lookups.user_pool_of(request))


@operation("ListUserPools")
def list_user_pools(request: ListUserPoolsRequest, call: Call) -> ListUserPoolsResponse:
    """List the pools of this installation, of every region, by id.

    Raises:
        InvalidParameterException: the token is not good.
    Source: AWS API_ListUserPools.
    """
    page = paging.by_key(
        UserPool.objects.all(),
        ["id"],
        limit=request["MaxResults"],
        token=request.get("NextToken"),
        scope=paging.scope_of("ListUserPools", {}),
        now=call.now,
    )
    response: ListUserPoolsResponse = {
        "UserPools": [representations.user_pool_description_type(pool) for pool in page.items]
    }
    if page.next_token is not None:
        response["NextToken"] = page.next_token
    return response
