"""A pool's settings for passkeys, kept in the API's own shape (``WebAuthnConfigurationType``).

Source: AWS API_SetUserPoolMfaConfig, API_WebAuthnConfigurationType.
"""

import re
from collections.abc import Mapping

from fido2.rpid import verify_rp_id

from cognito_auth import reasons
from cognito_auth.models import UserPool
from cognito_auth.services import user_pool_domains

_MULTI_FACTOR = "MULTI_FACTOR_WITH_USER_VERIFICATION"
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
_ADDRESS = re.compile(r"[0-9.]+")


def _settings_of(pool: UserPool) -> Mapping[str, str]:
    return pool.web_authn_configuration or {}


def is_enabled(pool: UserPool) -> bool:
    """Tell whether the pool lets people sign in with passkeys."""
    return "WEB_AUTHN" in (pool.allowed_first_auth_factors or ())


def relying_party_id(pool: UserPool) -> str:
    """Return the domain that the pool's passkeys are bound to; empty where there is none.

    Where none is set it is the pool's own host with managed login. A prefix makes no host of ours.
    """
    given = _settings_of(pool).get("RelyingPartyId")
    return given or (_own_host(pool) if is_enabled(pool) else "")


def _own_host(pool: UserPool) -> str:
    _prefix, custom = user_pool_domains.of(pool)
    if custom is None or custom.managed_login_version != user_pool_domains.MANAGED_LOGIN:
        return ""
    return custom.domain


def is_multi_factor(pool: UserPool) -> bool:
    """Tell whether a passkey with user verification stands for two factors."""
    return _settings_of(pool).get("FactorConfiguration") == _MULTI_FACTOR


def user_verification(pool: UserPool) -> str:
    """Return ``"required"`` or ``"preferred"``: whether the authenticator has to check the person."""
    if is_multi_factor(pool):
        return "required"
    return _settings_of(pool).get("UserVerification", "preferred")


def check_usable(pool: UserPool) -> None:
    """Refuse passkeys where the pool does not offer them.

    Raises:
        WebAuthnNotEnabledException: WEB_AUTHN is not among the pool's first factors.
        WebAuthnConfigurationMissingException: there is no relying party.
    """
    if not is_enabled(pool):
        raise reasons.PASSKEYS_NOT_ENABLED()
    if not relying_party_id(pool):
        raise reasons.PASSKEYS_NOT_CONFIGURED()


def check(given: Mapping[str, str]) -> dict[str, str]:
    """Return a configuration to keep on the pool.

    Raises:
        InvalidParameterException: the relying party is no domain, or one that many sites share.
    """
    domain = given.get("RelyingPartyId")
    if domain is not None:
        # "a.<domain>" may use it unless it is a public suffix ("co.uk", "github.io").
        is_own = bool(_HOST.fullmatch(domain)) and verify_rp_id(domain, f"https://a.{domain}")
        if not is_own or _ADDRESS.fullmatch(domain) or ("." not in domain and domain != "localhost"):
            raise reasons.INVALID_PARAMETER(
                problem=f"{domain} cannot be a relying party ID: it must be a domain of your own, without scheme"
                " and port."
            )
    members = ("RelyingPartyId", "UserVerification", "FactorConfiguration")
    return {name: given[name] for name in members if given.get(name) is not None}
