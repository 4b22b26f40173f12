"""``grant_type=urn:ietf:params:oauth:grant-type:token-exchange``: a narrower token for one of a person.

Source: RFC 8693.
"""

from collections.abc import Mapping

from cognito_auth import reasons
from cognito_auth.choices import TokenUse
from cognito_auth.exceptions import CognitoError, NotFoundError, TriggerError
from cognito_auth.services.oauth import errors
from cognito_auth.services.oauth.errors import OAuthError
from cognito_auth.services.oauth.grants import TokenRequest
from cognito_auth.services.tokens import exchange

_TYPE = "urn:ietf:params:oauth:token-type:"
_ACCESS, _ID = f"{_TYPE}access_token", f"{_TYPE}id_token"
# A JWT may be either; which one, the token itself says.
_KINDS: Mapping[str, TokenUse] = {_ACCESS: TokenUse.ACCESS, _ID: TokenUse.ID}
_INVALID_TARGET = "invalid_target"


class TokenExchangeGrant:
    """A token of a person, with or without one of who acts for them."""

    name = "urn:ietf:params:oauth:grant-type:token-exchange"

    def exchange(self, request: TokenRequest) -> Mapping[str, str | int]:
        """Return the new token as ``access_token``, whatever its kind, and what it is."""
        fields = request.fields
        wanted = _kind(fields.get("requested_token_type", _ACCESS))
        subject = exchange.Presented(request.required("subject_token"), _kind(request.required("subject_token_type")))
        try:
            derived = exchange.exchange(
                request.client,
                subject,
                actor=_actor(request),
                scopes=fields.get("scope", "").split(),
                target=exchange.Target(audience=fields.get("audience", ""), resource=fields.get("resource", "")),
                wanted=wanted,
                now=request.now,
            )
        except TriggerError:
            raise
        except CognitoError as error:
            raise _refusal(error) from None
        is_access = derived.token_use == TokenUse.ACCESS
        answer: dict[str, str | int] = {
            "access_token": derived.token,
            "issued_token_type": _ACCESS if is_access else _ID,
            # An ID token opens nothing (RFC 8693 2.2.1).
            "token_type": "Bearer" if is_access else "N_A",
            "expires_in": derived.expires_in,
        }
        if is_access:
            answer["scope"] = " ".join(derived.scopes)
        return answer


def _kind(token_type: str) -> TokenUse:
    kind = _KINDS.get(token_type)
    if kind is None:
        raise OAuthError(errors.INVALID_REQUEST, "Only access tokens and ID tokens of the pool are exchanged.")
    return kind


def _actor(request: TokenRequest) -> exchange.Presented | None:
    token, kind = request.fields.get("actor_token"), request.fields.get("actor_token_type")
    if token is None and kind is None:
        return None
    # The type is REQUIRED with an actor token and MUST NOT be there without (RFC 8693 2.1).
    if token is None or kind is None:
        raise OAuthError(errors.INVALID_REQUEST, "actor_token and actor_token_type go together.")
    return exchange.Presented(token, _kind(kind))


def _refusal(error: CognitoError) -> OAuthError:
    """Return the refusal in the words of RFC 8693 2.2.2 and RFC 8707 2."""
    if error.reason is reasons.FLOW_NOT_ENABLED:
        return OAuthError(errors.UNAUTHORIZED_CLIENT, "The client may not exchange tokens.", shown=False)
    if error.reason is reasons.REQUESTED_SCOPE_INVALID:
        return OAuthError(errors.INVALID_SCOPE, error.message)
    if error.reason is reasons.RESOURCE_SERVER_NOT_FOUND or (
        isinstance(error, NotFoundError) and error.reason is not reasons.USER_NOT_FOUND
    ):
        return OAuthError(_INVALID_TARGET, error.message)
    return OAuthError(errors.INVALID_REQUEST, error.message)
