"""PreSignUp: before an account is made; may refuse it, confirm it at once, or verify its addresses.

Source: AWS "Pre sign-up Lambda trigger".
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cognito_auth.choices import TriggerKind
from cognito_auth.models import AbstractCognitoUser, UserPool, UserPoolClient
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.triggers import calling, event, responses

KIND = TriggerKind.PRE_SIGN_UP
SIGN_UP = "PreSignUp_SignUp"
ADMIN_CREATE_USER = "PreSignUp_AdminCreateUser"
EXTERNAL_PROVIDER = "PreSignUp_ExternalProvider"
_RESPONSE = {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False}


@dataclass(frozen=True, slots=True)
class Decision:
    """What the handler wants for the new account."""

    confirms: bool = False
    verifies_email: bool = False
    verifies_phone_number: bool = False


def is_configured(pool: UserPool) -> bool:
    """Tell whether there is a handler."""
    return calling.handler_of(KIND, pool.pk) is not None


def run(
    source: str,
    user: AbstractCognitoUser,
    *,
    client: UserPoolClient | None,
    origin: RequestOrigin | None,
    validation_data: Mapping[str, str] | None = None,
) -> Decision:
    """Ask the handler about ``user``, who is checked and not stored yet.

    Raises:
        TriggerError: refused, failed, or wants to verify an address that was not given.
    """
    handler = calling.handler_of(KIND, user.pool_id)
    if handler is None:
        return Decision()
    happening = event.build(
        source,
        event.about(user, client, metadata=origin.metadata if origin else None),
        attributes=event.given_attributes(user),
        request={"validationData": dict(validation_data) if validation_data else None},
        response=_RESPONSE,
    )
    checks = dict.fromkeys(_RESPONSE, responses.is_flag)
    answer = responses.ask(handler, happening, checks, strict=user.pool.strict)
    if source == ADMIN_CREATE_USER:
        # What an administrator makes is not confirmed by code.
        return Decision()
    decision = Decision(*(bool(answer[name]) for name in _RESPONSE))
    if decision.verifies_email and not user.email:
        raise responses.malformed(KIND, "autoVerifyEmail is true, but the user has no email.")
    if decision.verifies_phone_number and not user.phone_number:
        raise responses.malformed(KIND, "autoVerifyPhone is true, but the user has no phone_number.")
    return decision
