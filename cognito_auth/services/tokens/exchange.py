"""Token exchange: a token of a person for a narrower one of another app client.

=============  ==================================================================================
impersonation  no actor: the new token is as if the person had signed in to the other client
delegation     an actor token: the claim ``act`` names who acts for the person
=============  ==================================================================================

The new token belongs to the session of the old one: it ends with it, and never lives longer than the
tokens that it was made of. Nothing is stored. Scopes can only become fewer; an ID token has none.

Source: RFC 8693; AWS API_GetDerivedToken.
"""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cognito_auth import reasons
from cognito_auth.choices import TokenUse, UserStatus
from cognito_auth.models import AbstractCognitoUser, TokenFamily, UserPoolClient
from cognito_auth.services import resource_servers
from cognito_auth.services.attributes import values
from cognito_auth.services.tokens import claims, errors, keys, live, signing
from cognito_auth.services.tokens.issue import USER_SCOPE
from cognito_auth.services.tokens.verified_token import VerifiedToken
from cognito_auth.services.tokens.verify import verify
from cognito_auth.services.triggers import pre_token_generation
from cognito_auth.services.triggers.pre_token_generation import Issue

IMPERSONATION = "ALLOW_TOKEN_EXCHANGE_IMPERSONATION"
DELEGATION = "ALLOW_TOKEN_EXCHANGE_DELEGATION"
# Each hand-over makes the token longer.
MAX_ACTORS = 8
_CANNOT_ACT = frozenset({UserStatus.UNCONFIRMED.value, UserStatus.RESET_REQUIRED.value})


@dataclass(frozen=True, slots=True, repr=False)
class Presented:
    """A token that somebody presents, and the kind they say it is of."""

    token: str
    token_use: TokenUse


@dataclass(frozen=True, slots=True)
class Target:
    """Whom the new token is for: any name, or the identifier of a resource server of the pool.

    By default it is for whom the subject token is.
    """

    audience: str = ""
    resource: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class DerivedToken:
    """The new token; ``expires_in`` is its life in seconds, ``scopes`` those of an access token."""

    token: str
    token_use: TokenUse
    expires_in: int
    scopes: tuple[str, ...]


def exchange(
    client: UserPoolClient,
    subject: Presented,
    *,
    actor: Presented | None = None,
    scopes: Sequence[str] = (),
    target: Target = Target(),
    wanted: TokenUse = TokenUse.ACCESS,
    now: datetime.datetime,
) -> DerivedToken:
    """Return a token for ``client``, which has proved itself before, in place of ``subject``.

    ``scopes`` are those asked for; granted are those that the subject token and the client both have too,
    by default all of these.

    Raises:
        InvalidParameterException: the client may not exchange in this way, nothing is left of the scopes,
            or what is asked for contradicts itself.
        NotAuthorizedException: a token is invalid, expired or revoked, or its user disabled.
        UserNotFoundException: the user of a token was deleted.
        ResourceNotFoundException: no such resource server.
        TriggerError: the pre token generation trigger refused, failed or answered nonsense.
    """
    if (DELEGATION if actor is not None else IMPERSONATION) not in (client.explicit_auth_flows or ()):
        raise reasons.FLOW_NOT_ENABLED()
    audience = _audience_of(client, target, wanted)
    person, user = _person(client, subject, role="subject", now=now)
    acting = None if actor is None else _actor(client, actor, now=now)
    granted = _granted(client, person, scopes)
    if wanted == TokenUse.ID and subject.token_use != TokenUse.ID and USER_SCOPE not in person.scopes:
        raise reasons.INVALID_PARAMETER(
            problem=f"An access token without the scope {USER_SCOPE} cannot be exchanged for an ID token."
        )
    made = _claims(client, person, user, " ".join(granted), now=now)
    ends = [int(token["exp"]) for token in (person, acting) if token is not None]
    act = _act(person, acting)
    for token_claims in (made.id_token, made.access_token):
        token_claims["exp"] = min(token_claims["exp"], *ends)
        if act is not None:
            token_claims["act"] = act
    if audience:
        made.access_token["aud"] = audience
    elif subject.token_use == TokenUse.ACCESS and "aud" in person:
        # A token for one API alone becomes none for all.
        made.access_token["aud"] = person["aud"]
    if subject.token_use == TokenUse.ID:
        _narrow_attributes(made.id_token, person, user)
    pre_token_generation.change(made.id_token, made.access_token, user=user, client=client, issue=Issue())
    id_kid, access_kid = keys.active_kids(client.pool, now=now)
    is_id = wanted == TokenUse.ID
    chosen = made.id_token if is_id else made.access_token
    return DerivedToken(
        token=signing.sign(chosen, id_kid if is_id else access_kid),
        token_use=wanted,
        expires_in=chosen["exp"] - chosen["iat"],
        scopes=() if is_id else tuple(chosen["scope"].split()),
    )


def _audience_of(client: UserPoolClient, target: Target, wanted: TokenUse) -> str:
    if target.audience and target.resource:
        raise reasons.INVALID_PARAMETER(problem="Audiences and Resources cannot be used together.")
    if target.resource:
        resource_servers.get(client.pool, target.resource)
    audience = target.audience or target.resource
    # The audience of an ID token is the client that somebody signs in to: another would be signed in to, too.
    if audience and wanted == TokenUse.ID and audience != client.pk:
        raise reasons.INVALID_PARAMETER(problem="Audiences and Resources can be used for access tokens only.")
    return audience


def _person(
    client: UserPoolClient, presented: Presented, *, role: str, now: datetime.datetime
) -> tuple[VerifiedToken, AbstractCognitoUser]:
    """Return a token of a living session and its user, who may act at this moment."""
    token = _verified(client, presented, role=role, now=now)
    if token.is_machine:
        raise reasons.EXCHANGE_TOKEN_INVALID(role=role)
    return token, _user_of(token, role)


def _actor(client: UserPoolClient, presented: Presented, *, now: datetime.datetime) -> VerifiedToken:
    """Return the token of who acts for somebody else: a person, or an app client for itself."""
    token = _verified(client, presented, role="actor", now=now)
    if token.is_machine:
        try:
            live.check_client(token)
        except errors.TokenRefused:
            raise reasons.EXCHANGE_TOKEN_REVOKED(role="actor") from None
    else:
        _user_of(token, "actor")
    return token


def _verified(client: UserPoolClient, presented: Presented, *, role: str, now: datetime.datetime) -> VerifiedToken:
    try:
        token = verify(presented.token, now=now, token_use=frozenset({presented.token_use.value}))
    except errors.TokenExpired:
        raise reasons.EXCHANGE_TOKEN_EXPIRED(role=role) from None
    except (errors.TokenRefused, errors.KeysUnavailable):
        raise reasons.EXCHANGE_TOKEN_INVALID(role=role) from None
    if not token.is_own or token.pool_id != client.pool_id:
        raise reasons.EXCHANGE_TOKEN_INVALID(role=role)
    # Within the leeway that clocks are granted nothing is left to hand on.
    if token["exp"] <= now.timestamp():
        raise reasons.EXCHANGE_TOKEN_EXPIRED(role=role)
    return token


def _user_of(token: VerifiedToken, role: str) -> AbstractCognitoUser:
    try:
        user = live.user_of(token, in_full=True)
    except errors.UserIsDisabled:
        raise reasons.USER_DISABLED() from None
    except errors.UserGone:
        raise reasons.USER_NOT_FOUND() from None
    except errors.SessionEnded:
        raise reasons.EXCHANGE_TOKEN_REVOKED(role=role) from None
    if user.status in _CANNOT_ACT:
        raise reasons.EXCHANGE_TOKEN_INVALID(role=role)
    return user


def _granted(client: UserPoolClient, person: VerifiedToken, asked_for: Sequence[str]) -> list[str]:
    allowed = [scope for scope in client.allowed_oauth_scopes if scope in person.scopes]
    if not asked_for:
        return allowed
    granted = [scope for scope in dict.fromkeys(asked_for) if scope in allowed]
    if not granted:
        raise reasons.REQUESTED_SCOPE_INVALID(scope=asked_for[0])
    return granted


def _claims(
    client: UserPoolClient, person: VerifiedToken, user: AbstractCognitoUser, scope: str, *, now: datetime.datetime
) -> claims.ClaimSets:
    """Return the claims of the session's next tokens, as if they were made for ``client``."""
    origin_jti = person.origin_jti
    family = TokenFamily(
        origin_jti=uuid.uuid4() if origin_jti is None else uuid.UUID(origin_jti),
        client=client,
        scope=scope,
        authenticated_at=datetime.datetime.fromtimestamp(person["auth_time"], tz=datetime.UTC),
        # That of the moment at which the subject's session was found alive: a sign-out since then wins.
        token_epoch=user.token_epoch,
    )
    made = claims.build(user, client, family, now=now)
    for token_claims in (made.id_token, made.access_token):
        token_claims |= {name: person[name] for name in ("acr", "amr") if name in person}
        # Whether the new tokens can be revoked is the session's matter, not the client's.
        if origin_jti is None:
            token_claims.pop("origin_jti", None)
        else:
            token_claims["origin_jti"] = origin_jti
            token_claims.setdefault("jti", str(uuid.uuid4()))
    return made


def _act(person: VerifiedToken, acting: VerifiedToken | None) -> dict[str, Any] | None:
    """Return who acts, with those who acted before nested inside. Source: RFC 8693 4.1."""
    earlier: dict[str, Any] | None = person.get("act")
    if acting is None:
        return earlier
    act = {"sub": acting.sub} if earlier is None else {"sub": acting.sub, "act": earlier}
    depth, nested = 0, act
    while isinstance(nested, dict):
        depth, nested = depth + 1, nested.get("act")  # type: ignore[assignment]
    if depth > MAX_ACTORS:
        raise reasons.INVALID_PARAMETER(problem=f"A token can be handed on by at most {MAX_ACTORS} actors.")
    return act


def _narrow_attributes(id_token: dict[str, Any], person: VerifiedToken, user: AbstractCognitoUser) -> None:
    """Leave out what the subject's ID token did not tell."""
    for name in (*values.to_claims(user), "identities"):
        if name not in person:
            id_token.pop(name, None)
