"""SignUp, ConfirmSignUp, ResendConfirmationCode."""

from cognito_auth.choices import UserStatus
from cognito_auth.operations import lookups, representations
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import (
    ConfirmSignUpRequest,
    ConfirmSignUpResponse,
    ResendConfirmationCodeRequest,
    ResendConfirmationCodeResponse,
    SignUpRequest,
    SignUpResponse,
)
from cognito_auth.services import sign_up as service
from cognito_auth.services import user_pool_clients
from cognito_auth.services.sign_in import after_sign_up


@operation("SignUp")
def sign_up(request: SignUpRequest, call: Call) -> SignUpResponse:
    """Make an account and send the code that confirms it. Source: AWS API_SignUp."""
    client = lookups.client_of(request)
    service.refuse_if_closed(client.pool)
    user_pool_clients.check_secret_hash(client, request.get("SecretHash"), [request["Username"]])
    signed_up = service.sign_up(
        client,
        request["Username"],
        request.get("Password"),
        {attribute["Name"]: attribute.get("Value", "") for attribute in request.get("UserAttributes", ())},
        validation_data={item["Name"]: item.get("Value", "") for item in request.get("ValidationData", ())},
        origin=call.origin,
        now=call.now,
    )
    response: SignUpResponse = {
        "UserConfirmed": signed_up.user.status == UserStatus.CONFIRMED,
        "UserSub": str(signed_up.user.sub),
    }
    if signed_up.delivery is not None:
        response["CodeDeliveryDetails"] = representations.code_delivery_details(signed_up.delivery)
    if signed_up.session is not None:
        response["Session"] = signed_up.session
    return response


@operation("ConfirmSignUp")
def confirm_sign_up(request: ConfirmSignUpRequest, call: Call) -> ConfirmSignUpResponse:
    """Confirm an account with the code that was sent. Source: AWS API_ConfirmSignUp."""
    client = lookups.client_of(request)
    username = request["Username"]
    user_pool_clients.check_secret_hash(client, request.get("SecretHash"), [username])
    after_sign_up.check(client, request.get("Session"), username, origin=call.origin, now=call.now)
    user = service.confirm(
        client,
        username,
        request["ConfirmationCode"],
        force_alias_creation=request.get("ForceAliasCreation", False),
        origin=call.origin,
        now=call.now,
    )
    session = after_sign_up.confirmed(client, user, username, origin=call.origin, now=call.now)
    return {} if session is None else {"Session": session}


@operation("ResendConfirmationCode")
def resend_confirmation_code(request: ResendConfirmationCodeRequest, call: Call) -> ResendConfirmationCodeResponse:
    """Send a fresh confirmation code. Source: AWS API_ResendConfirmationCode."""
    client = lookups.client_of(request)
    user_pool_clients.check_secret_hash(client, request.get("SecretHash"), [request["Username"]])
    details = service.resend(client, request["Username"], origin=call.origin, now=call.now)
    return {"CodeDeliveryDetails": representations.code_delivery_details(details)}
