"""``grant_type=refresh_token``: new tokens of a session. Source: RFC 6749 6; AWS "Token endpoint"."""

from collections.abc import Mapping

from cognito_auth.exceptions import CognitoError, TriggerError
from cognito_auth.services.oauth import errors
from cognito_auth.services.oauth.errors import OAuthError
from cognito_auth.services.oauth.grants import TokenRequest
from cognito_auth.services.oauth.token_answers import answer_of
from cognito_auth.services.tokens import refresh


class RefreshTokenGrant:
    """A refresh token of the same client."""

    name = "refresh_token"

    def exchange(self, request: TokenRequest) -> Mapping[str, str | int]:
        """Return access token, ID token (with ``openid``), and a refresh token where the client rotates them."""
        try:
            tokens = refresh.refresh(
                request.client,
                request.required("refresh_token"),
                now=request.now,
                rotation_allowed=True,
                origin=request.origin,
            )
        except TriggerError:
            raise
        except CognitoError as error:
            raise OAuthError(errors.INVALID_GRANT, error.message, shown=False) from None
        return answer_of(tokens)
