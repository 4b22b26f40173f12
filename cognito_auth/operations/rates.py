"""What a call counts against when request rates are limited.

Owns: reading from a request whom it comes from and whom it is about. Does not own: counting and the
limits (``services/throttling.py``).
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from cognito_auth.exceptions import ResourceNotFoundException
from cognito_auth.operations.call import TRUSTED, Call
from cognito_auth.services import throttling, user_pool_clients

_CATEGORIES: Mapping[str, str] = {
    "InitiateAuth": "user_authentication",
    "RespondToAuthChallenge": "user_authentication",
    "GetTokensFromRefreshToken": "user_authentication",
    "GetDerivedToken": "user_authentication",
    "SignUp": "user_creation",
    "ConfirmSignUp": "user_creation",
    "ForgotPassword": "account_recovery",
    "ConfirmForgotPassword": "account_recovery",
    "GetClientToken": "client_authentication",
}


def check(operation_name: str, request: Mapping[str, Any], call: Call) -> None:
    """Count the call and refuse it if there were too many.

    Raises:
        TooManyRequestsException: "Rate exceeded".
    """
    if call.principal is TRUSTED:
        return
    throttling.check(_counted(operation_name, request, call), now=call.now)


def _counted(operation_name: str, request: Mapping[str, Any], call: Call) -> Iterator[tuple[str, str]]:
    if call.principal is not None:
        # The holder of an access key speaks for many people from one address.
        if "UserPoolId" in request:
            yield "pool", request["UserPoolId"]
        elif "ClientId" in request:
            yield from _counted_for_client(operation_name, request["ClientId"])
        return
    if call.origin.ip_address is not None:
        yield "ip", call.origin.ip_address
    client_id = request.get("ClientId")
    person = _person_in(request)
    if person is not None:
        yield "user", f"{client_id}:{person}"
    if client_id is not None:
        yield from _counted_for_client(operation_name, client_id)


def _counted_for_client(operation_name: str, client_id: str) -> Iterator[tuple[str, str]]:
    pool_id = _pool_id_of(client_id)
    if pool_id is None:
        return
    yield "client", client_id
    yield "pool", pool_id
    if operation_name in _CATEGORIES:
        yield _CATEGORIES[operation_name], pool_id


def _person_in(request: Mapping[str, Any]) -> str | None:
    """Return what stands for a person: a token as it is, for nobody can make another's, or a name."""
    parameters = request.get("AuthParameters") or request.get("ChallengeResponses") or {}
    person = (
        request.get("AccessToken")
        or request.get("RefreshToken")
        or request.get("SubjectToken")
        or parameters.get("REFRESH_TOKEN")
        or request.get("Username")
        or parameters.get("USERNAME")
    )
    # One name in another spelling is one name.
    return None if person is None else str(person).casefold()


def _pool_id_of(client_id: str) -> str | None:
    try:
        return _pool_id_of_existing(client_id)
    except ResourceNotFoundException:
        return None


# A client never moves to another pool, so the answer holds for good; what is not found is not kept.
@lru_cache(maxsize=1024)
def _pool_id_of_existing(client_id: str) -> str:
    return str(user_pool_clients.get(client_id).pool_id)
