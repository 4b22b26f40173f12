"""What somebody who signs out of the pages asks for, in two dialects.

=====================  =========================================================================
Cognito's              ``client_id`` with ``logout_uri``, or with ``redirect_uri`` and
                       ``response_type`` to sign in again at once
OpenID Connect's       ``id_token_hint`` or ``client_id``, ``post_logout_redirect_uri``, ``state``
=====================  =========================================================================

Nobody is sent anywhere but to an address of the client.
Source: AWS "Logout endpoint"; OpenID Connect RP-Initiated Logout 2, 3.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import jwt

from cognito_auth.choices import TokenUse
from cognito_auth.exceptions import NotFoundError
from cognito_auth.models import UserPool, UserPoolClient
from cognito_auth.services import user_pool_clients
from cognito_auth.services.oauth import authorization_requests
from cognito_auth.services.oauth.errors import NobodyToTell
from cognito_auth.services.tokens import errors
from cognito_auth.services.tokens.verify import verify

_ID = frozenset({TokenUse.ID.value})
_MAX_TIME = 2**40


@dataclass(frozen=True, slots=True)
class SignOutRequest:
    """Where to go after the sign-out: an address of the client, the login page, or nowhere (both empty).

    ``login_query`` is that of an authorization request.
    """

    client: UserPoolClient
    address: str = ""
    login_query: str = ""


def read(pool: UserPool, query: str, *, now: datetime.datetime) -> SignOutRequest:
    """Return what is asked for in a query string (as it came, percent-encoded).

    Raises:
        NobodyToTell: no client, or an address that is not the client's.
    """
    fields, repeated = authorization_requests.fields_in(query)
    if repeated:
        raise NobodyToTell("invalid_request")
    client = _client(pool, fields, now=now)
    if "logout_uri" in fields:
        return SignOutRequest(client, address=_registered(client, client.logout_urls, fields["logout_uri"]))
    if "post_logout_redirect_uri" in fields:
        target = _registered(client, client.logout_urls, fields["post_logout_redirect_uri"])
        return SignOutRequest(client, address=_with_state(target, fields["state"]) if "state" in fields else target)
    if "redirect_uri" in fields:
        _registered(client, client.callback_urls, fields["redirect_uri"])
        return SignOutRequest(client, login_query=query)
    if "id_token_hint" not in fields:
        raise NobodyToTell("logout_uri_missing", client_id=client.pk)
    return SignOutRequest(client)


def _registered(client: UserPoolClient, addresses: Sequence[str], address: str) -> str:
    if address not in addresses:
        raise NobodyToTell("redirect_mismatch", client_id=client.pk)
    return address


def _with_state(target: str, state: str) -> str:
    return f"{target}{'&' if '?' in target else '?'}{urlencode({'state': state}, errors='surrogateescape')}"


def _client(pool: UserPool, fields: Mapping[str, str], *, now: datetime.datetime) -> UserPoolClient:
    client_id, hint = fields.get("client_id", ""), fields.get("id_token_hint", "")
    if hint:
        hinted = _client_of_token(pool, hint, now=now)
        # Both name the same (RP-Initiated Logout 2).
        if hinted is None or client_id not in ("", hinted):
            raise NobodyToTell("invalid_client")
        client_id = hinted
    if not client_id or not client_id.isascii():
        raise NobodyToTell("client_id_missing")
    try:
        return user_pool_clients.get(client_id, pool=pool)
    except NotFoundError:
        raise NobodyToTell("invalid_client") from None


def _client_of_token(pool: UserPool, token: str, *, now: datetime.datetime) -> str | None:
    """Return the client of an ID token of ours; one that has expired is good enough."""
    try:
        issued_at = jwt.decode(token, options={"verify_signature": False}).get("iat")
        if not isinstance(issued_at, int) or not 0 < issued_at <= min(now.timestamp() + 60, _MAX_TIME):
            return None
        then = datetime.datetime.fromtimestamp(issued_at, tz=datetime.UTC)
        checked = verify(token, now=then, token_use=_ID)
    except (jwt.PyJWTError, errors.TokenRefused, errors.KeysUnavailable, ValueError, RecursionError):
        return None
    return checked.client_id if checked.is_own and checked.pool_id == pool.pk else None
