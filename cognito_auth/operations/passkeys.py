"""One's own passkeys: Start- and CompleteWebAuthnRegistration, List- and DeleteWebAuthnCredential(s)."""

from collections.abc import Mapping
from typing import Any

from cognito_auth import reasons
from cognito_auth.exceptions import UserNotConfirmedException, UserNotFoundException
from cognito_auth.operations import lookups, representations
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import (
    CompleteWebAuthnRegistrationRequest,
    CompleteWebAuthnRegistrationResponse,
    DeleteWebAuthnCredentialRequest,
    DeleteWebAuthnCredentialResponse,
    ListWebAuthnCredentialsRequest,
    ListWebAuthnCredentialsResponse,
    StartWebAuthnRegistrationRequest,
    StartWebAuthnRegistrationResponse,
)
from cognito_auth.services.passkeys import credentials, registration
from cognito_auth.services.tokens import access

LARGEST_PAGE = 20


def _bearer_of(request: Mapping[str, Any], call: Call) -> access.Bearer:
    """Return the bearer; these operations have no errors of their own for people who are gone."""
    try:
        return lookups.bearer_of(request, call)
    except (UserNotFoundException, UserNotConfirmedException):
        raise reasons.ACCESS_TOKEN_INVALID() from None


@operation("StartWebAuthnRegistration")
def start_web_authn_registration(
    request: StartWebAuthnRegistrationRequest, call: Call
) -> StartWebAuthnRegistrationResponse:
    """Return what the browser needs to make a passkey.

    Raises:
        NotAuthorizedException: a bad token.
        WebAuthnNotEnabledException, WebAuthnConfigurationMissingException: the pool offers no passkeys.
        LimitExceededException: there are as many as allowed.
    Source: AWS API_StartWebAuthnRegistration.
    """
    bearer = _bearer_of(request, call)
    return {"CredentialCreationOptions": registration.start(bearer.user, bearer.client, now=call.now)}


@operation("CompleteWebAuthnRegistration")
def complete_web_authn_registration(
    request: CompleteWebAuthnRegistrationRequest, call: Call
) -> CompleteWebAuthnRegistrationResponse:
    """Keep the passkey that the browser made.

    Raises:
        NotAuthorizedException: a bad token.
        WebAuthn…Exception: see :func:`registration.complete`.
        LimitExceededException: there are as many as allowed.
    Source: AWS API_CompleteWebAuthnRegistration.
    """
    bearer = _bearer_of(request, call)
    registration.complete(bearer.user, bearer.client, request["Credential"], now=call.now)
    return {}


@operation("ListWebAuthnCredentials")
def list_web_authn_credentials(request: ListWebAuthnCredentialsRequest, call: Call) -> ListWebAuthnCredentialsResponse:
    """List one's own passkeys, oldest first.

    Raises:
        NotAuthorizedException: a bad token.
        InvalidParameterException: the pagination token is not good.
    Source: AWS API_ListWebAuthnCredentials.
    """
    bearer = _bearer_of(request, call)
    page = credentials.page_of(
        bearer.user, limit=request.get("MaxResults") or LARGEST_PAGE, token=request.get("NextToken"), now=call.now
    )
    response: ListWebAuthnCredentialsResponse = {
        "Credentials": [representations.web_authn_credential_description(passkey) for passkey in page.items]
    }
    if page.next_token is not None:
        response["NextToken"] = page.next_token
    return response


@operation("DeleteWebAuthnCredential")
def delete_web_authn_credential(
    request: DeleteWebAuthnCredentialRequest, call: Call
) -> DeleteWebAuthnCredentialResponse:
    """Delete one of one's own passkeys.

    Raises:
        NotAuthorizedException: a bad token.
        ResourceNotFoundException: no such passkey.
    Source: AWS API_DeleteWebAuthnCredential.
    """
    credentials.delete(_bearer_of(request, call).user, request["CredentialId"])
    return {}
