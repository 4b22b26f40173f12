"""Finding what a request names: pool, app client, user, group, bearer.

Each raises the API's error where there is no such thing, so an operation begins with these lines.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any

from django.db import DatabaseError

from cognito_auth import reasons
from cognito_auth.exceptions import CognitoError, ResourceNotFoundException
from cognito_auth.models import AbstractCognitoUser, UserPool, UserPoolClient, UserPoolGroup
from cognito_auth.operations.call import Call
from cognito_auth.services import groups, user_names, user_pool_clients, user_pools
from cognito_auth.services.tokens import access


def user_pool_of(request: Mapping[str, Any]) -> UserPool:
    """Return the pool named by ``UserPoolId``.

    Raises:
        ResourceNotFoundException: no such pool.
    """
    return user_pools.get(request["UserPoolId"])


def refuse_other_region(request: Mapping[str, Any], region: str) -> None:
    """Refuse a call on a strict pool that was signed for another region than the pool's.

    There it does not exist, as on AWS; other pools answer whatever region is configured.

    Raises:
        ResourceNotFoundException: no such pool in that region.
    """
    pool_id: str | None = request.get("UserPoolId")
    if pool_id is not None and pool_id.rpartition("_")[0] != region and user_pools.get(pool_id).strict:
        raise reasons.USER_POOL_NOT_FOUND(user_pool_id=pool_id)


def user_pool_with_arn(request: Mapping[str, Any], call: Call) -> UserPool:
    """Return the pool named by ``ResourceArn``; a strict one only in its own region, as :func:`refuse_other_region`.

    Raises:
        ResourceNotFoundException: no pool has this ARN.
    """
    arn: str = request["ResourceArn"]
    try:
        pool = user_pools.get(arn.rpartition("/")[2])
    except ResourceNotFoundException:
        pool = None
    if pool is None or pool.arn != arn or (pool.strict and pool.region != call.region):
        raise reasons.TAGGED_RESOURCE_NOT_FOUND(arn=arn)
    return pool


def client_of(request: Mapping[str, Any], pool: UserPool | None = None) -> UserPoolClient:
    """Return the app client named by ``ClientId``, with its pool loaded.

    Raises:
        ResourceNotFoundException: no such client, or it belongs to another pool than ``pool``.
    """
    return user_pool_clients.get(request["ClientId"], pool=pool)


def user_of(pool: UserPool, request: Mapping[str, Any]) -> AbstractCognitoUser:
    """Return the user named by ``Username``: a username, an alias or a sub.

    Raises:
        UserNotFoundException: no such user in the pool.
    """
    user = user_names.find(pool, request["Username"])
    if user is None:
        raise reasons.USER_NOT_FOUND()
    return user


def user_in_pool_of(request: Mapping[str, Any]) -> AbstractCognitoUser:
    """Return the user named by ``UserPoolId`` and ``Username``, with the pool; in one query in the common case.

    Raises:
        ResourceNotFoundException: no such pool.
        UserNotFoundException: no such user in the pool.
    """
    user = user_names.find_with_pool(request["UserPoolId"], request["Username"])
    if user is None:
        pool = user_pool_of(request)
        user_names.note(pool)
        user = user_of(pool, request)
    return user


def group_of(pool: UserPool, request: Mapping[str, Any]) -> UserPoolGroup:
    """Return the group named by ``GroupName``.

    Raises:
        ResourceNotFoundException: no such group in the pool.
    """
    return groups.get(pool, request["GroupName"])


def bearer_of(request: Mapping[str, Any], call: Call) -> access.Bearer:
    """Return whom the access token in the request stands for.

    Raises:
        InvalidParameterException: there is none.
        NotAuthorizedException: the token is invalid, expired or revoked, or its user disabled.
        UserNotFoundException: the user was deleted.
        UserNotConfirmedException, PasswordResetRequiredException: the user must do that first.
    """
    # Some operations take a session in its place, or declare it as optional although nothing works without.
    if "AccessToken" not in request:
        raise reasons.MISSING_PARAMETER(name="AccessToken")
    return access.authenticate(request["AccessToken"], now=call.now)


def pool_concerned(request: Mapping[str, Any]) -> UserPool | None:
    """Return the pool that a request is about, as far as it tells, or ``None``.

    For how an error is worded, so it never fails and believes an access token unread.
    """
    try:
        if "UserPoolId" in request:
            return user_pools.get(request["UserPoolId"])
        if "ClientId" in request:
            return user_pool_clients.get(request["ClientId"]).pool
        if "AccessToken" in request:
            return user_pools.get(_pool_id_in(request["AccessToken"]))
    # ValueError, RecursionError: whatever a token holds that is none.
    except (CognitoError, DatabaseError, ValueError, RecursionError):
        return None
    return None


def _pool_id_in(access_token: str) -> str:
    payload = access_token.split(".")[1] if access_token.count(".") == 2 else ""
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    issuer = claims.get("iss") if isinstance(claims, dict) else None
    return str(issuer).rpartition("/")[2]
