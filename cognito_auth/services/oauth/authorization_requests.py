"""What a client asks for when it sends a browser to ``/oauth2/authorize``: read and checked.

Every page of the sign-in carries the request in its address and reads it again, so that nothing in
between is trusted.

Source: AWS "Authorize endpoint"; RFC 6749 4.1.1; RFC 7636; RFC 8707; OpenID Connect Core 3.1.2.1.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from cognito_auth.conf import settings
from cognito_auth.exceptions import NotFoundError
from cognito_auth.models import IdentityProvider, UserPool, UserPoolClient
from cognito_auth.models.browser_sessions import NATIVE
from cognito_auth.services import resource_servers, user_pool_clients, user_pool_domains
from cognito_auth.services.identity_providers import records
from cognito_auth.services.oauth import errors
from cognito_auth.services.oauth.errors import NobodyToTell, OAuthError
from cognito_auth.services.tokens import scopes
from cognito_auth.services.tokens.issuer import issuer_of

CODE: Final = "code"
TOKEN: Final = "token"
# A sign-in that gives nothing, for pages of ours that need one (OAuth 2.0 Multiple Response Types 4).
NONE: Final = "none"
DEVICE_PAGE: Final = "device"
ACCOUNT_PAGE: Final = "account"
PASSKEYS_PAGE: Final = "account/passkeys"
MAX_QUERY: Final = 16_384
_FLOWS: Mapping[str, str] = {CODE: "code", TOKEN: "implicit"}
_PROMPTS = frozenset({"none", "login", "select_account", "consent"})
# SHA-256 in base64url without padding.
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_MAX_FIELDS = 100
_MAX_LENGTHS: Mapping[str, int] = {"nonce": 2048, "resource": 1024, "login_hint": 2048, "acr_values": 2048}
_MAX_AGE = 10**9
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A request whose client may ask for it.

    Attributes:
        query: the whole, as it came, for the addresses of pages.
        state: as the client sent it; bytes that are no UTF-8 are kept as surrogates.
        scope: granted scopes, separated by spaces.
        max_age: seconds since the person proved who they are, at most.
        provider: who is to prove it, ``"COGNITO"`` for the pool itself, ``""`` for whom the person chooses.
    """

    client: UserPoolClient
    query: str
    redirect_uri: str
    response_type: str
    scope: str
    state: str | None = None
    nonce: str = ""
    code_challenge: str = ""
    prompt: frozenset[str] = frozenset()
    max_age: int | None = None
    acr_values: str = ""
    login_hint: str = ""
    provider: str = ""
    resource: str = ""

    @property
    def pool(self) -> UserPool:
        """The pool that is signed in to."""
        return self.client.pool

    def address(self, parameters: Mapping[str, str]) -> str:
        """Return the client's address with what it is told; in the fragment where tokens would be.

        Source: RFC 6749 4.1.2, 4.2.2.
        """
        return address(self.redirect_uri, parameters, response_type=self.response_type, state=self.state)


def address(redirect_uri: str, parameters: Mapping[str, str], *, response_type: str | None, state: str | None) -> str:
    """Return an address of return with parameters and the client's ``state``, which comes back as it was."""
    told = dict(parameters) if state is None else {**parameters, "state": state}
    text = urlencode(told, errors="surrogateescape")
    if response_type == TOKEN:
        return f"{redirect_uri}#{text}"
    return f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{text}"


def with_issuer(pool: UserPool, told: dict[str, str]) -> dict[str, str]:
    """Return what a client is told with who tells it, for clients of several servers, where the project wants it.

    Source: RFC 9207.
    """
    return {**told, "iss": issuer_of(pool.pk)} if settings.authorization_response_issuer else told


@dataclass(frozen=True, slots=True)
class Return:
    """Where a page that is no part of a sign-in goes back to: an app client, and an address of it."""

    client: UserPoolClient
    redirect_uri: str


class RequestRefused(Exception):
    """A refusal for the client, at ``location``."""

    def __init__(self, location: str, error: OAuthError) -> None:
        super().__init__(str(error))
        self.location = location
        self.error = error


def read(pool: UserPool, query: str) -> AuthorizationRequest:
    """Return the request in a query string (as it came, percent-encoded).

    Raises:
        NobodyToTell: no client of the pool, no address of return of it, or a provider that it does not offer.
        RequestRefused: something else; ``location`` tells the client.
    """
    fields, repeated = fields_in(query)
    if fields.get("response_type") == NONE:
        if _is_own_page(pool, fields.get("redirect_uri", ""), DEVICE_PAGE):
            return _for_device_page(pool, query, fields, repeated)
        if _is_own_page(pool, fields.get("redirect_uri", ""), ACCOUNT_PAGE):
            return _for_account_page(pool, query, fields, repeated)
    back = _return_in(pool, fields, repeated)
    client, redirect_uri = back.client, back.redirect_uri
    response_type, state = fields.get("response_type"), fields.get("state")
    try:
        if repeated:
            raise OAuthError(errors.INVALID_REQUEST, f"Given more than once: {', '.join(sorted(repeated))}.")
        _check_response_type(client, response_type)
        return AuthorizationRequest(
            client=client,
            query=query,
            redirect_uri=redirect_uri,
            response_type=str(response_type),
            scope=granted_scope(client, fields.get("scope", "")),
            state=state,
            nonce=_text(fields, "nonce"),
            code_challenge=_code_challenge(client, fields, str(response_type)),
            prompt=_prompt(fields),
            max_age=_max_age(fields),
            acr_values=_text(fields, "acr_values"),
            login_hint=_text(fields, "login_hint"),
            provider=_provider(client, fields),
            resource=_resource(fields),
        )
    except OAuthError as error:
        told = {"error": error.error}
        if error.description:
            told["error_description"] = error.description
        told = with_issuer(pool, told)
        location = address(redirect_uri, told, response_type=response_type, state=state)
        raise RequestRefused(location, error) from None


def read_return(pool: UserPool, query: str) -> Return:
    """Return client and address of return in the query string of a page that asks for no authorization.

    Raises:
        NobodyToTell: no client of the pool, or no address of return of it.
    """
    fields, repeated = fields_in(query)
    redirect_uri = fields.get("redirect_uri", "")
    if not repeated and _is_own_page(pool, redirect_uri, PASSKEYS_PAGE):
        return Return(_client(pool, fields.get("client_id", ""), is_repeated=False), redirect_uri)
    return _return_in(pool, fields, repeated)


def _return_in(pool: UserPool, fields: Mapping[str, str], repeated: set[str]) -> Return:
    client = _client(pool, fields.get("client_id", ""), is_repeated="client_id" in repeated)
    redirect_uri = fields.get("redirect_uri", "")
    if "redirect_uri" in repeated or redirect_uri not in client.callback_urls:
        raise NobodyToTell("redirect_mismatch", client_id=client.pk)
    return Return(client, redirect_uri)


def for_device_page(client: UserPoolClient, page: str, *, user_code: str) -> str:
    """Return the query string that asks for a sign-in to ``client`` whose end is our own page for devices.

    ``page`` is its whole address; it gets the code back as ``state``.
    """
    asked = {"response_type": NONE, "client_id": client.pk, "redirect_uri": page, "state": user_code}
    return urlencode(asked)


def _for_device_page(pool: UserPool, query: str, fields: Mapping[str, str], repeated: set[str]) -> AuthorizationRequest:
    client = _client(pool, fields.get("client_id", ""), is_repeated="client_id" in repeated)
    if repeated or not client.device_authorization:
        raise NobodyToTell("redirect_mismatch", client_id=client.pk)
    return AuthorizationRequest(
        client=client,
        query=query,
        redirect_uri=fields["redirect_uri"],
        response_type=NONE,
        scope="",
        state=fields.get("state", ""),
        provider=_provider(client, fields),
    )


def for_account_page(
    client: UserPoolClient,
    page: str,
    *,
    section: str,
    provider: str = "",
    login_hint: str = "",
    max_age: int | None = None,
) -> str:
    """Return the query string that asks for a sign-in to ``client`` whose end is the person's account page.

    ``page`` is its whole address; it gets ``section`` back as ``state``. With ``max_age``, in seconds, whoever is
    signed in has to prove anew who they are.
    """
    asked = {"response_type": NONE, "client_id": client.pk, "redirect_uri": page, "state": section}
    if provider and provider != NATIVE:
        asked["identity_provider"] = provider
    if login_hint:
        asked["login_hint"] = login_hint
    if max_age is not None:
        asked |= {"prompt": "login", "max_age": str(max_age)}
    return urlencode(asked)


def has_account_page(client: UserPoolClient) -> bool:
    """Tell whether people can sign in to ``client`` with a browser, and so to their account page."""
    return client.oauth_enabled and not set(_FLOWS.values()).isdisjoint(client.allowed_oauth_flows)


def _for_account_page(
    pool: UserPool, query: str, fields: Mapping[str, str], repeated: set[str]
) -> AuthorizationRequest:
    client = _client(pool, fields.get("client_id", ""), is_repeated="client_id" in repeated)
    if repeated or not has_account_page(client):
        raise NobodyToTell("redirect_mismatch", client_id=client.pk)
    try:
        return AuthorizationRequest(
            client=client,
            query=query,
            redirect_uri=fields["redirect_uri"],
            response_type=NONE,
            scope="",
            state=fields.get("state", ""),
            prompt=_prompt(fields),
            max_age=_max_age(fields),
            login_hint=_text(fields, "login_hint"),
            provider=_provider(client, fields),
        )
    except OAuthError:
        # The page itself would be told, which never asks for such a thing.
        raise NobodyToTell("invalid_request", client_id=client.pk) from None


def _is_own_page(pool: UserPool, redirect_uri: str, page: str) -> bool:
    if redirect_uri == f"{issuer_of(pool.pk)}/{page}":
        return True
    host = redirect_uri.removeprefix("https://").removesuffix(f"/{page}")
    return redirect_uri == f"https://{host}/{page}" and user_pool_domains.pool_id_of_host(host) == pool.pk


def fields_in(query: str) -> tuple[dict[str, str], set[str]]:
    """Return parameters by name, and the names of those that come more than once.

    Bytes that are no UTF-8 are kept as surrogates.

    Raises:
        NobodyToTell: it is too long, or has too many of them.
    """
    if len(query) > MAX_QUERY:
        raise NobodyToTell("request_too_long")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape", max_num_fields=_MAX_FIELDS)
    except ValueError:
        raise NobodyToTell("invalid_request") from None
    fields: dict[str, str] = {}
    repeated = set()
    for name, value in pairs:
        if name in fields:
            repeated.add(name)
        fields[name] = value
    # Without a value is as if it were not there (RFC 6749 3.1), but for what only comes back.
    return {name: value for name, value in fields.items() if value or name == "state"}, repeated


def _client(pool: UserPool, client_id: str, *, is_repeated: bool) -> UserPoolClient:
    if is_repeated or not client_id or not client_id.isascii():
        raise NobodyToTell("invalid_client")
    try:
        return user_pool_clients.get(client_id, pool=pool)
    except NotFoundError:
        raise NobodyToTell("invalid_client", client_id=client_id) from None


def _check_response_type(client: UserPoolClient, response_type: str | None) -> None:
    if response_type is None:
        raise OAuthError(errors.INVALID_REQUEST, "response_type is missing.")
    if response_type not in _FLOWS:
        raise OAuthError(errors.INVALID_REQUEST, "response_type must be code or token.")
    if not client.oauth_enabled or _FLOWS[response_type] not in client.allowed_oauth_flows:
        raise OAuthError(errors.UNAUTHORIZED_CLIENT, f"The client has no {_FLOWS[response_type]} flow.")


def _text(fields: Mapping[str, str], name: str) -> str:
    value = fields.get(name, "")
    if len(value) > _MAX_LENGTHS[name]:
        raise OAuthError(errors.INVALID_REQUEST, f"{name} is too long.")
    # What is kept has to be text.
    if "\x00" in value or not value.isprintable():
        raise OAuthError(errors.INVALID_REQUEST, f"{name} has characters that it cannot have.")
    return value


def _code_challenge(client: UserPoolClient, fields: Mapping[str, str], response_type: str) -> str:
    challenge, method = fields.get("code_challenge", ""), fields.get("code_challenge_method")
    if not challenge:
        if method is not None:
            raise OAuthError(errors.INVALID_REQUEST, "code_challenge is missing.")
        if client.require_pkce and response_type == CODE:
            raise OAuthError(errors.INVALID_REQUEST, "code_challenge is required.")
        return ""
    if method != "S256":
        raise OAuthError(errors.INVALID_REQUEST, "code_challenge_method must be S256.")
    if not _CHALLENGE.fullmatch(challenge):
        raise OAuthError(errors.INVALID_REQUEST, "code_challenge must be 43 characters of base64url.")
    return challenge


def granted_scope(client: UserPoolClient, text: str) -> str:
    """Return the scopes to grant for those asked for, by default all of the client; separated by spaces.

    Raises:
        OAuthError: ``invalid_scope``.
    """
    asked = list(dict.fromkeys(text.split(" "))) if text else list(client.allowed_oauth_scopes)
    asked = [name for name in asked if name]
    allowed = frozenset(client.allowed_oauth_scopes)
    if any(name not in allowed for name in asked):
        raise OAuthError(errors.INVALID_SCOPE, "The client does not have all of these scopes.")
    if scopes.OPENID not in asked and scopes.ATTRIBUTE_SCOPES & set(asked):
        raise OAuthError(errors.INVALID_SCOPE, "email, phone and profile need openid.")
    known = resource_servers.known_scopes(client.pool, asked)
    # Of a resource server that was deleted since then nothing is granted.
    granted = [name for name in asked if "/" not in name or name in known]
    if not granted:
        raise OAuthError(errors.INVALID_SCOPE, "No scopes are left.")
    return " ".join(granted)


def _prompt(fields: Mapping[str, str]) -> frozenset[str]:
    prompt = frozenset(fields.get("prompt", "").lower().split())
    if not prompt <= _PROMPTS or ("none" in prompt and len(prompt) > 1):
        raise OAuthError(errors.INVALID_REQUEST, "prompt must be none alone, or login, select_account and consent.")
    return prompt


def _max_age(fields: Mapping[str, str]) -> int | None:
    text = fields.get("max_age")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_MAX_AGE))):
        raise OAuthError(errors.INVALID_REQUEST, "max_age must be a number of seconds.")
    return int(text)


def _provider(client: UserPoolClient, fields: Mapping[str, str]) -> str:
    """Return the name of the provider that the client wants; it is one that the client offers."""
    name, identifier = fields.get("identity_provider", ""), fields.get("idp_identifier", "")
    if not name and identifier:
        try:
            name = records.get_by_identifier(client.pool, identifier).name
        except NotFoundError:
            raise NobodyToTell("provider_not_offered", client_id=client.pk) from None
    if name and name not in offered_providers(client):
        raise NobodyToTell("provider_not_offered", client_id=client.pk)
    return name


def offered_providers(client: UserPoolClient) -> tuple[str, ...]:
    """Return the names of the providers that people may sign in to the client with.

    A client that names none takes those whom the pool itself knows.
    """
    return tuple(client.supported_identity_providers) or (NATIVE,)


def provider_of(request: AuthorizationRequest) -> IdentityProvider | None:
    """Return the provider elsewhere that the request wants, ``None`` if it wants the pool itself or none."""
    if request.provider in ("", NATIVE):
        return None
    return records.get(request.pool, request.provider)


def _resource(fields: Mapping[str, str]) -> str:
    resource = _text(fields, "resource")
    if not resource:
        return ""
    try:
        parts = urlsplit(resource)
        is_web = parts.scheme in ("http", "https")
        is_good = bool(parts.scheme) and not parts.fragment and (not is_web or bool(parts.hostname))
    except ValueError:
        is_good, is_web, parts = False, False, urlsplit("")
    if not is_good or (parts.scheme == "http" and parts.hostname not in _LOOPBACK):
        raise OAuthError(errors.INVALID_REQUEST, "resource must be an https address without fragment.")
    return resource
