"""The event that a handler gets: the dictionary that AWS Lambda functions know.

Source: AWS "Customizing user pool workflows with Lambda triggers", "User pool Lambda trigger event".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cognito_auth.models import AbstractCognitoUser, UserPool, UserPoolClient
from cognito_auth.services import linked_identities
from cognito_auth.services.attributes import values

NO_CLIENT = "CLIENT_ID_NOT_APPLICABLE"
_VERSION = "1"
# Aliases that count once their address is verified.
_ALIASES = {"email": "email_verified", "phone_number": "phone_number_verified"}


@dataclass(frozen=True, slots=True)
class Occasion:
    """Whom an event is about.

    Attributes:
        client: the app; ``None`` for an administrator.
        user: ``None`` where nobody is found under ``username``, and nobody is told.
        metadata: what the app hands on (the API's ``ClientMetadata``), as far as this trigger gets it.
    """

    pool: UserPool
    client: UserPoolClient | None
    user: AbstractCognitoUser | None
    username: str
    metadata: Mapping[str, str] = field(default_factory=dict)


def about(
    user: AbstractCognitoUser, client: UserPoolClient | None, *, metadata: Mapping[str, str] | None = None
) -> Occasion:
    """Return the occasion of an event about a known user."""
    return Occasion(user.pool, client, user, user.username, metadata or {})


def build(
    source: str,
    occasion: Occasion,
    *,
    request: Mapping[str, Any],
    response: Mapping[str, Any],
    attributes: Mapping[str, str] | None = None,
    version: str = _VERSION,
) -> dict[str, Any]:
    """Return the event of ``source``; ``request`` holds what this source has beside the common members.

    ``response`` are the keys that the handler fills, with their defaults; ``attributes`` stand for
    those of the user.
    """
    if attributes is None:
        attributes = {} if occasion.user is None else attributes_of(occasion.user)
    members: dict[str, Any] = {"userAttributes": dict(attributes), **request}
    if occasion.metadata:
        members["clientMetadata"] = dict(occasion.metadata)
    return {
        "version": version,
        "triggerSource": source,
        "region": occasion.pool.region,
        "userPoolId": occasion.pool.pk,
        "userName": occasion.username if occasion.user is None else occasion.user.username,
        "callerContext": {
            "awsSdkVersion": "aws-sdk-unknown-unknown",
            "clientId": NO_CLIENT if occasion.client is None else occasion.client.pk,
        },
        "request": members,
        "response": dict(response),
    }


def attributes_of(user: AbstractCognitoUser) -> dict[str, str]:
    """Return the attributes of a user as strings, with the status, active aliases and linked identities."""
    found = {**values.to_wire(user), "cognito:user_status": str(user.status)}
    identities = linked_identities.of(user) if user.pk is not None else []
    if identities:
        found["identities"] = linked_identities.as_attribute(identities)
    for name, flag in _ALIASES.items():
        if name in user.pool.alias_attributes and getattr(user, name) and getattr(user, flag):
            found[f"cognito:{name}_alias"] = getattr(user, name)
    return found


def given_attributes(user: AbstractCognitoUser) -> dict[str, str]:
    """Return the attributes of somebody who does not exist yet: what was given, and no ``sub``."""
    found = values.to_wire(user)
    del found["sub"]
    return {name: text for name, text in found.items() if name not in _ALIASES.values() or text == "true"}
