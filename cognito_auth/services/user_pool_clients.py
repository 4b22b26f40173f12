"""App clients: finding, making, changing, deleting them; their secrets and the flows they allow.

Which settings go together is decided in ``user_pool_client_settings``.
"""

import base64
import datetime
import hmac
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction

from cognito_auth import crypto, reasons
from cognito_auth.choices import AuthFlow
from cognito_auth.models import TokenFamily, UserPool, UserPoolClient, UserPoolClientSecret
from cognito_auth.services import remembered_clients, user_pool_client_settings

_DELETE_ATTEMPTS = 5
_BATCH = 500

_DEFAULT_FLOWS = frozenset({"ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"})
_FLOW_NAMES: Mapping[str, str] = {
    AuthFlow.USER_SRP_AUTH: "ALLOW_USER_SRP_AUTH",
    AuthFlow.USER_PASSWORD_AUTH: "ALLOW_USER_PASSWORD_AUTH",
    AuthFlow.ADMIN_USER_PASSWORD_AUTH: "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    AuthFlow.ADMIN_NO_SRP_AUTH: "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    AuthFlow.REFRESH_TOKEN_AUTH: "ALLOW_REFRESH_TOKEN_AUTH",
    AuthFlow.REFRESH_TOKEN: "ALLOW_REFRESH_TOKEN_AUTH",
    AuthFlow.CUSTOM_AUTH: "ALLOW_CUSTOM_AUTH",
    AuthFlow.USER_AUTH: "ALLOW_USER_AUTH",
}
_ADMIN_FLOWS = frozenset({AuthFlow.ADMIN_USER_PASSWORD_AUTH, AuthFlow.ADMIN_NO_SRP_AUTH})
_REFRESH_FLOWS = frozenset({AuthFlow.REFRESH_TOKEN_AUTH, AuthFlow.REFRESH_TOKEN})


def get(client_id: str, *, pool: UserPool | None = None) -> UserPoolClient:
    """Return the client with this id, its pool and its secrets, in one query.

    Raises:
        ResourceNotFoundException: there is none, or it belongs to another pool than ``pool``.
    """
    client = remembered_clients.read(client_id)
    if client is None or (pool is not None and client.pool_id != pool.pk):
        raise reasons.CLIENT_NOT_FOUND(client_id=client_id)
    return client


def pool_offers_srp(pool: UserPool) -> bool:
    """Tell whether some client of the pool lets people prove their password by SRP."""
    return remembered_clients.with_srp(UserPoolClient.objects.filter(pool=pool.pk)).exists()


def create(
    pool: UserPool,
    *,
    name: str,
    fields: Mapping[str, Any] | None = None,
    generate_secret: bool = False,
    secret: str | None = None,
    now: datetime.datetime,
) -> UserPoolClient:
    """Make a client of ``pool``, with a secret that is generated or given, or without one.

    ``fields`` are fields of ``UserPoolClient`` by name.

    Raises:
        InvalidParameterException, InvalidOAuthFlowException, ScopeDoesNotExistException: the settings
            contradict each other or name what does not exist.
    """
    if generate_secret and secret is not None:
        raise reasons.INVALID_PARAMETER(problem="GenerateSecret and ClientSecret cannot be used together.")
    client = UserPoolClient(
        id=UserPoolClient.new_id(), pool=pool, name=name, created_at=now, last_modified_at=now, **(fields or {})
    )
    has_secret = generate_secret or secret is not None
    user_pool_client_settings.check(client, has_secret=has_secret, doing="creating")
    with transaction.atomic():
        client.save(force_insert=True)
        if has_secret:
            value = secret if secret is not None else UserPoolClient.new_secret()
            UserPoolClientSecret.objects.create(client=client, slot=1, value=value, created_at=now)
    return client


def update(client: UserPoolClient, fields: Mapping[str, Any], *, now: datetime.datetime) -> None:
    """Set fields of a client, on the instance and in one statement in the database; secrets stay.

    Raises:
        InvalidParameterException, InvalidOAuthFlowException, ScopeDoesNotExistException: as :func:`create`.
    """
    changed = UserPoolClient.objects.select_related("pool").get(pk=client.pk)
    for name, value in fields.items():
        setattr(changed, name, value)
    user_pool_client_settings.check(changed, has_secret=bool(secrets_of(client)), doing="updating")
    values = {**fields, "last_modified_at": now}
    UserPoolClient.objects.filter(pk=client.pk).update(**values)
    for name, value in values.items():
        setattr(client, name, value)


def delete(client: UserPoolClient) -> None:
    """Delete a client; tokens that were issued to it end with it, in batches."""
    families = TokenFamily.objects.filter(client_id=client.pk).order_by("pk").values_list("pk", flat=True)
    while batch := list(families[:_BATCH]):
        TokenFamily.objects.filter(pk__in=batch).delete()
    for attempt in range(_DELETE_ATTEMPTS):
        try:
            UserPoolClient.objects.filter(pk=client.pk).delete()
        except IntegrityError:
            # Somebody signed in after the tokens were collected: collect again.
            if attempt == _DELETE_ATTEMPTS - 1:
                raise
        else:
            return


def secrets_of(client: UserPoolClient) -> list[str]:
    """Return the client's secrets in clear, none for a public client; no query after :func:`get`."""
    if hasattr(client, "first_secret_token"):
        tokens = (client.first_secret_token, getattr(client, "second_secret_token", None))
        return [crypto.decrypt(token) for token in tokens if token]
    return [secret.value for secret in UserPoolClientSecret.objects.filter(client_id=client.pk).order_by("slot")]


def forget_secrets(client: UserPoolClient) -> None:
    """Drop the secrets that :func:`get` loaded along with the client, since they were changed."""
    for name in ("first_secret_token", "second_secret_token"):
        client.__dict__.pop(name, None)


def check_secret_hash(client: UserPoolClient, secret_hash: str | None, usernames: Iterable[str]) -> None:
    """Refuse a request whose secret hash does not prove that the sender has the client's secret.

    Any of the client's secrets counts, with any of ``usernames``. Source: AWS "Computing secret hash
    values": Base64 of HMAC-SHA-256 over username and client id, keyed with the secret.

    Raises:
        NotAuthorizedException: missing, wrong, or given for a client without secret.
    """
    secrets = secrets_of(client)
    if not secrets:
        if secret_hash:
            raise reasons.SECRET_HASH_UNEXPECTED(client_id=client.pk)
        return
    if not secret_hash:
        raise reasons.SECRET_HASH_MISSING(client_id=client.pk)
    given = secret_hash.encode("utf-8", "surrogatepass")
    names = list(usernames)
    # All are compared, whichever fits, so that the time tells nothing.
    matches = [
        hmac.compare_digest(given, secret_hash_of(client.pk, secret, name)) for secret in secrets for name in names
    ]
    if not any(matches):
        raise reasons.SECRET_HASH_WRONG(client_id=client.pk)


def secret_hash_of(client_id: str, secret: str, username: str) -> bytes:
    """Return the secret hash that a client with ``secret`` sends for ``username``."""
    message = (username + client_id).encode("utf-8", "surrogatepass")
    return base64.b64encode(hmac.digest(secret.encode(), message, "sha256"))


def check_secret(client: UserPoolClient, secret: str | None) -> bool:
    """Tell whether ``secret`` is one of the client's, or ``None`` for a client that has none."""
    secrets = secrets_of(client)
    if not secrets or secret is None:
        return not secrets and secret is None
    given = secret.encode("utf-8", "surrogatepass")
    # All are compared, whichever fits, so that the time tells nothing.
    matches = [hmac.compare_digest(given, known.encode()) for known in secrets]
    return any(matches)


def acts_for_itself(client: UserPoolClient) -> bool:
    """Tell whether the client may get tokens that stand for itself instead of a person.

    By the flow of API_GetClientToken, or by the OAuth flow ``client_credentials``: one rule for both doors.
    """
    if user_pool_client_settings.CLIENT_TOKEN_FLOW in (client.explicit_auth_flows or ()):
        return True
    return client.oauth_enabled and "client_credentials" in client.allowed_oauth_flows


def flow_allowed(client: UserPoolClient, flow: AuthFlow, *, admin: bool) -> bool:
    """Tell whether the client allows a sign-in to start with ``flow``.

    ``admin``: by a signed call, which alone may start the ``ADMIN_`` flows and may not start
    ``USER_PASSWORD_AUTH``. Source: AWS API_InitiateAuth, API_CreateUserPoolClient ExplicitAuthFlows.
    """
    if (flow in _ADMIN_FLOWS and not admin) or (flow == AuthFlow.USER_PASSWORD_AUTH and admin):
        return False
    flows = frozenset(client.explicit_auth_flows or ())
    if client.refresh_token_rotation and flow in _REFRESH_FLOWS:
        # Rotation is done by GetTokensFromRefreshToken alone.
        return False
    if not flows:
        return _FLOW_NAMES[flow] in _DEFAULT_FLOWS
    if all(name.startswith("ALLOW_") for name in flows):
        return _FLOW_NAMES[flow] in flows
    return _legacy_flow_allowed(flows, flow)


def _legacy_flow_allowed(flows: frozenset[str], flow: AuthFlow) -> bool:
    """Tell the same for a client set up with the names that the ``ALLOW_`` ones replaced."""
    if flow in _REFRESH_FLOWS:
        return True
    if flow in _ADMIN_FLOWS:
        return "ADMIN_NO_SRP_AUTH" in flows
    if flow == AuthFlow.USER_PASSWORD_AUTH:
        return "USER_PASSWORD_AUTH" in flows
    if flow == AuthFlow.CUSTOM_AUTH:
        return "CUSTOM_AUTH_FLOW_ONLY" in flows
    return flow == AuthFlow.USER_SRP_AUTH and "CUSTOM_AUTH_FLOW_ONLY" not in flows
