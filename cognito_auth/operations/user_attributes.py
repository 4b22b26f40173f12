"""Attributes of users: by an administrator, and by the person themself.

AdminUpdateUserAttributes, AdminDeleteUserAttributes, UpdateUserAttributes, DeleteUserAttributes,
GetUserAttributeVerificationCode, VerifyUserAttribute.
"""

from collections.abc import Mapping
from typing import Any

from cognito_auth.exceptions import CodeDeliveryFailureException
from cognito_auth.operations import lookups, representations
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import (
    AdminDeleteUserAttributesRequest,
    AdminDeleteUserAttributesResponse,
    AdminUpdateUserAttributesRequest,
    AdminUpdateUserAttributesResponse,
    DeleteUserAttributesRequest,
    DeleteUserAttributesResponse,
    GetUserAttributeVerificationCodeRequest,
    GetUserAttributeVerificationCodeResponse,
    UpdateUserAttributesRequest,
    UpdateUserAttributesResponse,
    VerifyUserAttributeRequest,
    VerifyUserAttributeResponse,
)
from cognito_auth.services.attributes import updates, verification


def attributes_given(request: Mapping[str, Any], member: str = "UserAttributes") -> dict[str, str]:
    """Return the request's list of attributes as a dictionary; of a name given twice the last counts."""
    return {item["Name"]: item.get("Value") or "" for item in request.get(member) or ()}


@operation("AdminUpdateUserAttributes")
def admin_update_user_attributes(
    request: AdminUpdateUserAttributesRequest, call: Call
) -> AdminUpdateUserAttributesResponse:
    """Write attributes of a user, whatever their app may write.

    Raises:
        ResourceNotFoundException: no such pool.
        UserNotFoundException: no such user in the pool.
        InvalidParameterException: unknown, immutable, required, or of the wrong form.
        AliasExistsException: another user signs in with the new name.
    Source: AWS API_AdminUpdateUserAttributes.
    """
    user = lookups.user_in_pool_of(request)
    values = attributes_given(request)
    try:
        updates.update(user, values, by_admin=True, client=None, origin=call.origin, now=call.now)
    except CodeDeliveryFailureException:
        # The attributes are written, and this operation has no error for a message that was not sent
        # (which is in the log); the person can ask for another code.
        return {}
    return {}


@operation("UpdateUserAttributes")
def update_user_attributes(request: UpdateUserAttributesRequest, call: Call) -> UpdateUserAttributesResponse:
    """Write one's own attributes, as far as the app may.

    Raises:
        NotAuthorizedException: a bad token, or an attribute that the app may not write.
        InvalidParameterException: unknown, immutable, required, or of the wrong form.
        AliasExistsException: another user signs in with the new name.
        CodeDeliveryFailureException: changed, but a code could not be sent.
    Source: AWS API_UpdateUserAttributes.
    """
    bearer = lookups.bearer_of(request, call)
    deliveries = updates.update(
        bearer.user,
        attributes_given(request),
        by_admin=False,
        client=bearer.client,
        origin=call.origin,
        now=call.now,
    )
    return {"CodeDeliveryDetailsList": [representations.code_delivery_details(details) for details in deliveries]}


@operation("AdminDeleteUserAttributes")
def admin_delete_user_attributes(
    request: AdminDeleteUserAttributesRequest, call: Call
) -> AdminDeleteUserAttributesResponse:
    """Delete attributes of a user.

    Raises:
        ResourceNotFoundException: no such pool.
        UserNotFoundException: no such user in the pool.
        InvalidParameterException: unknown, required, immutable, or ``sub``.
    Source: AWS API_AdminDeleteUserAttributes.
    """
    user = lookups.user_in_pool_of(request)
    names = request["UserAttributeNames"]
    updates.delete(user, names, by_admin=True, client=None, origin=call.origin, now=call.now)
    return {}


@operation("DeleteUserAttributes")
def delete_user_attributes(request: DeleteUserAttributesRequest, call: Call) -> DeleteUserAttributesResponse:
    """Delete one's own attributes, as far as the app may write them.

    Raises:
        NotAuthorizedException: a bad token, or an attribute that the app may not write.
        InvalidParameterException: unknown, required, immutable, or ``sub``.
    Source: AWS API_DeleteUserAttributes.
    """
    bearer = lookups.bearer_of(request, call)
    names = request["UserAttributeNames"]
    updates.delete(bearer.user, names, by_admin=False, client=bearer.client, origin=call.origin, now=call.now)
    return {}


@operation("GetUserAttributeVerificationCode")
def get_user_attribute_verification_code(
    request: GetUserAttributeVerificationCodeRequest, call: Call
) -> GetUserAttributeVerificationCodeResponse:
    """Send a code to one's own address.

    Raises:
        NotAuthorizedException: a bad token.
        InvalidParameterException: no such address.
        LimitExceededException: asked for too often.
        CodeDeliveryFailureException: it could not be sent.
    Source: AWS API_GetUserAttributeVerificationCode.
    """
    bearer = lookups.bearer_of(request, call)
    details = verification.request_code(
        bearer.user, request["AttributeName"], client=bearer.client, origin=call.origin, now=call.now
    )
    return {"CodeDeliveryDetails": representations.code_delivery_details(details)}


@operation("VerifyUserAttribute")
def verify_user_attribute(request: VerifyUserAttributeRequest, call: Call) -> VerifyUserAttributeResponse:
    """Prove with a code that an address is one's own.

    Raises:
        NotAuthorizedException: a bad token.
        CodeMismatchException, ExpiredCodeException: the code is wrong, too old or used.
        AliasExistsException: somebody else has confirmed this address.
        LimitExceededException: too many guesses.
    Source: AWS API_VerifyUserAttribute.
    """
    bearer = lookups.bearer_of(request, call)
    verification.verify(
        bearer.user,
        request["AttributeName"],
        request["Code"],
        client=bearer.client,
        origin=call.origin,
        now=call.now,
    )
    return {}
