"""``grant_type=authorization_code``: tokens for a code of the authorization endpoint. Source: RFC 6749 4.1.3."""

from collections.abc import Mapping

from cognito_auth.services.oauth import authorization_codes, errors
from cognito_auth.services.oauth.errors import OAuthError
from cognito_auth.services.oauth.grants import TokenRequest
from cognito_auth.services.oauth.token_answers import answer_of


class AuthorizationCodeGrant:
    """The code of a browser."""

    name = "authorization_code"

    def exchange(self, request: TokenRequest) -> Mapping[str, str | int]:
        """Return access token, ID token (with ``openid``) and refresh token."""
        client = request.client
        if not client.oauth_enabled or "code" not in client.allowed_oauth_flows:
            raise OAuthError(errors.UNAUTHORIZED_CLIENT, "The client has no code flow.", shown=False)
        tokens = authorization_codes.exchange(
            client,
            request.required("code"),
            redirect_uri=request.required("redirect_uri"),
            code_verifier=request.fields.get("code_verifier", ""),
            origin=request.origin,
            now=request.now,
        )
        return answer_of(tokens)
