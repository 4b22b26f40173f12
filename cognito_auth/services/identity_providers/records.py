"""Making, changing, deleting, finding and listing the providers of a pool.

Each provider has a group ``{pool id}_{name}`` for those who sign in with it, as in the API; the group
stays when the provider is deleted, and so do linked identities, which a provider of the same name
finds again. App clients forget a deleted provider.
Source: AWS API_CreateIdentityProvider, API_UpdateIdentityProvider, API_DeleteIdentityProvider.
"""

import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import regex
from django.db import IntegrityError, transaction
from django.db.models import Prefetch, QuerySet

from cognito_auth import names, reasons
from cognito_auth.choices import IdentityProviderType, LinkingPolicy
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import (
    IdentityProvider,
    IdentityProviderIdentifier,
    UserPool,
    UserPoolClient,
    UserPoolGroup,
)
from cognito_auth.services import paging, signing_certificates
from cognito_auth.services.identity_providers import attribute_mapping, details
from cognito_auth.services.paging import Page

# What strict pools allow. Source: AWS "Quotas in Amazon Cognito".
MAX_PROVIDERS = 300
MAX_IDENTIFIERS = 50
NATIVE = "Cognito"
_MAX_NAME_LENGTH = 32
_MAX_IDENTIFIER_LENGTH = 40
# The API's patterns of ProviderNameTypeV2 and IdpIdentifierType.
_NAME = regex.compile(r"[^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}][^_\p{Z}]+")
_IDENTIFIER = regex.compile(r"[\w\s+=.@-]+")
_ACR_LEVEL = regex.compile(r"Level[1-4]")
_ACR_VALUE = regex.compile(r"[\x21\x23-\x5B\x5D-\x7E]{1,64}")
_CHANGEABLE = frozenset({"details", "attribute_mapping", "identifiers", "acr_mapping", "linking"})


def get(pool: UserPool, name: str) -> IdentityProvider:
    """Return the provider of ``pool`` with exactly this name, its identifiers loaded.

    Raises:
        ResourceNotFoundException: there is none.
    """
    provider = _in(pool).filter(name_key=_key_of(name)).first()
    if provider is None or provider.name != name:
        raise reasons.PROVIDER_NOT_FOUND(provider=name)
    provider.pool = pool
    return provider


def find(pool: UserPool, name: str) -> IdentityProvider | None:
    """Return the provider of ``pool`` with this name, or ``None``."""
    provider: IdentityProvider | None = IdentityProvider.objects.filter(pool=pool, name=name).first()
    if provider is not None:
        provider.pool = pool
    return provider


def get_by_identifier(pool: UserPool, identifier: str) -> IdentityProvider:
    """Return the provider of ``pool`` with this further name, its identifiers loaded.

    Raises:
        ResourceNotFoundException: there is none.
    """
    # What is no text (NUL, bytes that are no UTF-8) the database would not even look for.
    found = _in(pool).filter(identifiers__pool=pool, identifiers__identifier=identifier)
    provider = found.first() if identifier.isprintable() else None
    if provider is None:
        raise reasons.PROVIDER_NOT_FOUND(provider=identifier)
    provider.pool = pool
    return provider


def of_type(pool: UserPool, provider_type: str) -> list[IdentityProvider]:
    """Return all providers of one type, the oldest first."""
    providers = list(IdentityProvider.objects.filter(pool=pool, type=provider_type).order_by("created_at", "pk"))
    for provider in providers:
        provider.pool = pool
    return providers


def types_of(pool: UserPool, names_wanted: Iterable[str]) -> dict[str, str]:
    """Return the type of each provider with one of these names."""
    found = IdentityProvider.objects.filter(pool=pool, name__in=list(names_wanted)).values_list("name", "type")
    return dict(found)


def by_domain(pool: UserPool, names_wanted: Iterable[str]) -> dict[str, str]:
    """Return the provider for each domain of e-mail addresses that is a further name of one of these.

    Social providers know people of every domain. Source: AWS "SAML provider names and identifiers".
    """
    rows = IdentityProviderIdentifier.objects.filter(pool=pool, provider__name__in=list(names_wanted))
    pairs = rows.exclude(provider__type__in=details.SOCIAL_TYPES).values_list("identifier", "provider__name")
    return {str(identifier).lower(): str(name) for identifier, name in pairs if "." in str(identifier)}


def _in(pool: UserPool) -> "QuerySet[IdentityProvider]":
    identifiers = IdentityProviderIdentifier.objects.order_by("position")
    return IdentityProvider.objects.filter(pool=pool).prefetch_related(Prefetch("identifiers", identifiers))


def _key_of(name: str) -> str:
    return names.key_of(name, case_sensitive=False)


def identifiers_of(provider: IdentityProvider) -> list[str]:
    """Return the further names of a provider in their order; no query where they are loaded."""
    return [str(row.identifier) for row in provider.identifiers.all()]


def in_pool(
    pool: UserPool, *, limit: int, token: str | None, scope: str, now: datetime.datetime
) -> Page[IdentityProvider]:
    """Return one page of the pool's providers, by name, whatever the case of its letters.

    Raises:
        InvalidParameterException: the token is not good for this request.
    """
    providers = IdentityProvider.objects.filter(pool=pool).defer("details", "secret_details")
    return paging.by_key(providers, ("name_key",), limit=limit, token=token, scope=scope, now=now)


def missing_from(pool: UserPool, provider_names: Sequence[str]) -> str | None:
    """Return the first of the names that no provider of the pool has, or ``None``; one query."""
    found = set(IdentityProvider.objects.filter(pool=pool, name__in=provider_names).values_list("name", flat=True))
    return next((name for name in provider_names if name not in found), None)


def all_names(pool: UserPool) -> list[str]:
    """Return the names of all providers of the pool."""
    return list(IdentityProvider.objects.filter(pool=pool).order_by("name").values_list("name", flat=True))


def has_any(pool: UserPool) -> bool:
    """Tell whether people of the pool may come from elsewhere."""
    return IdentityProvider.objects.filter(pool=pool).exists()


def create(
    pool: UserPool,
    name: str,
    provider_type: str,
    *,
    provider_details: Mapping[str, str],
    mapping: Mapping[str, str] | None = None,
    identifiers: Sequence[str] = (),
    acr_mapping: Mapping[str, str] | None = None,
    linking: str = LinkingPolicy.NEVER,
    now: datetime.datetime,
) -> IdentityProvider:
    """Set a provider up; nobody calls it before somebody signs in.

    ``provider_details`` are the API's (see :mod:`.details`), ``mapping`` is ``{attribute: claim}``,
    ``acr_mapping`` is ``{"Level1" … "Level4": the provider's value}``.

    Raises:
        InvalidParameterException: name, details, mapping, identifiers or levels cannot be accepted.
        DuplicateProviderException: the pool has one with this name, whatever the case of its letters.
        LimitExceededException: a strict pool has as many as AWS allows.
    """
    _check_name(name, provider_type)
    clear, secrets = details.split(pool, provider_type, provider_details, secrets={})
    provider = IdentityProvider(
        pool=pool,
        name=name,
        name_key=_key_of(name),
        type=provider_type,
        details=clear,
        secret_details=_as_text(secrets),
        attribute_mapping=attribute_mapping.checked(pool, provider_type, mapping or {}),
        acr_mapping=_checked_acr(provider_type, acr_mapping or {}),
        linking=LinkingPolicy(linking),
        created_at=now,
        last_modified_at=now,
    )
    checked = _checked_identifiers(identifiers)
    if pool.strict and IdentityProvider.objects.filter(pool=pool)[:MAX_PROVIDERS].count() >= MAX_PROVIDERS:
        raise reasons.LIMIT_EXCEEDED(problem=f"A user pool can have at most {MAX_PROVIDERS} identity providers.")
    try:
        with transaction.atomic():
            provider.save(force_insert=True)
            _store_identifiers(provider, checked)
            _make_group(provider, now=now)
    except IntegrityError:
        # The constraint decides between two who make it at the same time; a pool that was deleted
        # meanwhile has no providers.
        if UserPool.objects.filter(pk=pool.pk).exists():
            raise reasons.PROVIDER_EXISTS(provider=name) from None
        raise reasons.USER_POOL_NOT_FOUND(user_pool_id=pool.pk) from None
    _make_certificate(provider, now=now)
    return provider


def _make_certificate(provider: IdentityProvider, *, now: datetime.datetime) -> None:
    """Have the certificate ready that an encrypting provider is told of (``ActiveEncryptionCertificate``)."""
    if details.is_encrypting(provider):
        signing_certificates.of(provider.pool, now=now)


def _as_text(secrets: Mapping[str, str]) -> str:
    return json.dumps(secrets) if secrets else ""


def group_name(provider: IdentityProvider) -> str:
    """Return the name of the group of those whose account the provider made."""
    return f"{provider.pool_id}_{provider.name}"


def _make_group(provider: IdentityProvider, *, now: datetime.datetime) -> None:
    group = UserPoolGroup(
        pool_id=provider.pool_id,
        name=group_name(provider),
        description=f"Autogenerated group for users who sign in using {provider.name}",
        created_at=now,
        last_modified_at=now,
    )
    # One of an earlier provider of this name stays with its members.
    UserPoolGroup.objects.bulk_create([group], ignore_conflicts=True)


def _check_name(name: str, provider_type: str) -> None:
    if len(name) > _MAX_NAME_LENGTH or not _NAME.fullmatch(name):
        raise reasons.INVALID_PROVIDER_NAME(
            problem=f"{name!r} is no name for a provider: it needs 3 to {_MAX_NAME_LENGTH} characters, without spaces"
            " and underscores."
        )
    if _key_of(name) == _key_of(NATIVE):
        raise reasons.INVALID_PROVIDER_NAME(problem=f"{name} is the name of the user pool itself.")
    if provider_type in details.SOCIAL_TYPES:
        if name != provider_type:
            raise reasons.INVALID_PROVIDER_NAME(problem=f"The provider of type {provider_type} must be called so.")
    elif _key_of(name) in {_key_of(social) for social in details.SOCIAL_TYPES}:
        raise reasons.INVALID_PROVIDER_NAME(problem=f"Only a provider of that type can be called {name}.")


def _checked_identifiers(identifiers: Iterable[str]) -> list[str]:
    found = list(dict.fromkeys(identifiers))
    if len(found) > MAX_IDENTIFIERS:
        raise reasons.INVALID_PROVIDER_IDENTIFIER(problem=f"A provider has at most {MAX_IDENTIFIERS} identifiers.")
    for identifier in found:
        if len(identifier) > _MAX_IDENTIFIER_LENGTH or not _IDENTIFIER.fullmatch(identifier):
            raise reasons.INVALID_PROVIDER_IDENTIFIER(
                problem=f"{identifier!r} is no identifier: it needs 1 to {_MAX_IDENTIFIER_LENGTH} letters, digits,"
                " spaces or +=.@-"
            )
    return found


def _checked_acr(provider_type: str, mapping: Mapping[str, str]) -> dict[str, str]:
    if mapping and provider_type != IdentityProviderType.OIDC:
        raise _acr_refusal("Only OIDC providers support ACR mapping.")
    for level, value in mapping.items():
        if not _ACR_LEVEL.fullmatch(level) or not isinstance(value, str) or not _ACR_VALUE.fullmatch(value):
            raise _acr_refusal(f"{level}: AcrMapping maps Level1 to Level4 to values of the provider.")
    return dict(mapping)


def _acr_refusal(problem: str) -> CognitoError:
    return reasons.INVALID_PARAMETER(problem=problem)


def _store_identifiers(provider: IdentityProvider, identifiers: Sequence[str]) -> None:
    IdentityProviderIdentifier.objects.filter(provider=provider).delete()
    rows = [
        IdentityProviderIdentifier(pool_id=provider.pool_id, provider=provider, position=position, identifier=text)
        for position, text in enumerate(identifiers)
    ]
    try:
        with transaction.atomic():
            IdentityProviderIdentifier.objects.bulk_create(rows)
    except IntegrityError:
        raise reasons.INVALID_PROVIDER_IDENTIFIER(
            problem="Another provider of the user pool has one of these identifiers."
        ) from None


def update(provider: IdentityProvider, fields: Mapping[str, Any], *, now: datetime.datetime) -> IdentityProvider:
    """Change what ``fields`` names and nothing else, and return the provider as it is now.

    ``details`` replaces all details, but a secret that is not given again stays; ``attribute_mapping``,
    ``identifiers`` and ``acr_mapping`` are replaced as wholes; ``linking`` is a policy.

    Raises:
        InvalidParameterException: as for :func:`create`.
        ResourceNotFoundException: the provider was deleted meanwhile.
    """
    unknown = set(fields) - _CHANGEABLE
    if unknown:
        raise ValueError(f"A provider has no such fields to change: {sorted(unknown)}")
    pool = provider.pool
    with transaction.atomic():
        row = IdentityProvider.objects.select_for_update().filter(pk=provider.pk).first()
        if row is None:
            raise reasons.PROVIDER_NOT_FOUND(provider=provider.name)
        row.pool = pool
        if "details" in fields:
            row.details, secrets = details.split(pool, row.type, fields["details"], secrets=details.secrets_of(row))
            row.secret_details = _as_text(secrets)
        if "attribute_mapping" in fields:
            row.attribute_mapping = attribute_mapping.checked(pool, row.type, fields["attribute_mapping"])
        if "acr_mapping" in fields:
            row.acr_mapping = _checked_acr(row.type, fields["acr_mapping"])
        if "linking" in fields:
            row.linking = LinkingPolicy(fields["linking"])
        row.last_modified_at = now
        row.save()
        if "identifiers" in fields:
            _store_identifiers(row, _checked_identifiers(fields["identifiers"]))
    _make_certificate(row, now=now)
    return row


def delete(provider: IdentityProvider) -> None:
    """Delete a provider; app clients no longer offer it, and nobody signs in with it any more.

    Raises:
        ResourceNotFoundException: deleted meanwhile.
    """
    with transaction.atomic():
        locked = IdentityProvider.objects.select_for_update().filter(pk=provider.pk).first()
        if locked is None:
            raise reasons.PROVIDER_NOT_FOUND(provider=provider.name)
        for client in UserPoolClient.objects.select_for_update().filter(pool=provider.pool_id):
            kept = [name for name in client.supported_identity_providers if name != provider.name]
            if kept != client.supported_identity_providers:
                client.supported_identity_providers = kept
                client.save(update_fields=["supported_identity_providers"])
        locked.delete()
