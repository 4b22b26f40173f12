"""Identities of users at other providers: AdminLinkProviderForUser, AdminDisableProviderForUser."""

from collections.abc import Mapping
from typing import Any

from cognito_auth import reasons
from cognito_auth.models import AbstractCognitoUser, UserPool
from cognito_auth.operations import lookups
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import (
    AdminDisableProviderForUserRequest,
    AdminDisableProviderForUserResponse,
    AdminLinkProviderForUserRequest,
    AdminLinkProviderForUserResponse,
)
from cognito_auth.services import linked_identities, user_names
from cognito_auth.services.identity_providers import records


@operation("AdminLinkProviderForUser")
def admin_link_provider_for_user(
    request: AdminLinkProviderForUserRequest, call: Call
) -> AdminLinkProviderForUserResponse:
    """Make an identity at a provider sign in to the account of a user; linked again, nothing changes.

    ``DestinationUser`` is ``Cognito`` and a username or sub, or the provider and its id of a user whose
    account it made.

    Raises:
        ResourceNotFoundException: no such pool or provider.
        UserNotFoundException: no such destination.
        InvalidParameterException: a source that is no identity elsewhere, has an account of its own,
            or is named by an attribute that the provider does not map.
        AliasExistsException: linked to another user.
        LimitExceededException: the user has five identities.
    Source: AWS API_AdminLinkProviderForUser.
    """
    pool = lookups.user_pool_of(request)
    destination, source = request["DestinationUser"], request["SourceUser"]
    name, value = _member(source, "ProviderName"), _member(source, "ProviderAttributeValue")
    attribute = _member(source, "ProviderAttributeName")
    if name.casefold() == records.NATIVE.casefold():
        raise reasons.LINK_SOURCE_IS_NATIVE()
    provider = records.get(pool, name)
    user = _destination(pool, destination)
    linked_identities.link(user, provider, value, attribute_name=attribute, now=call.now)
    return {}


def _member(identifier: Mapping[str, Any], name: str) -> str:
    value: str = identifier.get(name) or ""
    if not value:
        raise reasons.MISSING_PARAMETER(name=name)
    return value


def _destination(pool: UserPool, identifier: Mapping[str, Any]) -> AbstractCognitoUser:
    name, value = _member(identifier, "ProviderName"), _member(identifier, "ProviderAttributeValue")
    if name == records.NATIVE:
        return _native(pool, value)
    identity = linked_identities.get(pool.pk, name, linked_identities.SUBJECT, value)
    if identity is None:
        raise reasons.USER_NOT_FOUND()
    identity.user.pool = pool
    found: AbstractCognitoUser = identity.user
    return found


def _native(pool: UserPool, name: str) -> AbstractCognitoUser:
    """Return the user with this username or sub; an address may change hands, so it names nobody here."""
    user = user_names.find(pool, name)
    if user is None or (name != str(user.sub) and pool.key_of(name) != user.username_key):
        raise reasons.USER_NOT_FOUND()
    return user


@operation("AdminDisableProviderForUser")
def admin_disable_provider_for_user(
    request: AdminDisableProviderForUserRequest, call: Call
) -> AdminDisableProviderForUserResponse:
    """Keep an identity from signing in: unlink it, or switch it off where it made the account.

    With ``Cognito`` as provider, the user of the pool loses the password and factors of the pool.

    Raises:
        ResourceNotFoundException: no such pool.
        UserNotFoundException: no such identity, or no such user.
        InvalidParameterException: a member is missing, or the attribute is not ``Cognito_Subject`` for
            a user of the pool.
    Source: AWS API_AdminDisableProviderForUser.
    """
    pool = lookups.user_pool_of(request)
    identifier = request["User"]
    name, value = _member(identifier, "ProviderName"), _member(identifier, "ProviderAttributeValue")
    attribute = _member(identifier, "ProviderAttributeName")
    if name == records.NATIVE:
        if attribute != linked_identities.SUBJECT:
            raise reasons.INVALID_IDENTITY(
                problem=f"ProviderAttributeName must be {linked_identities.SUBJECT} for users of the user pool."
            )
        linked_identities.disable_native(_native(pool, value), now=call.now)
        return {}
    identity = linked_identities.get(pool.pk, name, attribute, value)
    if identity is None:
        raise reasons.USER_NOT_FOUND()
    linked_identities.unlink(identity)
    return {}
