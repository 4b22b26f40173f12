"""Who calls the token and revocation endpoints: an app client, by its secret or, without one, by its id.

Source: RFC 6749 2.3.1; AWS "Token endpoint", client authentication.
"""

import base64
import binascii
import contextlib
from collections.abc import Mapping, Sequence
from urllib.parse import unquote_plus

from cognito_auth.exceptions import CognitoError, NotFoundError
from cognito_auth.models import UserPool, UserPoolClient
from cognito_auth.services import user_pool_clients
from cognito_auth.services.oauth import errors
from cognito_auth.services.oauth.errors import OAuthError
from cognito_auth.services.tokens import client_token

_MAX_LENGTH = 1024


def authenticate(pool: UserPool, authorization: str, fields: Mapping[str, str]) -> UserPoolClient:
    """Return the client of ``pool`` that sends a request with this header and these form fields.

    A client with a secret proves itself by HTTP Basic or in the form, not by both; one without gives its
    id in the form.

    Raises:
        OAuthError: ``invalid_client``, or ``invalid_request`` where two ways are mixed.
    """
    client_id, secret = fields.get("client_id", ""), fields.get("client_secret")
    secrets = [secret] if secret else []
    if authorization:
        basic_id, *secrets = _basic(authorization)
        if secret is not None or client_id not in ("", basic_id):
            raise OAuthError(errors.INVALID_REQUEST, "The client is given twice.", shown=False)
        client_id = basic_id
    if not client_id or not client_id.isascii() or "\x00" in client_id or len(client_id) > _MAX_LENGTH:
        raise _refusal("No client, or none that could be.")
    if any(secrets):
        return _by_secret(pool, client_id, secrets)
    try:
        client = user_pool_clients.get(client_id, pool=pool)
    except NotFoundError:
        raise _refusal("Unknown client.") from None
    if user_pool_clients.secrets_of(client):
        raise _refusal("The client has a secret and did not send it. Apps that cannot keep one need a client without.")
    return client


def is_by_secret(authorization: str, fields: Mapping[str, str]) -> bool:
    """Tell whether a client that was authenticated by these has proved itself, and not only given its id."""
    return bool(fields.get("client_secret") or (authorization and any(_basic(authorization)[1:])))


def _by_secret(pool: UserPool, client_id: str, secrets: Sequence[str]) -> UserPoolClient:
    client = None
    for secret in secrets:
        with contextlib.suppress(CognitoError):
            client = client_token.authenticate(client_id, secret[:_MAX_LENGTH])
            break
    if client is None:
        raise _refusal("Unknown client, or not its secret.")
    if client.pool_id != pool.pk:
        raise _refusal("A client of another pool.")
    client.pool = pool
    return client


def _basic(header: str) -> tuple[str, ...]:
    """Return id and secret, which are encoded as in a form first, and the secret as it is if that is another.

    Source: RFC 6749 2.3.1, appendix B.
    """
    scheme, _space, value = header.strip().partition(" ")
    if scheme.lower() != "basic":
        raise _refusal("Authorization is not Basic.")
    try:
        text = base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        raise _refusal("Authorization is not Base64 of UTF-8.") from None
    client_id, colon, secret = text.partition(":")
    if not colon:
        raise _refusal("Authorization has no colon.")
    # Many clients, Authlib among them, leave that encoding out, and secrets may have a "+".
    return unquote_plus(client_id), *dict.fromkeys((unquote_plus(secret), secret))


def _refusal(problem: str) -> OAuthError:
    return OAuthError(errors.INVALID_CLIENT, problem, shown=False)
