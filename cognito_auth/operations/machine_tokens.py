"""GetClientToken, GetDerivedToken."""

from cognito_auth import reasons
from cognito_auth.choices import TokenUse
from cognito_auth.exceptions import TriggerError, UserLambdaValidationException
from cognito_auth.operations import lookups
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import (
    GetClientTokenRequest,
    GetClientTokenResponse,
    GetDerivedTokenRequest,
    GetDerivedTokenResponse,
)
from cognito_auth.services import user_pool_clients
from cognito_auth.services.tokens import client_token, exchange

_KINDS = {"ACCESS_TOKEN": TokenUse.ACCESS, "ID_TOKEN": TokenUse.ID}
_NAMES = {use: name for name, use in _KINDS.items()}


@operation("GetClientToken")
def get_client_token(request: GetClientTokenRequest, call: Call) -> GetClientTokenResponse:
    """Return an access token of an app client that acts for itself.

    The client's secret is the proof: a signature, with which boto3 sends the call, does not count.

    Raises:
        NotAuthorizedException: no client with this id and secret, or the trigger refused.
        InvalidParameterException: the client may not act for itself, or not with these scopes.
        InternalErrorException: the trigger failed.
    Source: AWS API_GetClientToken.
    """
    client = client_token.authenticate(request["ClientId"], request["Secret"])
    try:
        token = client_token.issue(
            client, scopes=request.get("Scopes", ()), metadata=request.get("ClientMetadata"), now=call.now
        )
    except UserLambdaValidationException as error:
        # The operation declares none of the errors of triggers.
        raise reasons.CLIENT_TOKEN_REFUSED(problem=error.message) from None
    except TriggerError:
        raise reasons.INTERNAL_ERROR() from None
    return {
        "ClientAuthenticationResult": {
            "AccessToken": token.access_token,
            "ExpiresIn": token.expires_in,
            "TokenType": token.token_type,
        }
    }


@operation("GetDerivedToken")
def get_derived_token(request: GetDerivedTokenRequest, call: Call) -> GetDerivedTokenResponse:
    """Exchange a token of a person for a narrower one of the calling app client.

    The client proves itself by its secret, if it has one, or the call is signed with an access key.

    Raises:
        ResourceNotFoundException: no such client or resource server.
        NotAuthorizedException: a wrong secret, or a token that is invalid, expired or revoked.
        UserNotFoundException: the user of a token was deleted.
        InvalidParameterException: what is asked for contradicts itself or is not allowed to the client.
    Source: AWS API_GetDerivedToken, RFC 8693.
    """
    client = lookups.client_of(request)
    secret = request.get("ClientSecret")
    # Who signs with an access key need not know the secret; what is given must be right for everybody.
    is_vouched_for = call.principal is not None and secret is None
    if not is_vouched_for and not user_pool_clients.check_secret(client, secret):
        raise reasons.CLIENT_SECRET_WRONG(client_id=client.pk)
    subject = _presented(
        "Subject", request["SubjectToken"], request["SubjectTokenType"], request.get("SubjectTokenProviderName")
    )
    derived = exchange.exchange(
        client,
        subject,
        actor=_actor(request),
        scopes=request.get("Scopes", ()),
        target=exchange.Target(
            audience=next(iter(request.get("Audiences", ())), ""), resource=next(iter(request.get("Resources", ())), "")
        ),
        wanted=_KINDS[request.get("RequestedTokenType", "ACCESS_TOKEN")],
        now=call.now,
    )
    is_access = derived.token_use == TokenUse.ACCESS
    response: GetDerivedTokenResponse = {
        "IssuedToken": derived.token,
        "IssuedTokenType": _NAMES[derived.token_use],
        # An ID token opens nothing. Source: RFC 8693 2.2.1.
        "TokenType": "Bearer" if is_access else "N_A",
        "ExpiresIn": derived.expires_in,
    }
    if is_access:
        response["Scopes"] = list(derived.scopes)
    return response


def _actor(request: GetDerivedTokenRequest) -> exchange.Presented | None:
    token, kind = request.get("ActorToken"), request.get("ActorTokenType")
    # Source: RFC 8693 2.1: the type is REQUIRED with an actor token and MUST NOT be there without.
    if token is None and kind is None:
        return None
    if token is None:
        raise reasons.MISSING_PARAMETER(name="ActorToken")
    if kind is None:
        raise reasons.MISSING_PARAMETER(name="ActorTokenType")
    return _presented("Actor", token, kind, request.get("ActorTokenProviderName"))


def _presented(role: str, token: str, kind: str, provider: str | None) -> exchange.Presented:
    if kind not in _KINDS or provider is not None:
        raise reasons.INVALID_PARAMETER(
            problem=f"{role}Token must be an access token or an ID token of this user pool: assertions and tokens of"
            " other identity providers cannot be exchanged."
        )
    return exchange.Presented(token, _KINDS[kind])
