"""Which settings of an app client go together.

Checks a client's fields as a whole, so that every door refuses the same contradictions.
Source: AWS API_CreateUserPoolClient.
"""

from urllib.parse import urlsplit

from cognito_auth import reasons
from cognito_auth.models import UserPoolClient
from cognito_auth.services import resource_servers
from cognito_auth.services.attributes import permissions, schema
from cognito_auth.services.identity_providers import records

CLIENT_TOKEN_FLOW = "ALLOW_CLIENT_TOKEN_AUTH"
STANDARD_SCOPES = frozenset({"phone", "email", "openid", "profile", "aws.cognito.signin.user.admin"})
_SHORT_TOKEN_SECONDS = range(300, 86400 + 1)
_REFRESH_TOKEN_SECONDS = range(3600, 315_360_000 + 1)
_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
# Schemes that browsers run or read instead of opening an app.
_DANGEROUS_SCHEMES = frozenset({"javascript", "data", "vbscript", "file", "blob", "about", "view-source"})


def check(client: UserPoolClient, *, has_secret: bool, doing: str) -> None:
    """Refuse settings that contradict each other or name what does not exist.

    ``doing`` is ``"creating"`` or ``"updating"``, for the API's sentence.

    Raises:
        InvalidParameterException: token lives, flows, attributes, addresses or providers.
        InvalidOAuthFlowException: OAuth flows that cannot work together.
        ScopeDoesNotExistException: an unknown scope.
    """
    _check_validity(client)
    _check_flows(client, has_secret=has_secret)
    _check_attributes(client, doing=doing)
    _check_oauth(client, has_secret=has_secret)
    _check_addresses(client)
    _check_providers(client)
    if client.propagate_additional_user_context_data and not has_secret:
        raise reasons.INVALID_PARAMETER(
            problem="EnablePropagateAdditionalUserContextData can only be used with a client secret."
        )


def _check_validity(client: UserPoolClient) -> None:
    short = (client.access_token_seconds, client.id_token_seconds)
    refresh = client.refresh_token_seconds
    in_range = all(seconds in _SHORT_TOKEN_SECONDS for seconds in short) and refresh in _REFRESH_TOKEN_SECONDS
    if not in_range or max(short) > refresh:
        raise reasons.INVALID_TOKEN_VALIDITY()


def _check_flows(client: UserPoolClient, *, has_secret: bool) -> None:
    flows = client.explicit_auth_flows or []
    modern = [flow for flow in flows if flow.startswith("ALLOW_")]
    if modern and len(modern) < len(flows):
        raise reasons.MIXED_AUTH_FLOWS()
    if client.refresh_token_rotation and "ALLOW_REFRESH_TOKEN_AUTH" in flows:
        raise reasons.ROTATION_WITH_REFRESH_FLOW()
    if CLIENT_TOKEN_FLOW in flows:
        # Source: AWS API_GetClientToken.
        if len(set(flows)) > 1:
            raise reasons.INVALID_PARAMETER(
                problem=f"{CLIENT_TOKEN_FLOW} cannot be used together with other values of ExplicitAuthFlows."
            )
        if not has_secret:
            raise reasons.INVALID_PARAMETER(problem=f"{CLIENT_TOKEN_FLOW} can only be used with a client secret.")


def _check_attributes(client: UserPoolClient, *, doing: str) -> None:
    pool_schema = schema.of(client.pool)
    readable = pool_schema.public_names | {"identities"}
    if any(name not in readable for name in client.read_attributes or ()):
        raise reasons.INVALID_READ_ATTRIBUTES(doing=doing)
    writable = client.write_attributes
    if writable is None:
        return
    known = all(name in pool_schema.public_names and permissions.may_ever_write(name) for name in writable)
    if not known or not set(pool_schema.required) <= set(writable):
        raise reasons.INVALID_WRITE_ATTRIBUTES(doing=doing)


def _check_oauth(client: UserPoolClient, *, has_secret: bool) -> None:
    flows: list[str] = client.allowed_oauth_flows
    scopes: list[str] = client.allowed_oauth_scopes
    if client.oauth_enabled and not (flows and scopes):
        raise reasons.INVALID_OAUTH_FLOW(
            problem="AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use"
            " OAuth flows."
        )
    if "client_credentials" in flows and len(set(flows)) > 1:
        raise reasons.INVALID_OAUTH_FLOW(
            problem="client_credentials flow can not be selected along with code flow or implicit flow."
        )
    if "client_credentials" in flows and not has_secret:
        raise reasons.INVALID_OAUTH_FLOW(
            problem="client_credentials flow can not be selected if client does not have a client secret."
        )
    _check_machine_scopes(client)
    if {"code", "implicit"} & set(flows) and not client.callback_urls:
        raise reasons.INVALID_OAUTH_FLOW(
            problem="CallbackUrls can not be empty when code flow or implicit flow is selected"
        )
    _check_scopes(client)


def _check_machine_scopes(client: UserPoolClient) -> None:
    """Refuse scopes that are about a person where there is none. Observed: AWS, 2018."""
    if "client_credentials" not in client.allowed_oauth_flows:
        return
    for scope in client.allowed_oauth_scopes:
        if scope in STANDARD_SCOPES:
            raise reasons.INVALID_OAUTH_FLOW(problem=f"{scope} is not supported with client_credentials flow")


def _check_scopes(client: UserPoolClient) -> None:
    custom = [scope for scope in client.allowed_oauth_scopes if scope not in STANDARD_SCOPES]
    known = resource_servers.known_scopes(client.pool, custom)
    for scope in custom:
        if scope not in known:
            raise reasons.SCOPE_DOES_NOT_EXIST(scope=scope)


def _check_addresses(client: UserPoolClient) -> None:
    for member, addresses in (("callback", client.callback_urls), ("logout", client.logout_urls)):
        for address in addresses:
            if not is_redirect_address(address):
                raise reasons.INVALID_PARAMETER(
                    problem=f"{address} is not a valid {member} URL: it must be absolute, without a fragment, and"
                    " use HTTPS, http://localhost, or an app's own scheme."
                )
    if client.default_redirect_uri and client.default_redirect_uri not in client.callback_urls:
        raise reasons.INVALID_PARAMETER(problem="DefaultRedirectURI must be in the list of CallbackURLs.")


def is_redirect_address(address: str) -> bool:
    """Tell whether browsers may be sent to ``address`` after signing in or out.

    RFC 6749, 3.1.2: it MUST be absolute and MUST NOT include a fragment. Plain HTTP only reaches the
    same machine; other schemes open apps.
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname
        _port = parts.port
    except ValueError:
        return False
    is_plain = address.isprintable() and not any(character in address for character in "#\\ ")
    if not is_plain or not parts.scheme or parts.scheme in _DANGEROUS_SCHEMES:
        return False
    if parts.scheme == "https":
        return bool(host) and parts.username is None
    if parts.scheme == "http":
        return host in _LOCAL_HOSTS and parts.username is None
    return bool(parts.netloc or parts.path)


def _check_providers(client: UserPoolClient) -> None:
    providers = [name for name in client.supported_identity_providers if name != "COGNITO"]
    missing = records.missing_from(client.pool, providers) if providers else None
    if missing is not None:
        raise reasons.PROVIDER_DOES_NOT_EXIST(provider=missing, user_pool_id=client.pool_id)
