"""The shape of ``TRUSTED_POOLS``: pools of other places whose tokens are accepted."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.checks import CheckMessage

from cognito_auth.checks import findings
from cognito_auth.checks.types import kind_of, suggestion
from cognito_auth.checks.values import is_web_address
from cognito_auth.choices import TokenUse

KEYS = ("user_pool_id", "issuer", "jwks_uri", "jwks", "client_ids", "token_use")
_USER_POOL_ID = re.compile(r"[a-z]{2}(-[a-z]+)+-\d+_[0-9A-Za-z]+", re.ASCII)


def problems(pools: Sequence[Any]) -> Iterator[CheckMessage]:
    """Yield what is wrong with each entry of ``TRUSTED_POOLS``."""
    seen: set[str] = set()
    for position, pool in enumerate(pools):
        if not isinstance(pool, Mapping):
            problem, hint = f"it is {kind_of(pool)}.", "Make it a dictionary with 'user_pool_id' and 'client_ids'."
            yield findings.TRUSTED_POOL_SHAPE(position=position, problem=problem, hint=hint)
            continue
        for check in (_keys, _issuer, _key_set, _accepted):
            for problem, hint in check(pool):
                yield findings.TRUSTED_POOL_SHAPE(position=position, problem=problem, hint=hint)
        name = str(pool.get("user_pool_id", pool.get("issuer")))
        if name in seen:
            problem, hint = f"{name!r} stands above already.", "Put all accepted app clients into one entry."
            yield findings.TRUSTED_POOL_SHAPE(position=position, problem=problem, hint=hint)
        seen.add(name)


def _keys(pool: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key in pool:
        if key not in KEYS:
            yield f"it has an unknown key {key!r}.", suggestion(key, KEYS)


def _issuer(pool: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if ("user_pool_id" in pool) == ("issuer" in pool):
        yield "it must name its issuer once.", "Give either 'user_pool_id' (an AWS pool) or 'issuer'."
    elif "user_pool_id" in pool and not _USER_POOL_ID.fullmatch(str(pool["user_pool_id"])):
        yield (
            f"{pool['user_pool_id']!r} is not the id of an AWS pool.",
            "Write it as AWS shows it: 'eu-west-1_AbC123xyZ'.",
        )
    elif "issuer" in pool and not ("jwks_uri" in pool or "jwks" in pool):
        yield "nothing says where the issuer's keys are.", "Give 'jwks_uri', or the key set itself as 'jwks'."


def _key_set(pool: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "jwks_uri" in pool and not is_web_address(str(pool["jwks_uri"])):
        yield (
            f"'jwks_uri' is {pool['jwks_uri']!r}.",
            "Write the address of the key set: 'https://…/.well-known/jwks.json'.",
        )
    jwks = pool.get("jwks", {"keys": []})
    if not (isinstance(jwks, Mapping) and isinstance(jwks.get("keys"), list)):
        yield "'jwks' is not a key set.", "Give the document itself: {'keys': [...]}."


def _accepted(pool: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    clients = pool.get("client_ids", ())
    if clients is not None and not (isinstance(clients, list | tuple | set | frozenset) and clients):
        yield "it does not say which app clients are accepted.", "List them in 'client_ids', or write None for all."
    uses = pool.get("token_use") or ()
    for use in (uses,) if isinstance(uses, str) else uses:
        if use not in TokenUse.values:
            yield f"'token_use' has {use!r}.", "Use 'access', 'id' or both."
