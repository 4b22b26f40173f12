"""The provider's claims as attributes of the pool, in the wire's strings.

Claims that are not there change nothing: what a provider told once stays.
Source: AWS "Specifying identity provider attribute mappings for your user pool".
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

from cognito_auth.choices import UserStatus
from cognito_auth.models import AbstractCognitoUser, IdentityProvider, UserPool, UserPoolClient
from cognito_auth.services.attributes import schema, validation
from cognito_auth.services.attributes.standard import SUB, VERIFIED_FLAGS
from cognito_auth.services.identity_providers.attribute_mapping import USERNAME

_MAX_LENGTH = 2048
_FLAGS = frozenset(VERIFIED_FLAGS.values())


def of(provider: IdentityProvider, claims: Mapping[str, Any]) -> dict[str, str]:
    """Return what the provider's mapping makes of ``claims``."""
    mapped: dict[str, str] = {}
    for name, claim in provider.attribute_mapping.items():
        if name in (USERNAME, SUB):
            continue
        text = _text_of(claims.get(claim), is_address=name == "address")
        if name in _FLAGS:
            # Providers write "True", too; what is neither says nothing.
            text = text.lower() if text.lower() in ("true", "false") else ""
        if text and len(text) <= _MAX_LENGTH:
            mapped[name] = text
    return mapped


def _text_of(value: Any, *, is_address: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, list | tuple):
        if len(value) == 1:
            return _text_of(value[0], is_address=is_address)
        return ",".join(quote_plus(_text_of(item, is_address=False)) for item in value)
    if is_address and isinstance(value, Mapping) and isinstance(value.get("formatted"), str):
        return str(value["formatted"])
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=str)


def writable(client: UserPoolClient, mapped: Mapping[str, str]) -> dict[str, str]:
    """Return those that sign-ins through ``client`` write; flags go with the address they are of."""
    pool_schema, allowed = schema.of(client.pool), client.write_attributes
    addresses = {flag: address for address, flag in VERIFIED_FLAGS.items()}
    return {
        name: text
        for name, text in mapped.items()
        if name in pool_schema and (allowed is None or addresses.get(name, name) in allowed)
    }


def changes_for(pool: UserPool, user: AbstractCognitoUser, mapped: Mapping[str, str]) -> dict[str, str]:
    """Return what a later sign-in changes: what is different and can be changed.

    Immutable attributes stay as the first sign-in wrote them; strict pools refuse the change, later on.
    """
    pool_schema = schema.of(pool)
    changes = {}
    for name, text in mapped.items():
        attribute = pool_schema.get(name)
        if attribute is None or text == validation.value_of(user, name):
            continue
        if attribute.mutable or pool.strict:
            changes[name] = text
    for address, flag in VERIFIED_FLAGS.items():
        # A new address is unverified unless it is said that it is, though the one before was verified, too.
        if address in changes and mapped.get(flag) == "true" and flag in pool_schema:
            changes[flag] = "true"
    if user.status != UserStatus.EXTERNAL_PROVIDER and not pool.strict:
        # What a person proved here is worth more than what a provider says and does not vouch for.
        for address, flag in VERIFIED_FLAGS.items():
            if getattr(user, flag) and mapped.get(flag) != "true":
                changes.pop(address, None)
                changes.pop(flag, None)
    return changes


def vouches_for_email(mapped: Mapping[str, str]) -> bool:
    """Tell whether the provider says that the e-mail address is the person's."""
    return bool(mapped.get("email")) and mapped.get("email_verified") == "true"
