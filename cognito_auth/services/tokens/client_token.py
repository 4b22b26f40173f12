"""Access tokens of machines: an app client that acts for itself (client credentials).

There is no person, no session and no refresh token. Such a token ends with its life, or at once when the
client is deleted or may not act for itself any more (``live.check_client``).

Source: AWS API_GetClientToken, "Scopes, M2M, and resource servers"; RFC 6749 4.4.
"""

import datetime
import hmac
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cognito_auth import crypto, reasons
from cognito_auth.choices import TokenUse
from cognito_auth.conf import settings
from cognito_auth.exceptions import ResourceNotFoundException
from cognito_auth.models import UserPoolClient
from cognito_auth.services import resource_servers, user_pool_clients
from cognito_auth.services.tokens import keys, signing
from cognito_auth.services.tokens.issuer import issuer_of
from cognito_auth.services.triggers import pre_token_generation

_MAX_SECRETS = 2
# Tells tokens of the OAuth kind from those of sign-ins through the API. Observed.
_VERSION = 2


@dataclass(frozen=True, slots=True, repr=False)
class ClientToken:
    """The token of a machine; ``expires_in`` is its life in seconds."""

    access_token: str
    expires_in: int
    scopes: tuple[str, ...]
    token_type: str = "Bearer"


def authenticate(client_id: str, secret: str) -> UserPoolClient:
    """Return the client that proves itself by one of its secrets.

    Unknown clients, clients without a secret and wrong secrets are refused alike, after the same work.

    Raises:
        NotAuthorizedException: it does not.
    """
    try:
        client = user_pool_clients.get(client_id)
    except ResourceNotFoundException:
        client = None
    known = [] if client is None else user_pool_clients.secrets_of(client)
    decoys = [crypto.decrypt(_decoy(settings.encryption_keys)) for _missing in range(_MAX_SECRETS - len(known))]
    given = secret.encode("utf-8", "surrogatepass")
    # All are compared, whichever fits, so that the time tells nothing.
    matches = [hmac.compare_digest(given, value.encode()) for value in (*known, *decoys)]
    if client is None or not any(matches[: len(known)]):
        raise reasons.CLIENT_SECRET_WRONG(client_id=client_id)
    return client


@lru_cache(maxsize=8)
def _decoy(_encryption_keys: tuple[str, ...]) -> str:
    return crypto.encrypt(UserPoolClient.new_secret())


def issue(
    client: UserPoolClient,
    *,
    scopes: Sequence[str] = (),
    metadata: Mapping[str, str] | None = None,
    now: datetime.datetime,
) -> ClientToken:
    """Make an access token that stands for ``client``, which has proved itself before.

    ``scopes`` are those asked for, by default all that the client has of resource servers; ``metadata``
    is handed to the pre token generation trigger.

    Raises:
        InvalidParameterException: the client may not act for itself, or not with these scopes.
        TriggerError: the trigger refused, failed or answered nonsense.
    """
    if not user_pool_clients.acts_for_itself(client):
        raise reasons.FLOW_NOT_ENABLED()
    granted = _granted(client, scopes)
    _id_kid, access_kid = keys.active_kids(client.pool, now=now)
    # Rounded down: verifiers refuse tokens from the future.
    issued_at = int(now.timestamp())
    claims = {
        "sub": client.pk,
        "token_use": TokenUse.ACCESS.value,
        "scope": " ".join(granted),
        "auth_time": issued_at,
        "iss": issuer_of(client.pool_id),
        "exp": issued_at + client.access_token_seconds,
        "iat": issued_at,
        "version": _VERSION,
        "jti": str(uuid.uuid4()),
        "client_id": client.pk,
    }
    pre_token_generation.change_machine(claims, client=client, metadata=metadata or {})
    token = signing.sign(claims, access_kid)
    return ClientToken(token, client.access_token_seconds, tuple(str(claims["scope"]).split()))


def _granted(client: UserPoolClient, asked_for: Sequence[str]) -> list[str]:
    """Return the scopes to grant: of the client and, still, of a resource server of its pool."""
    allowed = client.allowed_oauth_scopes
    known = resource_servers.known_scopes(client.pool, allowed)
    for scope in asked_for:
        if scope not in allowed or scope not in known:
            raise reasons.REQUESTED_SCOPE_INVALID(scope=scope)
    granted = list(dict.fromkeys(asked_for)) or [scope for scope in allowed if scope in known]
    if not granted:
        raise reasons.CLIENT_WITHOUT_SCOPES()
    return granted
