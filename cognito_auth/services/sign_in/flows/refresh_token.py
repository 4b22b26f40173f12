"""REFRESH_TOKEN_AUTH: new tokens for a refresh token, without a question."""

from collections.abc import Mapping

from cognito_auth import reasons
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.sign_in.flows import required
from cognito_auth.services.tokens import refresh
from cognito_auth.services.tokens.issue import IssuedTokens


class RefreshToken:
    """Exchanges a refresh token."""

    def begin(self, sign_in: SignIn, parameters: Mapping[str, str]) -> IssuedTokens:
        """Exchange ``REFRESH_TOKEN``; clients that rotate refresh tokens use another operation."""
        if sign_in.client.refresh_token_rotation:
            raise reasons.FLOW_NOT_ENABLED()
        token = required(parameters, "REFRESH_TOKEN")
        return refresh.refresh(
            sign_in.client,
            token,
            now=sign_in.now,
            rotation_allowed=False,
            device_key=parameters.get("DEVICE_KEY"),
            origin=sign_in.origin,
            found=sign_in.opening_token,
        )
