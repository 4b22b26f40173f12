"""From an identity at a provider to a signed-in person of the pool.

==========================  =====================================================================
the identity                the account
==========================  =====================================================================
signed in before            the same as then
was linked to an account    that one
can be linked to one        see ``linking``
is new                      a new one, ``EXTERNAL_PROVIDER``, called ``<provider>_<subject>``
==========================  =====================================================================

At each sign-in the mapped attributes are written anew. Further factors are the provider's business.
Source: AWS "Third-party IdP sign-in", "Linking federated users to an existing user profile".
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

import regex
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from cognito_auth import reasons, signals
from cognito_auth.choices import AuthEventResponse, AuthEventType, UserStatus
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import AbstractCognitoUser, GroupMembership, LinkedIdentity, UserPoolClient, UserPoolGroup
from cognito_auth.services import auth_events, linked_identities, user_names
from cognito_auth.services.attributes import schema, updates, validation, values
from cognito_auth.services.federation import linking, mapped_attributes
from cognito_auth.services.federation.identity import ExternalIdentity, is_storable
from cognito_auth.services.federation.linking import Link
from cognito_auth.services.identity_providers import records
from cognito_auth.services.linked_identities import SUBJECT
from cognito_auth.services.oauth import errors
from cognito_auth.services.oauth.errors import OAuthError
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.sign_in.attempt import SignedIn
from cognito_auth.services.triggers import (
    event,
    inbound_federation,
    post_authentication,
    post_confirmation,
    pre_authentication,
    pre_sign_up,
)

_MAX_USERNAME = 128
# UsernameType of the API, turned round.
_NOT_IN_USERNAMES = regex.compile(r"[^\p{L}\p{M}\p{S}\p{N}\p{P}]")


@dataclass(frozen=True, slots=True)
class LinkOffered:
    """The identity may belong to ``owner``, who has to sign in once to say so.

    ``mapped`` has the attributes that the sign-in writes afterwards, as the inbound federation trigger left them.
    """

    owner: AbstractCognitoUser
    mapped: Mapping[str, str]


def sign_in(
    client: UserPoolClient,
    identity: ExternalIdentity,
    *,
    declined: Mapping[str, str] | None = None,
    origin: RequestOrigin,
    now: datetime.datetime,
) -> SignedIn | LinkOffered:
    """Sign the person in to the account of ``identity``, made, linked and updated as need be.

    ``declined`` has the attributes of an offer to link, which the person does not want: they get an account of
    their own. The trigger that made them is not asked a second time.

    Raises:
        OAuthError: refused; the client is told.
    """
    user: AbstractCognitoUser | None = None
    try:
        found = _account(client, identity, declined=declined, origin=origin, now=now)
        if isinstance(found, LinkOffered):
            return found
        user = found
        post_authentication.run(event.about(user, client, metadata=origin.metadata))
    except CognitoError as error:
        auth_events.record_refusal(
            AuthEventType.SIGN_IN, error, pool=client.pool, user=user, client=client, origin=origin, now=now
        )
        raise OAuthError(errors.INVALID_REQUEST, _told(error)) from None
    auth_events.record(
        AuthEventType.SIGN_IN,
        AuthEventResponse.PASS,
        pool=client.pool,
        user=user,
        client=client,
        origin=origin,
        now=now,
    )
    signals.user_signed_in.send_robust(sender=type(user), user=user, pool=client.pool, client_id=client.pk)
    return SignedIn(user, now, user.token_epoch, ())


def _told(error: CognitoError) -> str:
    """Return the sentence for the client, which Cognito words otherwise here than in its API. Observed."""
    if error.reason is reasons.USER_DISABLED:
        return "User is not enabled"
    if error.reason is reasons.IMMUTABLE_ATTRIBUTE:
        return f"Invalid user attributes: {error.values['name']}: Attribute cannot be updated."
    return error.message


def _account(
    client: UserPoolClient,
    identity: ExternalIdentity,
    *,
    declined: Mapping[str, str] | None,
    origin: RequestOrigin,
    now: datetime.datetime,
) -> AbstractCognitoUser | LinkOffered:
    pool, provider = client.pool, identity.provider
    existing = linked_identities.find(pool, provider, identity.claims)
    if declined is None:
        mapped = _mapped(client, identity, existing, origin=origin)
    else:
        mapped = mapped_attributes.writable(client, declined)
    if existing is None:
        offer = linking.candidate(pool, provider, mapped)
        if offer is not None and offer[1] is Link.ASK and declined is None:
            return LinkOffered(offer[0], mapped)
        if offer is not None and offer[1] is Link.AT_ONCE:
            existing = linked_identities.link(offer[0], provider, identity.subject, now=now)
            existing.user = offer[0]  # type: ignore[assignment]
    if existing is None:
        return _new(client, identity, mapped, origin=origin, now=now)
    return _returning(client, identity, existing, mapped, origin=origin, now=now)


def _mapped(
    client: UserPoolClient, identity: ExternalIdentity, existing: LinkedIdentity | None, *, origin: RequestOrigin
) -> dict[str, str]:
    """Return the attributes to write, after the trigger that may change what the provider said."""
    provider = identity.provider
    known = None if existing is None else existing.user
    occasion = event.Occasion(
        client.pool, client, known, username_of(identity) if known is None else known.username, origin.metadata
    )
    mapped = inbound_federation.run(
        occasion,
        mapped_attributes.of(provider, identity.claims),
        provider_name=provider.name,
        provider_type=provider.type,
        provider_attributes=identity.sources,
    )
    # Handlers, too, can answer what no database keeps.
    return mapped_attributes.writable(client, {name: text for name, text in mapped.items() if is_storable(text)})


def _returning(
    client: UserPoolClient,
    identity: ExternalIdentity,
    existing: LinkedIdentity,
    mapped: Mapping[str, str],
    *,
    origin: RequestOrigin,
    now: datetime.datetime,
) -> AbstractCognitoUser:
    user: AbstractCognitoUser = existing.user
    user.pool = client.pool
    if not existing.is_enabled or not user.is_active:
        raise reasons.USER_DISABLED()
    pre_authentication.run(event.about(user, client, metadata=origin.metadata), validation_data={})
    linked_identities.bind_to_subject(existing, identity.subject)
    update(user, mapped, now=now)
    return user


def update(user: AbstractCognitoUser, mapped: Mapping[str, str], *, now: datetime.datetime) -> None:
    """Write what the provider says now; an address by which somebody else signs in stays unverified.

    Raises:
        InvalidParameterException: a value of the wrong form, or, in strict pools, an immutable attribute.
        UserNotFoundException: deleted meanwhile.
    """
    changes = mapped_attributes.changes_for(user.pool, user, mapped)
    if not changes:
        return
    try:
        _write(user, changes, now=now)
    except CognitoError as error:
        if error.reason is not reasons.GIVEN_ALIAS_EXISTS:
            raise
        # The account is reached through the provider all the same.
        kept = {name: text for name, text in changes.items() if name not in _NAMES}
        _write(user, kept, now=now)


_NAMES = frozenset({"email", "email_verified", "phone_number", "phone_number_verified", "preferred_username"})


def _write(user: AbstractCognitoUser, changes: Mapping[str, str], *, now: datetime.datetime) -> None:
    with transaction.atomic():
        locked = updates.lock(user)
        old_email = locked.email if locked.email_verified else ""
        checked = validation.check(user.pool, changes, creating=False, by_admin=True, current=locked)
        changed = updates.write(locked, checked, now=now)
    updates.copy_attributes(locked, user)
    if changed:
        updates.announce(user, changed, old_email=old_email, client=None, origin=None, now=now)


def username_of(identity: ExternalIdentity) -> str:
    """Return what a new account of the identity is called.

    What the API allows in no username, such as the spaces in an X.500 name, is underlined: administrators could
    not name the account otherwise.

    Raises:
        OAuthError: the provider did not tell who the person is.
    """
    name: str = _NOT_IN_USERNAMES.sub("_", f"{identity.provider.name}_{identity.subject}")
    return name.lower() if not identity.provider.pool.case_sensitive else name


def _new(
    client: UserPoolClient,
    identity: ExternalIdentity,
    mapped: Mapping[str, str],
    *,
    origin: RequestOrigin,
    now: datetime.datetime,
) -> AbstractCognitoUser:
    pool = client.pool
    user = _unsaved(client, identity, mapped, now=now)
    decision = pre_sign_up.run(pre_sign_up.EXTERNAL_PROVIDER, user, client=client, origin=origin)
    # The handler may have linked the identity to an account.
    existing = linked_identities.find(pool, identity.provider, identity.claims)
    if existing is not None:
        if pool.strict:
            raise OAuthError(errors.INVALID_REQUEST, f"Already found an entry for username {user.username}")
        return _returning(client, identity, existing, mapped, origin=origin, now=now)
    if decision.verifies_email:
        user.email_verified = True
    if decision.verifies_phone_number:
        user.phone_number_verified = True
    with transaction.atomic():
        existing = _insert(user, identity, now=now)
        if existing is None:
            post_confirmation.within(post_confirmation.CONFIRM_SIGN_UP, user, client=client, origin=origin)
    if existing is not None:
        # Two first sign-ins at the same moment: the other one made the account.
        return _returning(client, identity, existing, mapped, origin=origin, now=now)
    signals.user_signed_up.send_robust(sender=type(user), user=user, pool=pool, client_id=client.pk)
    signals.user_confirmed.send_robust(sender=type(user), user=user, pool=pool, client_id=client.pk)
    post_confirmation.after(post_confirmation.CONFIRM_SIGN_UP, user, client=client, origin=origin)
    return user


def _unsaved(
    client: UserPoolClient, identity: ExternalIdentity, mapped: Mapping[str, str], *, now: datetime.datetime
) -> AbstractCognitoUser:
    pool = client.pool
    missing = [name for name in schema.of(pool).required if not mapped.get(name)]
    if missing:
        raise OAuthError(errors.INVALID_REQUEST, f"attributes required: [{', '.join(missing)}]")
    checked = validation.check(pool, mapped, creating=True, by_admin=True)
    model = get_user_model()
    user: AbstractCognitoUser = model(
        pool=pool,
        username=username_of(identity),
        status=UserStatus.EXTERNAL_PROVIDER,
        created_at=now,
        last_modified_at=now,
    )
    values.assign(user, checked)
    user.set_unusable_password()
    # Somebody may have taken the name to keep the person out; then it gets an ending.
    taken = user_names.find(pool, user.username) is not None or user_names.is_sub_of_another(user, user.username)
    if taken or len(user.username) > _MAX_USERNAME:
        ending = f"_{user.sub.hex}"
        user.username = user.username[: _MAX_USERNAME - len(ending)] + ending
    user.set_keys()
    return user


def _insert(user: AbstractCognitoUser, identity: ExternalIdentity, *, now: datetime.datetime) -> LinkedIdentity | None:
    """Store the account with its identity and group; return the identity if somebody was faster."""
    provider = identity.provider
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            user_names.sync_aliases(user, is_new=True)
            linked_identities.link(user, provider, identity.subject, is_primary=True, now=now)
            _join(user, records.group_name(provider), now=now)
    except (IntegrityError, CognitoError) as error:
        found = linked_identities.find(user.pool, provider, identity.claims)
        if found is None or found.attribute_name != SUBJECT:
            raise _taken(error) from None
        return found
    return None


def _taken(error: Exception) -> Exception:
    return reasons.USERNAME_EXISTS() if isinstance(error, IntegrityError) else error


def _join(user: AbstractCognitoUser, name: str, *, now: datetime.datetime) -> None:
    group = UserPoolGroup.objects.filter(pool_id=user.pool_id, name=name).first()
    if group is not None:
        GroupMembership.objects.create(group=group, user_id=user.pk, created_at=now)


def accept_offer(
    client: UserPoolClient,
    identity: ExternalIdentity,
    user: AbstractCognitoUser,
    mapped: Mapping[str, str],
    *,
    now: datetime.datetime,
) -> None:
    """Link an identity to the account of a person who has just signed in to it, and write what the provider says.

    ``mapped`` is that of the offer.

    Raises:
        AliasExistsException, InvalidParameterException, LimitExceededException: it cannot be linked.
        NotAuthorizedException: the account is another than the one it was offered for.
    """
    allowed = mapped_attributes.writable(client, mapped)
    offer = linking.candidate(client.pool, identity.provider, allowed)
    if offer is None or offer[0].pk != user.pk:
        raise reasons.INCORRECT_USERNAME_OR_PASSWORD()
    with transaction.atomic():
        linked_identities.link(user, identity.provider, identity.subject, now=now)
        update(user, allowed, now=now)
