"""Whether a new identity belongs to an account that was there before, by an address both sides have verified.

==========  ========================================================================================
policy      what is done with the one account that has verified the same e-mail address
==========  ========================================================================================
``never``   nothing: the identity gets an account of its own
``ask``     the person is asked to sign in to the account once; then the identity is linked
``auto``    linked at once; accounts with a second factor ask as above, for it would be gone round
==========  ========================================================================================

An address that one side has not verified never links: whoever writes a stranger's address into an account,
here or there, gets nothing by it.
"""

from collections.abc import Mapping
from enum import Enum, auto

from django.contrib.auth import get_user_model

from cognito_auth.choices import LinkingPolicy, UserStatus
from cognito_auth.models import AbstractCognitoUser, IdentityProvider, UserPool
from cognito_auth.services.federation import mapped_attributes
from cognito_auth.services.mfa import decision


class Link(Enum):
    """What is to be done with an account that was found."""

    AT_ONCE = auto()
    ASK = auto()


def candidate(
    pool: UserPool, provider: IdentityProvider, mapped: Mapping[str, str]
) -> tuple[AbstractCognitoUser, Link] | None:
    """Return the account to link a new identity to and how, or ``None``."""
    if provider.linking == LinkingPolicy.NEVER or not mapped_attributes.vouches_for_email(mapped):
        return None
    owner = _owner_of(pool, mapped["email"])
    if owner is None:
        return None
    is_automatic = provider.linking == LinkingPolicy.AUTOMATIC and not _has_factor(owner)
    return owner, Link.AT_ONCE if is_automatic else Link.ASK


def _has_factor(owner: AbstractCognitoUser) -> bool:
    return owner.pool.mfa_configuration == "ON" or bool(decision.factors_of(owner))


def _owner_of(pool: UserPool, email: str) -> AbstractCognitoUser | None:
    """Return the one account of the pool itself that has verified the address."""
    model = get_user_model()
    probe = model(pool=pool, email=email)
    probe.set_keys()
    rows = model._default_manager.filter(
        pool=pool, email_key=probe.email_key, email_verified=True, status=UserStatus.CONFIRMED, is_active=True
    )[:2]
    owners: list[AbstractCognitoUser] = list(rows)
    # Of several nobody can tell who is meant.
    if len(owners) != 1:
        return None
    owners[0].pool = pool
    return owners[0]
