"""Which second factor a sign-in still owes. Decided here and nowhere else.

=========  =====================================================================================
pool       owed
=========  =====================================================================================
OFF        nothing
OPTIONAL   what the person has switched on: the preferred, the only one, or a choice
ON         the preferred; else an enrolled app (or a choice, where other factors are there too);
           else a code to the phone number or e-mail address; else setting one up
=========  =====================================================================================

At the login pages a person may leave the preferred one aside and choose (:func:`reopen`).

A condition that makes a factor unnecessary (a remembered device, a passkey) is a line of
``_EXEMPTIONS``.

An address never serves both to reset the password and as a second factor: who holds it would need
nothing else. A factor that the person switched on keeps its address out of resets
(:func:`attributes_used`), and an address that resets passwords is not offered beside an app unless
the person switched it on.
Source: AWS "Adding MFA to a user pool", "MFA logic at user runtime".
"""

from collections.abc import Callable, Collection
from typing import Final

from cognito_auth import reasons
from cognito_auth.models import AbstractCognitoUser, UserPool
from cognito_auth.services import devices, mfa
from cognito_auth.services.account_recovery import recovery_attributes
from cognito_auth.services.mfa import software_token
from cognito_auth.services.sign_in import choice, custom_auth, step_up
from cognito_auth.services.sign_in.attempt import SignIn

# Keys of ``SignIn.state``: which factor was passed, which was chosen among several, and the address
# that is being set up as a factor.
PASSED: Final = "mfa_passed"
CHOSEN: Final = "mfa_chosen"
NEW_ADDRESS: Final = "mfa_new_address"
# The person wants another factor than the one they prefer.
_REOPENED: Final = "mfa_reopened"
# Set by threat protection: a factor is asked for if there is one ("MFA_IF_CONFIGURED") or in any case.
DEMANDED: Final = "mfa_demanded"


def device_stands_in(sign_in: SignIn) -> bool:
    """Tell whether the remembered device is proved in place of a second factor.

    Not where a risk demands the factor: that the device is stolen, or its key, is the risk.
    """
    return DEMANDED not in sign_in.state and devices.stands_in_for_mfa(sign_in)


# What makes a second factor unnecessary for one sign-in, though the pool or the person asks for it.
_EXEMPTIONS: tuple[Callable[[SignIn], bool], ...] = (
    choice.is_multi_factor,
    custom_auth.needs_no_mfa,
    device_stands_in,
)


def owed(sign_in: SignIn) -> list[str]:
    """Return the factors of which one has to be passed, ``["MFA_SETUP"]``, or nothing.

    Several mean that the person chooses.

    Raises:
        InvalidParameterException: the pool insists on MFA and this person can neither pass nor set up any.
        NotAuthorizedException: the sign-in is risky, so that a factor is required, and there is none.
    """
    pool, user = sign_in.pool, sign_in.user
    if user is None or PASSED in sign_in.state:
        return []
    if pool.mfa_configuration == "OFF":
        return _unless_required([], sign_in)
    is_demanded = _is_demanded(sign_in)
    exemptions = (choice.is_multi_factor, device_stands_in) if is_demanded else _EXEMPTIONS
    if any(is_exempt(sign_in) for is_exempt in exemptions):
        return []
    if NEW_ADDRESS in sign_in.state:
        return [sign_in.state[CHOSEN]]
    factors = _factors_for(user, is_demanded=is_demanded)
    if sign_in.state.get(CHOSEN) in factors:
        return [sign_in.state[CHOSEN]]
    if user.preferred_mfa in factors and _REOPENED not in sign_in.state:
        return [user.preferred_mfa]
    if factors or pool.mfa_configuration == "OPTIONAL":
        return _unless_required(factors, sign_in)
    if not can_set_up(user):
        raise reasons.MFA_NOT_POSSIBLE()
    return [mfa.SETUP]


def _is_demanded(sign_in: SignIn) -> bool:
    return DEMANDED in sign_in.state or step_up.wants_more(sign_in)


def _factors_for(user: AbstractCognitoUser, *, is_demanded: bool) -> list[str]:
    return factors_of(user) or (_possible(user) if is_demanded else [])


def has_others(sign_in: SignIn, asked: str) -> bool:
    """Tell whether the person could pass another factor than ``asked``, or enter another address to set it up."""
    user = sign_in.user
    if user is None or asked not in mfa.FACTORS:
        return False
    if NEW_ADDRESS in sign_in.state:
        return True
    return any(factor != asked for factor in _factors_for(user, is_demanded=_is_demanded(sign_in)))


def reopen(sign_in: SignIn) -> None:
    """Take back which second factor the person chose, prefers, or began to set up."""
    for key in (CHOSEN, NEW_ADDRESS):
        sign_in.state.pop(key, None)
    sign_in.state[_REOPENED] = True


def _unless_required(factors: list[str], sign_in: SignIn) -> list[str]:
    """Return ``factors``; without any, refuse a sign-in that is too risky to go on by the first factor alone."""
    if not factors and sign_in.state.get(DEMANDED) == "MFA_REQUIRED":
        raise reasons.SIGN_IN_TOO_RISKY()
    return factors


def _possible(user: AbstractCognitoUser) -> list[str]:
    """Return the factors that the person could be asked for, though they switched none on."""
    return [*([mfa.SOFTWARE_TOKEN] if _has_app(user) else []), *_reachable(user)]


def factors_of(user: AbstractCognitoUser) -> list[str]:
    """Return the factors that the person may be asked for, in the API's names."""
    switched_on = _switched_on(user)
    if user.pool.mfa_configuration != "ON":
        return switched_on
    if mfa.SOFTWARE_TOKEN in switched_on or _has_app(user):
        shared = recovery_attributes(user.pool)
        addresses = [factor for factor in _reachable(user) if mfa.ATTRIBUTES[factor] not in shared]
        return [factor for factor in mfa.FACTORS if factor in {mfa.SOFTWARE_TOKEN, *switched_on, *addresses}]
    return switched_on or _by_default(user)


def _switched_on(user: AbstractCognitoUser) -> list[str]:
    usable = _reachable(user)
    if user.pool.software_token_mfa_enabled:
        usable.append(mfa.SOFTWARE_TOKEN)
    return [factor for factor, field in mfa.FACTORS.items() if factor in usable and getattr(user, field)]


def _reachable(user: AbstractCognitoUser) -> list[str]:
    """Return the factors whose codes the pool sends and the person can get."""
    return [
        factor
        for factor, attribute in mfa.ATTRIBUTES.items()
        if getattr(user.pool, mfa.FACTORS[factor]) and getattr(user, attribute)
    ]


def _has_app(user: AbstractCognitoUser) -> bool:
    return user.pool.software_token_mfa_enabled and software_token.verified_of(user) is not None


def _by_default(user: AbstractCognitoUser) -> list[str]:
    """Return the one factor asked for where MFA is required and the person has switched on none.

    With two addresses it is not the one to which the pool sends password resets first.
    """
    reachable = _reachable(user)
    if len(reachable) > 1 and user.pool.account_recovery is not None:
        first = next(iter(recovery_attributes(user.pool)), None)
        reachable = [factor for factor in reachable if mfa.ATTRIBUTES[factor] != first]
    return reachable[:1]


def attributes_used(user: AbstractCognitoUser) -> Collection[str]:
    """Return the attributes to which the person's second factor is sent; not to reset passwords by."""
    if user.pool.mfa_configuration == "OFF":
        return ()
    factors = _switched_on(user)
    if not factors and user.pool.mfa_configuration == "ON" and not _has_app(user):
        factors = _by_default(user)
    return [mfa.ATTRIBUTES[factor] for factor in factors if factor in mfa.ATTRIBUTES]


def can_set_up(user: AbstractCognitoUser) -> list[str]:
    """Return the factors that a person without any may set up while signing in.

    A code to an address can be set up where the person has no such address yet.
    """
    pool: UserPool = user.pool
    missing = [
        factor
        for factor, attribute in mfa.ATTRIBUTES.items()
        if getattr(pool, mfa.FACTORS[factor]) and not getattr(user, attribute)
    ]
    return [*([mfa.SOFTWARE_TOKEN] if pool.software_token_mfa_enabled else []), *missing]
