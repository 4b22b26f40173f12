"""InitiateAuth, RespondToAuthChallenge and their administrative twins."""

from collections.abc import Mapping

from cognito_auth.choices import AuthFlow
from cognito_auth.models import UserPoolClient
from cognito_auth.operations import lookups, representations
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import (
    AdminInitiateAuthRequest,
    AdminInitiateAuthResponse,
    AdminRespondToAuthChallengeRequest,
    AdminRespondToAuthChallengeResponse,
    InitiateAuthRequest,
    InitiateAuthResponse,
    RespondToAuthChallengeRequest,
    RespondToAuthChallengeResponse,
)
from cognito_auth.services import user_pool_clients
from cognito_auth.services.sign_in import engine, opening
from cognito_auth.services.sign_in.attempt import SignedIn
from cognito_auth.services.sign_in.opening import Opening
from cognito_auth.services.tokens import refresh
from cognito_auth.services.tokens.issue import IssuedTokens

_REFRESH_FLOWS = (AuthFlow.REFRESH_TOKEN_AUTH, AuthFlow.REFRESH_TOKEN)


@operation("InitiateAuth")
def initiate_auth(request: InitiateAuthRequest, call: Call) -> InitiateAuthResponse:
    """Start a sign-in. Source: AWS API_InitiateAuth."""
    flow, parameters = AuthFlow(request["AuthFlow"]), request.get("AuthParameters", {})
    return _initiate(opening.read(request["ClientId"], flow, parameters), request, call, is_admin=False)


@operation("AdminInitiateAuth")
def admin_initiate_auth(request: AdminInitiateAuthRequest, call: Call) -> AdminInitiateAuthResponse:
    """Start a sign-in on behalf of a server. Source: AWS API_AdminInitiateAuth."""
    pool = lookups.user_pool_of(request)
    client = lookups.client_of(request, pool)
    response: AdminInitiateAuthResponse = _initiate(Opening(client), request, call, is_admin=True)
    return response


def _initiate(
    opened: Opening, request: InitiateAuthRequest | AdminInitiateAuthRequest, call: Call, *, is_admin: bool
) -> InitiateAuthResponse:
    flow, parameters = AuthFlow(request["AuthFlow"]), request.get("AuthParameters", {})
    engine.check_flow(opened.client, flow, is_admin=is_admin)
    _check_secret_hash(opened.client, flow, parameters)
    outcome = engine.start(
        opened,
        flow,
        parameters,
        session=request.get("Session"),
        origin=call.origin,
        now=call.now,
    )
    return _outcome(outcome)


def _check_secret_hash(client: UserPoolClient, flow: AuthFlow, parameters: Mapping[str, str]) -> None:
    usernames = [parameters["USERNAME"]] if parameters.get("USERNAME") else []
    secret_hash = parameters.get("SECRET_HASH")
    if flow in _REFRESH_FLOWS and secret_hash and parameters.get("REFRESH_TOKEN"):
        # Only the token says whose it is; clients hash the name they know the person by.
        usernames += refresh.names_of_owner(client, parameters["REFRESH_TOKEN"])
    user_pool_clients.check_secret_hash(client, secret_hash, usernames)


@operation("RespondToAuthChallenge")
def respond_to_auth_challenge(request: RespondToAuthChallengeRequest, call: Call) -> RespondToAuthChallengeResponse:
    """Answer a challenge. Source: AWS API_RespondToAuthChallenge."""
    client = lookups.client_of(request)
    response: RespondToAuthChallengeResponse = _respond(client, request, call)
    return response


@operation("AdminRespondToAuthChallenge")
def admin_respond_to_auth_challenge(
    request: AdminRespondToAuthChallengeRequest, call: Call
) -> AdminRespondToAuthChallengeResponse:
    """Answer a challenge on behalf of a server. Source: AWS API_AdminRespondToAuthChallenge."""
    pool = lookups.user_pool_of(request)
    client = lookups.client_of(request, pool)
    response: AdminRespondToAuthChallengeResponse = _respond(client, request, call)
    return response


def _respond(
    client: UserPoolClient,
    request: RespondToAuthChallengeRequest | AdminRespondToAuthChallengeRequest,
    call: Call,
) -> InitiateAuthResponse:
    answers = request.get("ChallengeResponses", {})
    usernames = [answers["USERNAME"]] if answers.get("USERNAME") else []
    user_pool_clients.check_secret_hash(client, answers.get("SECRET_HASH"), usernames)
    outcome = engine.respond(
        client,
        request["ChallengeName"],
        request.get("Session"),
        answers,
        origin=call.origin,
        now=call.now,
    )
    return _outcome(outcome)


def _outcome(outcome: engine.Result) -> InitiateAuthResponse:
    assert not isinstance(outcome, SignedIn)
    if isinstance(outcome, IssuedTokens):
        return {
            "AuthenticationResult": representations.authentication_result(outcome),
            "ChallengeParameters": {},
        }
    response: InitiateAuthResponse = {
        "ChallengeName": outcome.name,
        "Session": outcome.session,
        "ChallengeParameters": dict(outcome.parameters),
    }
    if outcome.available:
        response["AvailableChallenges"] = list(outcome.available)
    return response
