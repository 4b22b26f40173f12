"""Addresses that become a second factor while signing in."""

from cognito_auth import reasons
from cognito_auth.services import mfa, user_names
from cognito_auth.services.attributes import updates, values
from cognito_auth.services.attributes.standard import VERIFIED_FLAGS
from cognito_auth.services.mfa import decision
from cognito_auth.services.sign_in.attempt import SignIn


def adopt(sign_in: SignIn, factor: str, address: str) -> None:
    """Give the user an address that a code has proved, as their factor; call it in the answer's change.

    Raises:
        NotAuthorizedException: the user got a factor or an address meanwhile. Who only knows the
            password must not add another.
        AliasExistsException: somebody else signs in with this address.
    """
    user, attribute = sign_in.known_user, mfa.ATTRIBUTES[factor]
    flag, field = VERIFIED_FLAGS[attribute], mfa.FACTORS[factor]
    locked = updates.lock(user)
    if getattr(locked, attribute) or decision.factors_of(locked):
        raise reasons.SESSION_INVALID()
    changed = values.assign(locked, {attribute: address, flag: "true"})
    setattr(locked, field, True)
    locked.last_modified_at = sign_in.now
    locked.save(update_fields=[attribute, flag, field, "last_modified_at"])
    try:
        user_names.sync_aliases(locked)
    except user_names.AliasTaken as taken:
        raise reasons.ALIAS_EXISTS(name=taken.name) from None
    updates.copy_attributes(locked, user)
    setattr(user, field, True)
    updates.announce(user, changed, old_email="", client=sign_in.client, origin=sign_in.origin, now=sign_in.now)
