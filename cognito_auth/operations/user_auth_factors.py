"""GetUserAuthFactors, AdminGetUserAuthFactors: with what a person can sign in."""

from cognito_auth.models import AbstractCognitoUser
from cognito_auth.operations import lookups, representations
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import (
    AdminGetUserAuthFactorsRequest,
    AdminGetUserAuthFactorsResponse,
    GetUserAuthFactorsRequest,
    GetUserAuthFactorsResponse,
)
from cognito_auth.services import first_factors


@operation("GetUserAuthFactors")
def get_user_auth_factors(request: GetUserAuthFactorsRequest, call: Call) -> GetUserAuthFactorsResponse:
    """Return one's own first and second factors.

    Raises:
        NotAuthorizedException: a bad token.
    Source: AWS API_GetUserAuthFactors.
    """
    return _factors_of(lookups.bearer_of(request, call).user)


@operation("AdminGetUserAuthFactors")
def admin_get_user_auth_factors(request: AdminGetUserAuthFactorsRequest, call: Call) -> AdminGetUserAuthFactorsResponse:
    """Return a user's first and second factors.

    Raises:
        ResourceNotFoundException: no such pool.
        UserNotFoundException: no such user in the pool.
    Source: AWS API_AdminGetUserAuthFactors.
    """
    response: AdminGetUserAuthFactorsResponse = _factors_of(lookups.user_in_pool_of(request))
    return response


def _factors_of(user: AbstractCognitoUser) -> GetUserAuthFactorsResponse:
    response: GetUserAuthFactorsResponse = {
        "Username": user.username,
        "ConfiguredUserAuthFactors": first_factors.configured(user),
    }
    second = representations.mfa_members(user)
    if "UserMFASettingList" in second:
        response["UserMFASettingList"] = second["UserMFASettingList"]
    if "PreferredMfaSetting" in second:
        response["PreferredMfaSetting"] = second["PreferredMfaSetting"]
    return response
