"""PreTokenGeneration: before tokens are signed; changes claims, groups and scopes.

=======  =========================  ========================================================
version  response                   changes
=======  =========================  ========================================================
V1_0     claimsOverrideDetails      the ID token, with strings; groups in both
V2_0     claimsAndScopeOverride…    both tokens, with any JSON; scopes; groups
V3_0     as V2_0                    the same, and tokens of machines
=======  =========================  ========================================================

What proves the token or the person cannot be changed: such claims are left as they are.
Source: AWS "Pre token generation Lambda trigger".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cognito_auth.choices import TriggerKind, TriggerVersion
from cognito_auth.models import AbstractCognitoUser, UserPoolClient
from cognito_auth.services.triggers import calling, event, responses

KIND = TriggerKind.PRE_TOKEN_GENERATION
AUTHENTICATION = "TokenGeneration_Authentication"
HOSTED_AUTH = "TokenGeneration_HostedAuth"
NEW_PASSWORD_CHALLENGE = "TokenGeneration_NewPasswordChallenge"
AUTHENTICATE_DEVICE = "TokenGeneration_AuthenticateDevice"
REFRESH_TOKENS = "TokenGeneration_RefreshTokens"
CLIENT_CREDENTIALS = "TokenGeneration_ClientCredentials"
# Stands in the event where a person's name would.
_MACHINE = "ClientCredentials"

MAX_CHANGES = 5000
GROUPS, ROLES, PREFERRED_ROLE = "cognito:groups", "cognito:roles", "cognito:preferred_role"
_FIXED = frozenset(
    [
        *(
            "act",
            "sub",
            "username",
            "identities",
            "aud",
            "client_id",
            "event_id",
            "device_key",
            "version",
            "acr",
            "amr",
        ),
        *("at_hash", "auth_time", "azp", "exp", "iat", "iss", "jti", "nbf", "nonce", "origin_jti", "token_use"),
    ]
)
# OpenID Connect defines the type of these.
_PLAIN_IN_ID_TOKEN = frozenset({"phone_number_verified", "email_verified", "updated_at", "address"})
_EVENT_VERSIONS = {TriggerVersion.V1_0: "1", TriggerVersion.V2_0: "2", TriggerVersion.V3_0: "3"}
_GROUP_CHECKS = {
    "groupsToOverride": responses.is_text_list,
    "iamRolesToOverride": responses.is_text_list,
    "preferredRole": responses.is_text,
}


@dataclass(frozen=True, slots=True)
class Issue:
    """On which occasion tokens are made, and what the app hands on with it."""

    source: str = AUTHENTICATION
    metadata: Mapping[str, str] = field(default_factory=dict)


def change(
    id_token: dict[str, Any],
    access_token: dict[str, Any],
    *,
    user: AbstractCognitoUser,
    client: UserPoolClient,
    issue: Issue,
) -> None:
    """Let the handler change the claims of the two tokens, in place.

    Raises:
        TriggerError: it refused, failed or answered nonsense; there are no tokens.
    """
    handler = calling.handler_of(KIND, client.pool_id)
    if handler is None:
        return
    request: dict[str, Any] = {
        "groupConfiguration": {
            "groupsToOverride": list(id_token.get(GROUPS, ())),
            "iamRolesToOverride": list(id_token.get(ROLES, ())),
            "preferredRole": id_token.get(PREFERRED_ROLE),
        }
    }
    has_scopes = handler.version != TriggerVersion.V1_0
    if has_scopes:
        request["scopes"] = access_token["scope"].split()
    key = "claimsAndScopeOverrideDetails" if has_scopes else "claimsOverrideDetails"
    happening = event.build(
        issue.source,
        event.about(user, client, metadata=issue.metadata),
        request=request,
        response={key: None},
        version=_EVENT_VERSIONS[handler.version],
    )
    answer = responses.ask(handler, happening, {key: _is_dictionary}, strict=client.pool.strict)
    details = answer[key]
    if details is not None:
        (_change_both if has_scopes else _change_id_token)(details, id_token, access_token)


def change_machine(access_token: dict[str, Any], *, client: UserPoolClient, metadata: Mapping[str, str]) -> None:
    """Let a handler of version V3_0 change the access token of a client that acts for itself, in place.

    There is no person, so what the handler says of groups and of the ID token is left aside.

    Raises:
        TriggerError: it refused, failed or answered nonsense; there is no token.
    """
    handler = calling.handler_of(KIND, client.pool_id)
    if handler is None or handler.version != TriggerVersion.V3_0:
        return
    key = "claimsAndScopeOverrideDetails"
    happening = event.build(
        CLIENT_CREDENTIALS,
        event.Occasion(client.pool, client, None, _MACHINE, metadata),
        request={
            "groupConfiguration": {"groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": None},
            "scopes": access_token["scope"].split(),
        },
        response={key: None},
        version=_EVENT_VERSIONS[TriggerVersion.V3_0],
    )
    details = responses.ask(handler, happening, {key: _is_dictionary}, strict=client.pool.strict)[key]
    if details is not None:
        _change_both({**details, "groupOverrideDetails": None}, {}, access_token)


def _is_dictionary(value: Any) -> bool:
    return isinstance(value, dict)


def _change_id_token(details: Mapping[str, Any], id_token: dict[str, Any], access_token: dict[str, Any]) -> None:
    checks = {
        "claimsToAddOrOverride": responses.is_text_map,
        "claimsToSuppress": responses.is_text_list,
        "groupOverrideDetails": _is_dictionary,
    }
    found = responses.members(KIND, details, checks, at="claimsOverrideDetails")
    _limit(found["claimsToAddOrOverride"], found["claimsToSuppress"])
    _override_groups(found["groupOverrideDetails"], id_token, access_token)
    _override_claims(id_token, found["claimsToAddOrOverride"], found["claimsToSuppress"])


def _change_both(details: Mapping[str, Any], id_token: dict[str, Any], access_token: dict[str, Any]) -> None:
    at = "claimsAndScopeOverrideDetails"
    parts = dict.fromkeys(("idTokenGeneration", "accessTokenGeneration", "groupOverrideDetails"), _is_dictionary)
    found = responses.members(KIND, details, parts, at=at)
    claim_checks = {"claimsToAddOrOverride": _is_claims, "claimsToSuppress": responses.is_text_list}
    scope_checks = {"scopesToAdd": responses.is_text_list, "scopesToSuppress": responses.is_text_list}
    for_id = responses.members(KIND, found["idTokenGeneration"] or {}, claim_checks, at=f"{at}.idTokenGeneration")
    for_access = responses.members(
        KIND, found["accessTokenGeneration"] or {}, {**claim_checks, **scope_checks}, at=f"{at}.accessTokenGeneration"
    )
    _limit(*for_id.values(), *for_access.values())
    for name, value in (for_id["claimsToAddOrOverride"] or {}).items():
        if name in _PLAIN_IN_ID_TOKEN and isinstance(value, dict | list):
            raise responses.malformed(KIND, f"{name} of the ID token cannot be an object or a list.")
    _override_groups(found["groupOverrideDetails"], id_token, access_token)
    _override_claims(id_token, for_id["claimsToAddOrOverride"], for_id["claimsToSuppress"])
    _override_claims(access_token, for_access["claimsToAddOrOverride"], for_access["claimsToSuppress"])
    _add_audience(access_token, for_access["claimsToAddOrOverride"] or {})
    _override_scopes(access_token, for_access["scopesToAdd"] or (), for_access["scopesToSuppress"] or ())


def _is_claims(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(name, str) for name in value) and responses.is_json(value)


def _limit(*changes: Sequence[Any] | Mapping[str, Any] | None) -> None:
    if sum(len(change) for change in changes if change) > MAX_CHANGES:
        raise responses.malformed(KIND, f"it changes more than {MAX_CHANGES} claims and scopes.")


def _override_groups(details: dict[str, Any] | None, id_token: dict[str, Any], access_token: dict[str, Any]) -> None:
    """Replace groups and roles by those given; what is absent stays, an empty list removes."""
    if not details:
        return
    found = responses.members(KIND, details, _GROUP_CHECKS, at="groupOverrideDetails")
    groups, roles, preferred = (found[name] for name in _GROUP_CHECKS)
    for claims, name, value in (
        (id_token, GROUPS, groups),
        (access_token, GROUPS, groups),
        (id_token, ROLES, roles),
        (id_token, PREFERRED_ROLE, preferred),
    ):
        if value:
            claims[name] = value
        elif value is not None:
            claims.pop(name, None)


def _override_claims(claims: dict[str, Any], added: Mapping[str, Any] | None, suppressed: Sequence[str] | None) -> None:
    for name, value in (added or {}).items():
        if _may_set(name):
            claims[name] = value
    for name in suppressed or ():
        if name == GROUPS:
            for group_claim in (GROUPS, ROLES, PREFERRED_ROLE):
                claims.pop(group_claim, None)
        elif _may_suppress(name):
            claims.pop(name, None)


def _add_audience(access_token: dict[str, Any], added: Mapping[str, Any]) -> None:
    """Let the access token name its app client as ``aud`` too, for libraries that want one; nobody else.

    One that is bound to a resource keeps that. Source: AWS "Pre token generation Lambda trigger".
    """
    if added.get("aud") == access_token["client_id"]:
        access_token.setdefault("aud", access_token["client_id"])


def _may_set(name: str) -> bool:
    # The scope claim is changed by its own lists.
    return name not in _FIXED and name != "scope" and not name.startswith(("cognito:", "dev:"))


def _may_suppress(name: str) -> bool:
    if name in (ROLES, PREFERRED_ROLE):
        return True
    return name not in _FIXED and name != "scope" and not name.startswith("cognito:")


def _override_scopes(access_token: dict[str, Any], added: Sequence[str], suppressed: Sequence[str]) -> None:
    for scope in added:
        if not scope or any(character.isspace() for character in scope):
            raise responses.malformed(KIND, f"{scope[:64]!r} is not a scope.")
    scopes = [scope for scope in access_token["scope"].split() if scope not in suppressed]
    # The scopes that open this API come with the sign-in, never by code.
    scopes += [scope for scope in added if scope not in scopes and not scope.startswith("aws.cognito")]
    access_token["scope"] = " ".join(scopes)
