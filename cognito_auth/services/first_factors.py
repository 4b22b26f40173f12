"""First factors: with what a user may begin a choice-based sign-in.

A factor is usable when the pool allows it (``AllowedFirstAuthFactors``) and the person has what it
takes: a password, an address, a passkey for the current relying party.

==============================  ===================================================================
account                         offered
==============================  ===================================================================
temporary password, reset due   the password alone, whatever the pool allows
signs in elsewhere              nothing
MFA is due after a password     password; passkeys that count as MFA, or, where the pool is not
                                strict, any passkey, followed by MFA
else                            all that is allowed and there
==============================  ===================================================================

Source: AWS "Authentication with user pools: choice-based authentication"; API_SignInPolicyType.
"""

from cognito_auth import crypto, names
from cognito_auth.choices import AuthFlow, UserStatus
from cognito_auth.models import AbstractCognitoUser, UserPool, UserPoolClient
from cognito_auth.services import user_pool_clients
from cognito_auth.services.mfa import decision
from cognito_auth.services.passkeys import configuration, credentials

PASSWORD, EMAIL_OTP, SMS_OTP, WEB_AUTHN = "PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"
PASSWORD_SRP = "PASSWORD_SRP"
# The two ways to prove the same password, in the API's order.
PASSWORD_CHALLENGES = (PASSWORD_SRP, PASSWORD)
OTP_ATTRIBUTES = {EMAIL_OTP: "email", SMS_OTP: "phone_number"}


def allowed(pool: UserPool) -> frozenset[str]:
    """Return the factors that the pool allows; the password alone unless set."""
    return frozenset(pool.allowed_first_auth_factors or (PASSWORD,))


def is_choice_based(pool: UserPool) -> bool:
    """Tell whether the pool offers anything besides the password."""
    return allowed(pool) != {PASSWORD}


def may_choose(client: UserPoolClient) -> bool:
    """Tell whether people choose how to sign in to a client: pool and client allow it."""
    return is_choice_based(client.pool) and user_pool_clients.flow_allowed(client, AuthFlow.USER_AUTH, admin=False)


def may_lack_password(user: AbstractCognitoUser) -> bool:
    """Tell whether the user can begin to sign in without ever having had a password.

    A passkey does not count: it is registered by somebody who is signed in.
    """
    factors = allowed(user.pool)
    return any(factor in factors and getattr(user, name) for factor, name in OTP_ATTRIBUTES.items())


def has_password(user: AbstractCognitoUser) -> bool:
    """Tell whether the user has a password."""
    return bool(user.password) and user.has_usable_password()


def configured(user: AbstractCognitoUser) -> list[str]:
    """Return the factors the user can begin with now (the API's ``AuthFactorType``)."""
    pool = user.pool
    if user.status == UserStatus.EXTERNAL_PROVIDER:
        return []
    if user.status in (UserStatus.FORCE_CHANGE_PASSWORD, UserStatus.RESET_REQUIRED):
        return [PASSWORD]
    factors, needs_mfa = allowed(pool), is_mfa_due(user)
    found = [PASSWORD] if PASSWORD in factors and has_password(user) else []
    if not needs_mfa:
        found += [factor for factor, name in OTP_ATTRIBUTES.items() if factor in factors and getattr(user, name)]
    if WEB_AUTHN in factors and (not needs_mfa or not pool.strict or configuration.is_multi_factor(pool)):
        found += [WEB_AUTHN] if credentials.has_usable(user) else []
    return found


def is_mfa_due(user: AbstractCognitoUser) -> bool:
    """Tell whether a password alone would not be enough for this user."""
    mode = user.pool.mfa_configuration
    return mode == "ON" or (mode == "OPTIONAL" and bool(decision.factors_of(user)))


def challenges_of(user: AbstractCognitoUser) -> tuple[str, ...]:
    """Return the challenges the user may choose from (the API's ``AvailableChallenges``)."""
    return _as_challenges(configured(user))


def simulated_challenges(pool: UserPool, name: str) -> tuple[str, ...]:
    """Return what somebody called ``name`` could choose from, the same each time.

    People who exist have a password or not; so does a share of those who do not.
    """
    factors = allowed(pool)
    if pool.mfa_configuration == "ON":
        factors &= {PASSWORD}
    found = []
    draw = int(crypto.keyed_digest("simulated_factors", pool.pk, pool.key_of(name))[:8], 16)
    addresses = [factor for factor in OTP_ATTRIBUTES if factor in factors and _is_likely(pool, factor, name)]
    if PASSWORD in factors and (not addresses or draw % 4):
        found.append(PASSWORD)
    return _as_challenges([*found, *addresses] or [EMAIL_OTP])


def _is_likely(pool: UserPool, factor: str, name: str) -> bool:
    if factor == EMAIL_OTP:
        return not names.looks_like_phone_number(name) or "email" in pool.auto_verified_attributes
    return names.looks_like_phone_number(name) or "phone_number" in pool.auto_verified_attributes


def _as_challenges(factors: list[str]) -> tuple[str, ...]:
    challenges: list[str] = []
    for factor in factors:
        challenges += PASSWORD_CHALLENGES if factor == PASSWORD else [factor]
    return tuple(challenges)
