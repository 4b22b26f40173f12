"""One account for somebody who came by a provider first and signs up in the pool itself later.

Both sides have verified the same e-mail address: the provider said so then, and the code proves it now. Where
the provider's policy links automatically, the account that the provider made is kept, with all that hangs on
it, and gets name, password and attributes of the new one, which is gone. Only a code that was entered proves
that: a stranger signs up with somebody's address and a password of their own, and one click on the link in the
e-mail would open the old account to them.
"""

import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, OuterRef, ProtectedError, RestrictedError

from cognito_auth import reasons, signals
from cognito_auth.choices import LinkingPolicy, UserStatus
from cognito_auth.models import AbstractCognitoUser, IdentityProvider, LinkedIdentity, SrpVerifier
from cognito_auth.services import user_names
from cognito_auth.services.attributes import schema, validation, values
from cognito_auth.services.attributes.standard import SUB, VERIFIED_FLAGS


def join(native: AbstractCognitoUser, *, now: datetime.datetime) -> AbstractCognitoUser:
    """Return whose account a new one is, which was confirmed in this transaction: its own, or an earlier one.

    Strict pools keep both, as AWS does.

    Raises:
        AliasExistsException: another user signs in with a name that the account would get.
    """
    if native.pool.strict or not native.email_verified:
        return native
    earlier = _made_by_a_provider(native)
    if earlier is None:
        return native
    verifier = SrpVerifier.objects.filter(user_id=native.pk).first()
    given = _missing(earlier, native)
    try:
        with transaction.atomic():
            type(native)._default_manager.filter(pk=native.pk).delete()
    except (ProtectedError, RestrictedError):
        # Rows of the project's own hang on it already.
        return native
    earlier.username, earlier.password = native.username, native.password
    earlier.password_set_at, earlier.status, earlier.last_modified_at = native.password_set_at, native.status, now
    values.assign(earlier, given)
    earlier.set_keys()
    earlier.save()
    if verifier is not None:
        # Of the same name and the same password.
        verifier.user_id = earlier.pk
        verifier.save(force_insert=True)
    try:
        user_names.sync_aliases(earlier)
    except user_names.AliasTaken as taken:
        raise reasons.ALIAS_EXISTS(name=taken.name) from None
    _announce(native)
    return earlier


def _made_by_a_provider(native: AbstractCognitoUser) -> AbstractCognitoUser | None:
    """Return the one account that a provider which links automatically made for the address, locked."""
    linking = IdentityProvider.objects.filter(
        pool=OuterRef("pool"), name=OuterRef("provider_name"), linking=LinkingPolicy.AUTOMATIC
    )
    identities = LinkedIdentity.objects.filter(user=OuterRef("pk"), is_primary=True, is_enabled=True)
    users = get_user_model()._default_manager.filter(
        Exists(identities.filter(Exists(linking))),
        pool=native.pool,
        email_key=native.email_key,
        email_verified=True,
        status=UserStatus.EXTERNAL_PROVIDER,
        is_active=True,
    )
    found: list[Any] = list(users.select_for_update()[:2])
    # Of several nobody can tell which is meant.
    if len(found) != 1:
        return None
    found[0].pool = native.pool
    return found[0]  # type: ignore[no-any-return]


def _missing(earlier: AbstractCognitoUser, native: AbstractCognitoUser) -> dict[str, str]:
    """Return the attributes that the person gave now and the provider did not tell; flags go with their address."""
    addresses = {flag: address for address, flag in VERIFIED_FLAGS.items()}
    return {
        attribute.name: validation.value_of(native, attribute.name)
        for attribute in schema.of(native.pool).attributes
        if attribute.name != SUB
        and validation.value_of(native, attribute.name)
        and not validation.value_of(earlier, addresses.get(attribute.name, attribute.name))
    }


def _announce(native: AbstractCognitoUser) -> None:
    """Tell the project that the new account is gone, after the commit."""

    def send() -> None:
        signals.user_deleted.send_robust(sender=type(native), user=native, pool=native.pool, client_id="")

    transaction.on_commit(send, robust=True)
