"""ForgotPassword, ConfirmForgotPassword, ChangePassword."""

from cognito_auth.operations import lookups, representations
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import (
    ChangePasswordRequest,
    ChangePasswordResponse,
    ConfirmForgotPasswordRequest,
    ConfirmForgotPasswordResponse,
    ForgotPasswordRequest,
    ForgotPasswordResponse,
)
from cognito_auth.services import password_change, password_reset, user_pool_clients


@operation("ForgotPassword")
def forgot_password(request: ForgotPasswordRequest, call: Call) -> ForgotPasswordResponse:
    """Send a code that resets the password. Source: AWS API_ForgotPassword."""
    client = lookups.client_of(request)
    user_pool_clients.check_secret_hash(client, request.get("SecretHash"), [request["Username"]])
    details = password_reset.forgot(client, request["Username"], origin=call.origin, now=call.now)
    return {"CodeDeliveryDetails": representations.code_delivery_details(details)}


@operation("ConfirmForgotPassword")
def confirm_forgot_password(request: ConfirmForgotPasswordRequest, call: Call) -> ConfirmForgotPasswordResponse:
    """Set a new password with a reset code. Source: AWS API_ConfirmForgotPassword."""
    client = lookups.client_of(request)
    user_pool_clients.check_secret_hash(client, request.get("SecretHash"), [request["Username"]])
    password_reset.confirm(
        client,
        request["Username"],
        request["ConfirmationCode"],
        request["Password"],
        origin=call.origin,
        now=call.now,
    )
    return {}


@operation("ChangePassword")
def change_password(request: ChangePasswordRequest, call: Call) -> ChangePasswordResponse:
    """Replace one's own password. Source: AWS API_ChangePassword."""
    bearer = lookups.bearer_of(request, call)
    password_change.change(
        bearer.user,
        request.get("PreviousPassword"),
        request["ProposedPassword"],
        client=user_pool_clients.get(bearer.client_id),
        family_id=bearer.family_id,
        origin=call.origin,
        now=call.now,
    )
    return {}
