"""Whether the one who signed a call may make it.

Owns: the rule for access keys, their action patterns and pools. Does not own: whether the signature
is right (``api/sigv4.py``) and access tokens (``lookups.bearer_of``).
Source: AWS "Actions, resources, and condition keys for Amazon Cognito User Pools".
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cognito_auth import reasons
from cognito_auth.conf import settings
from cognito_auth.operations import lookups
from cognito_auth.operations.call import TRUSTED, Principal

_POOL_ARN = re.compile(r"arn:[\w-]+:cognito-idp:[\w-]*:\d*:userpool/(.+)", re.ASCII)


def check(operation_name: str, request: Mapping[str, Any], principal: Principal | None) -> None:
    """Refuse a signed operation that the principal may not call.

    Raises:
        MissingAuthenticationTokenException: nobody signed the call.
        AccessDeniedException: no action pattern or pool of the access key covers it.
    """
    if principal is TRUSTED:
        return
    if principal is None:
        raise reasons.MISSING_SIGNATURE()
    pool_id = _pool_id_of(request)
    is_allowed = any(is_meant(action, operation_name) for action in principal.allowed_actions) and (
        "*" in principal.allowed_pools or pool_id in principal.allowed_pools
    )
    if not is_allowed:
        raise reasons.ACCESS_DENIED(
            principal=principal.arn, operation=operation_name, resource="*" if pool_id is None else arn_of(pool_id)
        )


def is_meant(pattern: str, operation_name: str) -> bool:
    """Tell whether a pattern of an access key, such as ``AdminGet*``, covers an operation."""
    return _pattern(pattern).fullmatch(operation_name) is not None


def arn_of(pool_id: str) -> str:
    """Return the ARN of a pool that need not exist."""
    region = pool_id.rpartition("_")[0]
    return f"arn:aws:cognito-idp:{region}:{settings.account_id}:userpool/{pool_id}"


def _pool_id_of(request: Mapping[str, Any]) -> str | None:
    """Return the pool that a request is about; ``None`` for no particular one."""
    if "UserPoolId" in request:
        return str(request["UserPoolId"])
    if "ClientId" in request:
        pool = lookups.pool_concerned(request)
        return None if pool is None else str(pool.pk)
    return pool_id_in(request.get("ResourceArn", ""))


def pool_id_in(arn: str) -> str | None:
    """Return the pool id in an ARN, or ``None`` if it is no pool's."""
    match = _POOL_ARN.fullmatch(arn)
    return match[1] if match else None


@lru_cache(maxsize=1024)
def _pattern(text: str) -> re.Pattern[str]:
    """Return a policy's action pattern; only ``*`` and ``?`` are special there."""
    return re.compile(re.escape(text).replace(r"\*", ".*").replace(r"\?", "."))
