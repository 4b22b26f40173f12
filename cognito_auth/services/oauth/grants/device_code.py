"""``grant_type=urn:ietf:params:oauth:grant-type:device_code``: tokens for a device whose person said yes elsewhere.

Source: RFC 8628 3.4, 3.5.
"""

from collections.abc import Mapping

from cognito_auth.services.oauth import device_authorizations
from cognito_auth.services.oauth.grants import TokenRequest
from cognito_auth.services.oauth.token_answers import answer_of


class DeviceCodeGrant:
    """The code of a device."""

    name = "urn:ietf:params:oauth:grant-type:device_code"

    def exchange(self, request: TokenRequest) -> Mapping[str, str | int]:
        """Return the tokens once the person has agreed."""
        tokens = device_authorizations.exchange(
            request.client, request.required("device_code"), origin=request.origin, now=request.now
        )
        return answer_of(tokens)
