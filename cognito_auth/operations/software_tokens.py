"""Authenticator apps: AssociateSoftwareToken, VerifySoftwareToken, AdminDeleteSoftwareToken."""

from cognito_auth import reasons
from cognito_auth.operations import lookups
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import (
    AdminDeleteSoftwareTokenRequest,
    AdminDeleteSoftwareTokenResponse,
    AssociateSoftwareTokenRequest,
    AssociateSoftwareTokenResponse,
    VerifySoftwareTokenRequest,
    VerifySoftwareTokenResponse,
)
from cognito_auth.services.mfa import software_token
from cognito_auth.services.sign_in import software_token_setup


@operation("AssociateSoftwareToken")
def associate_software_token(request: AssociateSoftwareTokenRequest, call: Call) -> AssociateSoftwareTokenResponse:
    """Return a secret for an authenticator app, to somebody signed in or in the middle of MFA_SETUP.

    Raises:
        NotAuthorizedException: a bad token or session.
        SoftwareTokenMFANotFoundException: the pool has no authenticator apps.
    Source: AWS API_AssociateSoftwareToken.
    """
    if "AccessToken" in request:
        return {"SecretCode": software_token.associate(lookups.bearer_of(request, call).user)}
    secret, session = software_token_setup.associate(_session_in(request), origin=call.origin, now=call.now)
    return {"SecretCode": secret, "Session": session}


@operation("VerifySoftwareToken")
def verify_software_token(request: VerifySoftwareTokenRequest, call: Call) -> VerifySoftwareTokenResponse:
    """Enrol the authenticator app that shows the right code.

    Signed in, the app is enrolled and not yet switched on; SetUserMFAPreference does that.

    Raises:
        NotAuthorizedException: a bad token or session.
        EnableSoftwareTokenMFAException: the code is not the app's.
        SoftwareTokenMFANotFoundException: the pool has no authenticator apps, or none was associated.
    Source: AWS API_VerifySoftwareToken.
    """
    code, name = request["UserCode"], request.get("FriendlyDeviceName", "")
    if "AccessToken" in request:
        user = lookups.bearer_of(request, call).user
        software_token.verify(user, code, friendly_name=name, now=call.now)
        return {"Status": "SUCCESS"}
    session = software_token_setup.verify(
        _session_in(request), code, friendly_name=name, origin=call.origin, now=call.now
    )
    return {"Status": "SUCCESS", "Session": session}


def _session_in(request: AssociateSoftwareTokenRequest | VerifySoftwareTokenRequest) -> str:
    session = request.get("Session")
    if not session:
        raise reasons.MISSING_PARAMETER(name="AccessToken or Session")
    return session


@operation("AdminDeleteSoftwareToken")
def admin_delete_software_token(
    request: AdminDeleteSoftwareTokenRequest, call: Call
) -> AdminDeleteSoftwareTokenResponse:
    """Remove the authenticator app of somebody who lost it.

    Raises:
        ResourceNotFoundException: no such pool.
        UserNotFoundException: no such user in the pool.
    Source: AWS API_AdminDeleteSoftwareToken.
    """
    software_token.delete(lookups.user_in_pool_of(request), now=call.now)
    return {}
