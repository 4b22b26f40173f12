"""Whose account an identity at a provider is.

An identity is a provider's name, an attribute and its value: ``Cognito_Subject`` and the provider's own
id of a person, or, at OIDC and SAML providers, an attribute that a claim is mapped to. The second kind
becomes the first when the person signs in (:func:`bind_to_subject`).

=====================  =======================================================================
primary                the account was made by the first sign-in with the identity
linked                 the account was there before; at most five of them
=====================  =======================================================================

A unique constraint decides between two accounts that claim an identity; a lock on the user's row keeps
the limit. Source: AWS API_AdminLinkProviderForUser, API_AdminDisableProviderForUser.
"""

import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField, Exists, F, OuterRef, Q

from cognito_auth import reasons
from cognito_auth.choices import IdentityProviderType, UserStatus
from cognito_auth.models import AbstractCognitoUser, IdentityProvider, LinkedIdentity, SrpVerifier, UserPool
from cognito_auth.models.compiled import CompiledQuery, Parameter
from cognito_auth.models.identity_providers import SUBJECT
from cognito_auth.services import external_users, user_names
from cognito_auth.services.identity_providers import attribute_mapping, saml_metadata
from cognito_auth.services.identity_providers.details import SOCIAL_TYPES

__all__ = ["SUBJECT", "attach", "bind_to_subject", "exist_for", "find", "link", "of", "unlink"]

MAX_IDENTITIES = 5
_MAX_VALUE_LENGTH = 512
_ATTACHED = "_linked_identities"
_OF_USER = CompiledQuery(
    lambda: LinkedIdentity.objects.filter(user=Parameter("user_id", BigIntegerField())).order_by("created_at", "id")
)


def of(user: AbstractCognitoUser) -> list[LinkedIdentity]:
    """Return the identities of ``user``, the oldest first.

    No query for users that were loaded with ``has_identities`` (:func:`exist_for`) and have none, or that
    :func:`attach` was asked for.
    """
    attached: list[LinkedIdentity] | None = getattr(user, _ATTACHED, None)
    if attached is not None:
        return attached
    if getattr(user, "has_identities", None) is False:
        return []
    return _OF_USER.all(user_id=user.pk)


def exist_for(user_key: str = "pk") -> Exists:
    """Return what tells of each row of a query, as its ``has_identities``, whether the user has identities."""
    return Exists(LinkedIdentity.objects.filter(user=OuterRef(user_key)))


def attach(users: Sequence[AbstractCognitoUser]) -> None:
    """Load the identities of all ``users`` at once, for :func:`of`; those known to have none need no query."""
    unknown = [user for user in users if getattr(user, "has_identities", None) is not False]
    by_pk: dict[Any, list[LinkedIdentity]] = {user.pk: [] for user in unknown}
    if not by_pk:
        return
    for identity in LinkedIdentity.objects.filter(user__in=by_pk).order_by("created_at", "id"):
        by_pk[identity.user_id].append(identity)
    for user in unknown:
        setattr(user, _ATTACHED, by_pk[user.pk])


def as_claim(identities: Iterable[LinkedIdentity]) -> list[dict[str, str | None]]:
    """Return the ``identities`` claim of an ID token: all values are text."""
    return [
        {
            "dateCreated": str(_milliseconds(identity.created_at)),
            "userId": str(identity.attribute_value),
            "providerName": identity.provider_name,
            "providerType": identity.provider_type,
            "issuer": identity.issuer or None,
            "primary": "true" if identity.is_primary else "false",
        }
        for identity in identities
    ]


def as_attribute(identities: Iterable[LinkedIdentity]) -> str:
    """Return the ``identities`` attribute of a user: the JSON of the same list, in JSON's own types."""
    shown = [
        {
            "userId": str(identity.attribute_value),
            "providerName": identity.provider_name,
            "providerType": identity.provider_type,
            "issuer": identity.issuer or None,
            "primary": identity.is_primary,
            "dateCreated": _milliseconds(identity.created_at),
        }
        for identity in identities
    ]
    return json.dumps(shown, separators=(",", ":"), ensure_ascii=False)


def _milliseconds(moment: datetime.datetime) -> int:
    return round(moment.timestamp() * 1000)


def find(pool: UserPool, provider: IdentityProvider, claims: Mapping[str, Any]) -> LinkedIdentity | None:
    """Return the identity that signs in with ``claims``, its user loaded, or ``None``.

    The provider's id of the person comes first, then attributes that were linked ahead of the first
    sign-in. The caller refuses identities that are not ``is_enabled``.
    """
    subject = claims.get(attribute_mapping.subject_claim(provider))
    wanted = [] if not _is_value(subject) else [(SUBJECT, str(subject))]
    if provider.type not in SOCIAL_TYPES:
        for name, claim in provider.attribute_mapping.items():
            value = claims.get(claim)
            if name != attribute_mapping.USERNAME and _is_value(value):
                wanted.append((name, str(value)))
    if not wanted:
        return None
    condition = Q()
    for name, value in wanted:
        condition |= Q(attribute_name=name, attribute_value=value)
    rows = LinkedIdentity.objects.filter(condition, pool=pool, provider_name=provider.name).select_related("user")
    by_key = {(row.attribute_name, str(row.attribute_value)): row for row in rows}
    found = next((by_key[key] for key in wanted if key in by_key), None)
    if found is not None:
        found.user.pool = pool
    return found


def _is_value(value: object) -> bool:
    # Whole numbers are ids at some providers; anything else is no name of anybody.
    return isinstance(value, (str, int)) and not isinstance(value, bool) and 0 < len(str(value)) <= _MAX_VALUE_LENGTH


def link(
    user: AbstractCognitoUser,
    provider: IdentityProvider,
    value: str,
    *,
    attribute_name: str = SUBJECT,
    is_primary: bool = False,
    now: datetime.datetime,
) -> LinkedIdentity:
    """Make an identity at ``provider`` sign in to the account of ``user``; who has it already keeps it.

    ``is_primary`` is for the account that the identity's own first sign-in makes.

    Raises:
        InvalidParameterException: an attribute or value that cannot be linked, or an identity that has
            an account of its own.
        AliasExistsException: it is linked to another account.
        LimitExceededException: the user has as many as allowed.
        UserNotFoundException: deleted meanwhile.
    """
    _check(provider, attribute_name, value)
    identity = LinkedIdentity(
        pool_id=provider.pool_id,
        user_id=user.pk,
        provider_name=provider.name,
        provider_type=provider.type,
        issuer=_issuer_of(provider),
        attribute_name=attribute_name,
        attribute_value=value,
        is_primary=is_primary,
        created_at=now,
    )
    if user.pool_id != provider.pool_id:
        raise ValueError("The user and the provider are of different pools.")
    with transaction.atomic():
        # Whoever links another identity to the same user waits for this lock.
        users = type(user)._default_manager
        if users.select_for_update().filter(pk=user.pk).values_list("pk").first() is None:
            raise reasons.USER_NOT_FOUND()
        existing = _row(identity)
        if existing is None:
            if LinkedIdentity.objects.filter(user_id=user.pk).count() >= MAX_IDENTITIES:
                raise reasons.TOO_MANY_IDENTITIES(limit=MAX_IDENTITIES)
            try:
                with transaction.atomic():
                    identity.save(force_insert=True)
            except IntegrityError:
                # Somebody else has linked it to another user at the same moment.
                existing = _row(identity)
                if existing is None:
                    raise
    if existing is not None:
        if existing.user_id != user.pk:
            raise reasons.MERGING_NOT_SUPPORTED() if existing.is_primary else reasons.IDENTITY_LINKED()
        identity = existing
    user.__dict__.pop(_ATTACHED, None)
    user.__dict__.pop("has_identities", None)
    return identity


def _check(provider: IdentityProvider, attribute_name: str, value: str) -> None:
    if not 0 < len(value) <= _MAX_VALUE_LENGTH:
        raise reasons.INVALID_IDENTITY(problem=f"ProviderAttributeValue needs 1 to {_MAX_VALUE_LENGTH} characters.")
    if attribute_name == SUBJECT:
        return
    if provider.type in SOCIAL_TYPES:
        raise reasons.INVALID_IDENTITY(problem=f"ProviderAttributeName must be {SUBJECT} for social providers.")
    if attribute_name == attribute_mapping.USERNAME or attribute_name not in provider.attribute_mapping:
        raise reasons.INVALID_IDENTITY(
            problem=f"ProviderAttributeName must be {SUBJECT} or an attribute that the provider {provider.name} maps."
        )


def _row(identity: LinkedIdentity) -> LinkedIdentity | None:
    return get(
        identity.pool_id, identity.provider_name, identity.attribute_name, str(identity.attribute_value), prefetch=False
    )


def get(
    pool_id: str, provider_name: str, attribute_name: str, value: str, *, prefetch: bool = True
) -> LinkedIdentity | None:
    """Return one identity, with its user loaded unless ``prefetch`` is false, or ``None``."""
    rows = LinkedIdentity.objects.filter(
        pool=pool_id, provider_name=provider_name, attribute_name=attribute_name, attribute_value=value
    )
    return (rows.select_related("user") if prefetch else rows).first()


def _issuer_of(provider: IdentityProvider) -> str:
    """Return the entity id of a SAML provider whose metadata was uploaded; others have none."""
    if provider.type != IdentityProviderType.SAML or "MetadataFile" not in provider.details:
        return ""
    return saml_metadata.read(provider.details["MetadataFile"]).entity_id


def bind_to_subject(identity: LinkedIdentity, subject: str) -> None:
    """Note the provider's own id of a person whose identity was linked by an attribute; call it at the sign-in.

    From then on the id alone counts: whoever gets the address later is not let in.

    Raises:
        AliasExistsException: the id belongs to another account.
    """
    if identity.attribute_name == SUBJECT:
        return
    try:
        with transaction.atomic():
            LinkedIdentity.objects.filter(pk=identity.pk).update(attribute_name=SUBJECT, attribute_value=subject)
    except IntegrityError:
        raise reasons.IDENTITY_LINKED() from None
    identity.attribute_name, identity.attribute_value = SUBJECT, subject


def unlink(identity: LinkedIdentity) -> None:
    """Keep an identity from signing in: a linked one is forgotten, a primary one switched off.

    A forgotten identity makes an account of its own when it signs in again.
    """
    if identity.is_primary:
        LinkedIdentity.objects.filter(pk=identity.pk).update(is_enabled=False)
        identity.is_enabled = False
    else:
        LinkedIdentity.objects.filter(pk=identity.pk).delete()


def switch_on(identity: LinkedIdentity) -> None:
    """Let an identity that was switched off sign in again."""
    LinkedIdentity.objects.filter(pk=identity.pk).update(is_enabled=True)
    identity.is_enabled = True


def may_become_primary(user: AbstractCognitoUser, identity: LinkedIdentity) -> bool:
    """Tell whether an identity of ``user`` can take the place of the one that the account was made by.

    Not at accounts of the pool itself, which none has made, and not before the provider named the person.
    """
    is_able = identity.is_enabled and not identity.is_primary and identity.attribute_name == SUBJECT
    return is_able and any(other.is_primary for other in of(user))


def make_primary(user: AbstractCognitoUser, identity_id: int) -> None:
    """Let the account of ``user`` count as made by another identity of theirs; the former can be unlinked then.

    Raises:
        InvalidParameterException: it is not theirs, or cannot be that (:func:`may_become_primary`).
        UserNotFoundException: deleted meanwhile.
    """
    with transaction.atomic():
        # Two at once would each find the former.
        locked = type(user)._default_manager.select_for_update().filter(pk=user.pk).first()
        if locked is None:
            raise reasons.USER_NOT_FOUND()
        identity = next((found for found in of(locked) if found.pk == identity_id), None)
        if identity is None or not may_become_primary(locked, identity):
            raise reasons.IDENTITY_NOT_PRIMARY()
        LinkedIdentity.objects.filter(user_id=user.pk, is_primary=True).update(is_primary=False)
        LinkedIdentity.objects.filter(pk=identity.pk).update(is_primary=True)
    user.__dict__.pop(_ATTACHED, None)


def may_unlink(user: AbstractCognitoUser, identity: LinkedIdentity) -> bool:
    """Tell whether the person themself may unlink an identity of theirs.

    Not the one that the account was made by, which could never be linked again, and not the last one of an
    account that signs in elsewhere only.
    """
    if identity.is_primary:
        return False
    others = (other for other in of(user) if other.pk != identity.pk)
    return not external_users.is_external(user) or any(other.is_enabled for other in others)


def unlink_own(user: AbstractCognitoUser, identity_id: int) -> None:
    """Unlink an identity as the person themself wants.

    Raises:
        ResourceNotFoundException: they have no such identity.
        InvalidParameterException: they need it to sign in.
        UserNotFoundException: deleted meanwhile.
    """
    with transaction.atomic():
        # Two at once would each leave the other's as the last.
        locked = type(user)._default_manager.select_for_update().filter(pk=user.pk).first()
        if locked is None:
            raise reasons.USER_NOT_FOUND()
        identity = LinkedIdentity.objects.filter(pk=identity_id, user_id=user.pk).first()
        if identity is None:
            raise reasons.OWN_IDENTITY_NOT_FOUND()
        if not may_unlink(locked, identity):
            raise reasons.IDENTITY_NEEDED()
        unlink(identity)
    user.__dict__.pop(_ATTACHED, None)
    user.__dict__.pop("has_identities", None)


def disable_native(user: AbstractCognitoUser, *, now: datetime.datetime) -> None:
    """Take the password and the factors of the pool from a user, who signs in with linked identities only.

    An administrator who sets a password gives them back. Sessions end, except in strict pools.

    Raises:
        UserNotFoundException: deleted meanwhile.
    """
    user.set_unusable_password()
    ended = {} if user.pool.strict else {"token_epoch": F("token_epoch") + 1, "tokens_revoked_at": now}
    with transaction.atomic():
        changed = (
            type(user)
            ._default_manager.filter(pk=user.pk)
            .update(password=user.password, status=UserStatus.EXTERNAL_PROVIDER, last_modified_at=now, **ended)
        )
        if not changed:
            raise reasons.USER_NOT_FOUND()
        SrpVerifier.objects.filter(user_id=user.pk).delete()
        user.status = UserStatus.EXTERNAL_PROVIDER
        user_names.sync_aliases(user)
    user.status, user.last_modified_at = UserStatus.EXTERNAL_PROVIDER, now
