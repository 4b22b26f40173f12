"""Domains of a pool: a prefix, and a host of one's own at whose root the pool's pages are.

A pool has one of each kind at most; a name belongs to one pool. Certificates and DNS are the business
of the web server in front: what is said about them is kept and given back.

==========  ==========================================  ==============================================
kind        name                                        the host of a browser
==========  ==========================================  ==============================================
prefix      ``people``                                  ``people.auth.<region>.amazoncognito.com``, for
                                                        clients that build it, where DNS leads it here
custom      ``login.example.com``                       itself
==========  ==========================================  ==============================================

Source: AWS API_CreateUserPoolDomain, "Configuring a user pool domain".
"""

import datetime
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.db.models import CharField

from cognito_auth import reasons
from cognito_auth.conf import settings
from cognito_auth.models import UserPool, UserPoolDomain
from cognito_auth.models.compiled import CompiledQuery, Parameter

RESERVED_WORDS = ("aws", "amazon", "cognito")
CLASSIC, MANAGED_LOGIN = 1, 2
MAX_STRICT_LENGTH = 63
MAX_LENGTH = 253  # RFC 1035, 2.3.4, as text
_PREFIX_PATTERN = r"^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$"
_PREFIX = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
# RFC 1123, 2.1: labels of letters, digits and inner hyphens; the last one is not all digits, as an address is.
_HOST = re.compile(rf"(?:{_PREFIX.pattern}\.)+(?![0-9]+$){_PREFIX.pattern}")
_AWS_HOST = re.compile(rf"({_PREFIX.pattern})\.auth\.([a-z0-9-]+)\.amazoncognito\.com")
_FIELDS = frozenset({"certificate_arn", "security_policy", "managed_login_version", "routing"})
_CUSTOM_FIELDS = ("certificate_arn", "security_policy", "routing")

_BY_NAME = CompiledQuery(lambda: UserPoolDomain.objects.filter(pk=Parameter("domain", CharField())))


def find(domain: str) -> UserPoolDomain | None:
    """Return the domain with this name, of whatever pool."""
    return None if "\x00" in domain else _BY_NAME.first(domain=domain)


def get(pool: UserPool, domain: str) -> UserPoolDomain:
    """Return the domain of ``pool`` with this name.

    Raises:
        InvalidParameterException: the pool has no such domain.
    """
    found = find(domain)
    if found is None or found.pool_id != pool.pk:
        raise reasons.DOMAIN_NOT_FOUND()
    found.pool = pool
    return found


def of(pool: UserPool) -> tuple[UserPoolDomain | None, UserPoolDomain | None]:
    """Return the pool's prefix and its custom domain, as far as it has them."""
    found = {row.is_custom: row for row in UserPoolDomain.objects.filter(pool=pool)}
    return found.get(False), found.get(True)


def has_any(pool: UserPool) -> bool:
    """Tell whether the pool has a domain."""
    return UserPoolDomain.objects.filter(pool=pool).exists()


def create(
    pool: UserPool,
    domain: str,
    *,
    certificate_arn: str = "",
    security_policy: str = "",
    managed_login_version: int = CLASSIC,
    routing: Mapping[str, Any] | None = None,
    now: datetime.datetime,
) -> UserPoolDomain:
    """Give the pool a domain.

    With a certificate it is a custom one; where AWS's limits do not hold, any host name with a dot is.

    Raises:
        InvalidParameterException: malformed, reserved or taken, or the pool has one of this kind.
        FeatureUnavailableInTierException: managed login in a strict pool of the LITE tier.
        ResourceNotFoundException: the pool was deleted meanwhile.
    """
    row = UserPoolDomain(
        domain=domain,
        pool=pool,
        is_custom=bool(certificate_arn) or ("." in domain and not pool.strict),
        certificate_arn=certificate_arn,
        security_policy=security_policy,
        managed_login_version=managed_login_version,
        routing=None if routing is None else dict(routing),
        created_at=now,
    )
    _check_name(row)
    _check_settings(row)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise _why_not(row) from None
    return row


def _why_not(row: UserPoolDomain) -> Exception:
    """Return the refusal of a domain that a constraint did not let in."""
    if UserPoolDomain.objects.filter(pool_id=row.pool_id, is_custom=row.is_custom).exists():
        return reasons.DOMAIN_OF_KIND_EXISTS()
    if UserPool.objects.filter(pk=row.pool_id).exists():
        return reasons.DOMAIN_TAKEN()
    return reasons.USER_POOL_NOT_FOUND(user_pool_id=row.pool_id)


def _check_name(row: UserPoolDomain) -> None:
    if not row.is_custom:
        if not _PREFIX.fullmatch(row.domain):
            raise reasons.INVALID_DOMAIN_PREFIX(pattern=_PREFIX_PATTERN)
        for word in RESERVED_WORDS:
            if word in row.domain:
                raise reasons.RESERVED_DOMAIN_WORD(word=word)
        return
    longest = MAX_STRICT_LENGTH if row.pool.strict else MAX_LENGTH
    if len(row.domain) > longest:
        raise reasons.INVALID_CUSTOM_DOMAIN(problem=f"It has more than {longest} characters.")
    if not _HOST.fullmatch(row.domain):
        raise reasons.INVALID_CUSTOM_DOMAIN(
            problem="It must be a host name of two or more parts in lower case, such as login.example.com, without"
            " scheme, port and path."
        )
    if row.domain == site_host():
        # The API, the key sets and whatever else the site serves are there.
        raise reasons.INVALID_CUSTOM_DOMAIN(problem="It is the host of this site itself.")


def _check_settings(row: UserPoolDomain) -> None:
    if row.managed_login_version not in (CLASSIC, MANAGED_LOGIN):
        raise reasons.INVALID_PARAMETER(problem="ManagedLoginVersion must be 1 or 2.")
    if not row.is_custom and any(getattr(row, name) for name in _CUSTOM_FIELDS):
        raise reasons.INVALID_PARAMETER(problem="CustomDomainConfig and Routing are for custom domains only.")
    if row.managed_login_version == MANAGED_LOGIN and row.pool.strict and row.pool.tier == "LITE":
        raise reasons.FEATURE_UNAVAILABLE(feature="Managed login in the LITE tier")


def update(row: UserPoolDomain, fields: Mapping[str, Any]) -> None:
    """Set what ``fields`` names: ``certificate_arn``, ``security_policy``, ``managed_login_version``, ``routing``.

    Raises:
        InvalidParameterException: a setting that this kind of domain has not, or the domain was deleted meanwhile.
        FeatureUnavailableInTierException: managed login in a strict pool of the LITE tier.
    """
    unknown = set(fields) - _FIELDS
    if unknown:
        raise ValueError(f"A domain has no such fields to change: {sorted(unknown)}")
    changed = UserPoolDomain(domain=row.domain, pool=row.pool, is_custom=row.is_custom)
    for name in _FIELDS:
        setattr(changed, name, fields.get(name, getattr(row, name)))
    _check_settings(changed)
    if fields and not UserPoolDomain.objects.filter(pk=row.pk, pool=row.pool).update(**fields):
        raise reasons.DOMAIN_NOT_FOUND()
    for name, value in fields.items():
        setattr(row, name, value)


def delete(row: UserPoolDomain) -> None:
    """Take a domain from its pool.

    Raises:
        InvalidParameterException: somebody else did so meanwhile.
    """
    deleted, _of_models = UserPoolDomain.objects.filter(pk=row.pk, pool_id=row.pool_id).delete()
    if not deleted:
        raise reasons.DOMAIN_NOT_FOUND()


def site_host() -> str:
    """Return the host name of the site, to which the DNS of custom domains leads; empty while none is set."""
    try:
        return urlsplit(settings.base_url).hostname or ""
    except ImproperlyConfigured:
        return ""


def pool_id_of_host(host: str) -> str | None:
    """Return the pool whose pages are at the root of ``host`` (a Host header, with or without port), if any.

    One query by primary key; none for the host of the site itself.
    """
    name = host.lower().partition(":")[0].removesuffix(".")
    if not _HOST.fullmatch(name) or name == site_host():
        return None
    prefix = _AWS_HOST.fullmatch(name)
    found = find(prefix[1] if prefix else name)
    if found is None or found.is_custom == bool(prefix):
        return None
    if prefix and found.pool_id.rpartition("_")[0] != prefix[2]:
        return None
    return found.pool_id
