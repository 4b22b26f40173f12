"""How surely a person proved who they are: challenges passed → ``amr`` values → level → ``acr``.

=====  ===========================================================  ====================
level  proved by                                                    name unless renamed
=====  ===========================================================  ====================
1      the password alone, or less                                  urn:cognito:loa:1
2      one code by SMS or e-mail                                    urn:cognito:loa:2
3      a passkey; or the password and a code by SMS or e-mail       urn:cognito:loa:3
4      the password and a code of an authenticator app              urn:cognito:loa:4
=====  ===========================================================  ====================

Owns the mapping and nothing else: the methods are kept with the token family, so that refreshed
tokens say the same, and no trigger changes them.
Source: AWS AcrConfigurationType; RFC 8176; OpenID Connect Core 2 (``acr``, ``amr``).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from cognito_auth.models import UserPool

PASSWORD: Final = "pwd"
APP_CODE: Final = "otp"
SMS_CODE: Final = "sms"
EMAIL_CODE: Final = "email_otp"
SYNCED_KEY: Final = "swk"
HARDWARE_KEY: Final = "hwk"
SEVERAL: Final = "mfa"
LEVELS: Final = (1, 2, 3, 4)

# Challenge → method; what is not here (a new password, a choice) proves nothing more.
_METHODS: Mapping[str, str] = {
    "PASSWORD": PASSWORD,
    "PASSWORD_VERIFIER": PASSWORD,
    "SOFTWARE_TOKEN_MFA": APP_CODE,
    "SMS_MFA": SMS_CODE,
    "SMS_OTP": SMS_CODE,
    "EMAIL_OTP": EMAIL_CODE,
    # Setting an authenticator app up takes a code of it.
    "MFA_SETUP": APP_CODE,
}
_CODES = frozenset({SMS_CODE, EMAIL_CODE})
_KEYS = frozenset({SYNCED_KEY, HARDWARE_KEY})


def methods_of(passed: Sequence[str], *, is_key_synced: bool = True) -> list[str]:
    """Return the ``amr`` values for the challenges that were passed, in their order.

    ``is_key_synced`` tells of a passkey whether it is on several devices.
    """
    key = SYNCED_KEY if is_key_synced else HARDWARE_KEY
    found = [
        key if name == "WEB_AUTHN" else _METHODS[name] for name in passed if name in _METHODS or name == "WEB_AUTHN"
    ]
    methods = list(dict.fromkeys(found))
    return [*methods, SEVERAL] if len(methods) > 1 else methods


def level_of(methods: Collection[str]) -> int:
    """Return the level, from 1 to 4, that the ``amr`` values reach."""
    given = frozenset(methods)
    if {PASSWORD, APP_CODE} <= given:
        return 4
    if given & _KEYS or (PASSWORD in given and given & _CODES):
        return 3
    return 2 if given & _CODES else 1


def name_of(pool: UserPool, level: int) -> str:
    """Return the ``acr`` value of a level in a pool."""
    renamed: Mapping[str, Any] = (pool.acr_configuration or {}).get(f"Level{level}", {})
    return str(renamed.get("AcrValue") or f"urn:cognito:loa:{level}")


def level_named(pool: UserPool, name: str) -> int | None:
    """Return the level with this ``acr`` value in a pool, or ``None``."""
    return next((level for level in LEVELS if name_of(pool, level) == name), None)


def claims_of(pool: UserPool, methods: Sequence[str]) -> dict[str, Any]:
    """Return ``acr`` and ``amr``; nothing where the pool puts none into tokens or nothing is known."""
    if not pool.acr_enabled or not methods:
        return {}
    return {"acr": name_of(pool, level_of(methods)), "amr": list(methods)}
