"""Whose tokens are accepted: every own pool, and the pools of ``TRUSTED_POOLS``, by exact issuer."""

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from django.core.exceptions import ImproperlyConfigured

from cognito_auth.conf import settings
from cognito_auth.services.tokens import foreign_keys, issuer, keys
from cognito_auth.services.tokens.errors import UnknownKey

_USER_POOL_ID = re.compile(r"[\w-]{1,45}_[0-9a-zA-Z]{1,45}", re.ASCII)
_LONGEST_USER_POOL_ID = 55
_OWN_POOLS_KEPT = 1024

KeySource = Callable[[str, datetime.datetime], RSAPublicKey]


@dataclass(frozen=True, slots=True, eq=False)
class TrustedIssuer:
    """One issuer whose tokens are accepted.

    Attributes:
        find_key: called with key id and time; raises :class:`UnknownKey` or :class:`KeysUnavailable`.
        client_ids: app clients whose tokens are accepted, or ``None`` for all of the issuer.
        token_use: kinds of tokens accepted, or ``None`` for what the setting or the view says.
    """

    issuer: str
    user_pool_id: str | None
    is_own: bool
    find_key: KeySource
    client_ids: frozenset[str] | None = None
    token_use: frozenset[str] | None = None


class TrustedIssuers:
    """The issuers of the settings at one time; found by exact look-up, nothing is derived from a token."""

    def __init__(self) -> None:
        self._own: dict[str, TrustedIssuer] = {}
        self._foreign: dict[str, TrustedIssuer] = {}
        try:
            self._own_prefix: str | None = issuer.prefix()
        except ImproperlyConfigured:
            # A site that only checks the tokens of others needs no base URL.
            self._own_prefix = None
        for entry in settings.trusted_pools:
            for trusted in _foreign_issuers(entry):
                if trusted.issuer in self._foreign:
                    raise ImproperlyConfigured(f"TRUSTED_POOLS names the issuer {trusted.issuer} twice.")
                self._foreign[trusted.issuer] = trusted

    def get(self, name: str) -> TrustedIssuer | None:
        """Return the issuer called ``name``, or ``None``."""
        return self._own.get(name) or self._foreign.get(name) or self._own_pool(name)

    def _own_pool(self, name: str) -> TrustedIssuer | None:
        if self._own_prefix is None or not name.startswith(self._own_prefix):
            return None
        user_pool_id = name[len(self._own_prefix) :]
        if len(user_pool_id) > _LONGEST_USER_POOL_ID or not _USER_POOL_ID.fullmatch(user_pool_id):
            return None
        return TrustedIssuer(name, user_pool_id, True, partial(_own_key, user_pool_id))

    def keep(self, trusted: TrustedIssuer) -> None:
        """Remember an own pool, once one of its tokens was found genuine."""
        if trusted.is_own and trusted.issuer not in self._own:
            if len(self._own) >= _OWN_POOLS_KEPT:
                self._own.clear()
            self._own[trusted.issuer] = trusted


def _own_key(user_pool_id: str, kid: str, now: datetime.datetime) -> RSAPublicKey:
    key = keys.public_key(kid, user_pool_id=user_pool_id, now=now)
    if key is None:
        raise UnknownKey("The pool has no such key.", actual=kid)
    return key


def _foreign_issuers(entry: Mapping[str, Any]) -> Iterable[TrustedIssuer]:
    """Yield the issuers of one entry; an AWS pool may have two forms of one."""
    user_pool_id: str | None = entry.get("user_pool_id")
    uses = entry.get("token_use")
    # Left out, no client is accepted; any is only if the settings say so by None.
    clients = entry.get("client_ids", ())
    for name, jwks_uri in _addresses(entry, user_pool_id):
        find_key = (
            foreign_keys.StaticKeys(entry["jwks"]).find
            if entry.get("jwks") is not None
            else foreign_keys.remote(jwks_uri).find
        )
        yield TrustedIssuer(
            issuer=name,
            user_pool_id=user_pool_id or _pool_named_in(name),
            is_own=False,
            find_key=find_key,
            client_ids=None if clients is None else frozenset(clients),
            token_use=None if not uses else frozenset((uses,) if isinstance(uses, str) else uses),
        )


def _pool_named_in(name: str) -> str | None:
    last = name.rpartition("/")[2]
    return last if _USER_POOL_ID.fullmatch(last) else None


def _addresses(entry: Mapping[str, Any], user_pool_id: str | None) -> Iterable[tuple[str, str]]:
    jwks_uri = entry.get("jwks_uri")
    if user_pool_id is None:
        return [(entry["issuer"], jwks_uri or "")]
    region = user_pool_id.rpartition("_")[0]
    domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    # Source: AWS IssuerConfigurationType, ORIGINAL and UPDATED.
    issuers = [f"https://{host}.{region}.{domain}/{user_pool_id}" for host in ("cognito-idp", "issuer-cognito-idp")]
    return [(name, jwks_uri or f"{name}/.well-known/jwks.json") for name in issuers]
