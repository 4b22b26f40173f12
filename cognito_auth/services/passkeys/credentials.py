"""The passkeys of a user. Source: AWS API_ListWebAuthnCredentials, API_DeleteWebAuthnCredential."""

import datetime

from django.db.models import QuerySet

from cognito_auth import reasons
from cognito_auth.conf import settings
from cognito_auth.models import AbstractCognitoUser, Passkey, UserPool
from cognito_auth.services import paging
from cognito_auth.services.passkeys import configuration

STRICT_LIMIT = 20


def of(user: AbstractCognitoUser) -> "QuerySet[Passkey]":
    """Return all passkeys of the user, oldest first."""
    return Passkey.objects.filter(user_id=user.pk).order_by("pk")


def usable_of(user: AbstractCognitoUser) -> "QuerySet[Passkey]":
    """Return the passkeys made for the pool's present relying party: others cannot be used."""
    return of(user).filter(relying_party_id=configuration.relying_party_id(user.pool))


def has_usable(user: AbstractCognitoUser) -> bool:
    """Tell whether the user can sign in with a passkey."""
    return bool(configuration.relying_party_id(user.pool)) and usable_of(user).exists()


def limit_of(pool: UserPool) -> int:
    """Return how many passkeys a user may have: 20 in strict pools, else as set."""
    return STRICT_LIMIT if pool.strict else settings.max_passkeys


def page_of(
    user: AbstractCognitoUser, *, limit: int, token: str | None, now: datetime.datetime
) -> paging.Page[Passkey]:
    """Return one page of the user's passkeys, oldest first.

    Raises:
        InvalidParameterException: the token is not good for this list.
    """
    scope = paging.scope_of("ListWebAuthnCredentials", {"sub": str(user.sub)})
    # A range from the user to itself: see user_search.planning.Range.
    passkeys = Passkey.objects.filter(user_id__gte=user.pk, user_id__lte=user.pk)
    return paging.by_key(passkeys, ["user_id", "id"], limit=limit, token=token, scope=scope, now=now)


def delete(user: AbstractCognitoUser, credential_id: str) -> None:
    """Delete a passkey of the user.

    Raises:
        ResourceNotFoundException: the user has none with this id.
    """
    if not Passkey.objects.filter(user_id=user.pk, credential_id=credential_id).delete()[0]:
        raise reasons.PASSKEY_NOT_FOUND()
