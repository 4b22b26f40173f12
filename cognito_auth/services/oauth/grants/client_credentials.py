"""``grant_type=client_credentials``: a token of an app client for itself. Source: RFC 6749 4.4."""

import json
from collections.abc import Mapping

from cognito_auth import reasons
from cognito_auth.exceptions import CognitoError, TriggerError
from cognito_auth.services import user_pool_clients
from cognito_auth.services.oauth import errors
from cognito_auth.services.oauth.errors import OAuthError
from cognito_auth.services.oauth.grants import TokenRequest
from cognito_auth.services.tokens import client_token

_SCOPE_REASONS = (reasons.REQUESTED_SCOPE_INVALID, reasons.CLIENT_WITHOUT_SCOPES)


class ClientCredentialsGrant:
    """The client itself."""

    name = "client_credentials"

    def exchange(self, request: TokenRequest) -> Mapping[str, str | int]:
        """Return an access token with the scopes asked for, by default all that the client has."""
        client = request.client
        if not client.oauth_enabled or "client_credentials" not in client.allowed_oauth_flows:
            raise OAuthError(errors.UNAUTHORIZED_CLIENT, "The client has no client_credentials flow.", shown=False)
        # MUST only be used by confidential clients (RFC 6749 4.4); the id alone proves nothing.
        if not user_pool_clients.secrets_of(client):
            raise OAuthError(errors.INVALID_CLIENT, "A client without a secret.", shown=False)
        try:
            token = client_token.issue(
                client, scopes=request.fields.get("scope", "").split(), metadata=_metadata(request), now=request.now
            )
        except TriggerError:
            raise
        except CognitoError as error:
            kind = errors.INVALID_SCOPE if error.reason in _SCOPE_REASONS else errors.UNAUTHORIZED_CLIENT
            raise OAuthError(kind, error.message, shown=False) from None
        return {"access_token": token.access_token, "token_type": token.token_type, "expires_in": token.expires_in}


def _metadata(request: TokenRequest) -> dict[str, str]:
    """Return what the client hands to the trigger (``aws_client_metadata``)."""
    text = request.fields.get("aws_client_metadata", "")
    if not text:
        return {}
    try:
        metadata = json.loads(text)
    except (ValueError, RecursionError):
        metadata = None
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise OAuthError(errors.INVALID_REQUEST, "aws_client_metadata is no JSON object of texts.", shown=False)
    return metadata
