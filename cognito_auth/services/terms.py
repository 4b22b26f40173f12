"""Terms of use and privacy policies: links, by language, that sign-up pages of an app client show.

Source: AWS API_CreateTerms, API_UpdateTerms, "Terms documents".
"""

import datetime
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction

from cognito_auth import reasons
from cognito_auth.models import Terms, UserPool, UserPoolClient
from cognito_auth.services import paging
from cognito_auth.services.paging import Page

TERMS_OF_USE, PRIVACY_POLICY = "terms-of-use", "privacy-policy"
DEFAULT = "cognito:default"
# Language of a page (the ``lang`` of its address) → the API's key.
LANGUAGES: Mapping[str, str] = {
    "de": "cognito:german",
    "en": "cognito:english",
    "es": "cognito:spanish",
    "fr": "cognito:french",
    "id": "cognito:bahasa-indonesia",
    "it": "cognito:italian",
    "ja": "cognito:japanese",
    "ko": "cognito:korean",
    "nl": "cognito:dutch",
    "pt-BR": "cognito:portuguese-brazil",
    "zh-CN": "cognito:chinese-simplified",
    "zh-TW": "cognito:chinese-traditional",
}
MAX_URL_LENGTH = 1024
# What strict pools allow. Source: AWS "Quotas in Amazon Cognito".
MAX_TERMS = 40
_KEYS = frozenset({DEFAULT, *LANGUAGES.values()})
_FIELDS = frozenset({"name", "source", "enforcement", "links"})


def get(pool: UserPool, terms_id: str) -> Terms:
    """Return the document of ``pool`` with this id.

    Raises:
        ResourceNotFoundException: there is none.
    """
    return _one(pool, pk=uuid.UUID(terms_id))


def of_client(client: UserPoolClient, name: str) -> Terms:
    """Return the document of an app client with this name.

    Raises:
        ResourceNotFoundException: there is none.
    """
    return _one(client.pool, client=client, name=name)


def _one(pool: UserPool, **conditions: Any) -> Terms:
    terms = Terms.objects.filter(pool=pool, **conditions).first()
    if terms is None:
        raise reasons.TERMS_NOT_FOUND()
    terms.pool = pool
    return terms


def create(
    client: UserPoolClient,
    name: str,
    *,
    links: Mapping[str, str],
    source: str = "LINK",
    enforcement: str = "NONE",
    now: datetime.datetime,
) -> Terms:
    """Give an app client a document, ``name`` of which is ``terms-of-use`` or ``privacy-policy``.

    ``links`` are addresses by ``cognito:default``, which is needed, and ``cognito:<language>``.

    Raises:
        InvalidParameterException: the links are not as they must be.
        TermsExistsException: the client has a document of this name.
        LimitExceededException: a strict pool has as many as AWS allows.
        ResourceNotFoundException: the client was deleted meanwhile.
    """
    _check_links(links)
    terms = Terms(
        pool=client.pool,
        client=client,
        name=name,
        source=source,
        enforcement=enforcement,
        links=dict(links),
        created_at=now,
        last_modified_at=now,
    )
    try:
        with transaction.atomic():
            if client.pool.strict:
                _refuse_too_many(client.pool)
            terms.save(force_insert=True)
    except IntegrityError:
        # The constraint decides between two who make it at the same time.
        if UserPoolClient.objects.filter(pk=client.pk).exists():
            raise reasons.TERMS_EXIST(name=name) from None
        raise reasons.CLIENT_NOT_FOUND(client_id=client.pk) from None
    return terms


def _refuse_too_many(pool: UserPool) -> None:
    # The lock makes those wait who add another one to the same pool.
    UserPool.objects.select_for_update(no_key=True).filter(pk=pool.pk).values_list("pk").first()
    if Terms.objects.filter(pool=pool).count() >= MAX_TERMS:
        raise reasons.LIMIT_EXCEEDED(problem=f"A user pool can have at most {MAX_TERMS} terms documents.")


def _check_links(links: Mapping[str, str]) -> None:
    if DEFAULT not in links:
        raise reasons.INVALID_TERMS_LINKS(problem=f"Links must contain {DEFAULT}.")
    unknown = sorted(set(links) - _KEYS)
    if unknown:
        raise reasons.INVALID_TERMS_LINKS(problem=f"{unknown[0]} is none of the languages.")
    for key, address in links.items():
        if len(address) > MAX_URL_LENGTH or not _is_web_address(address):
            raise reasons.INVALID_TERMS_LINKS(problem=f"The link of {key} must be an absolute https URL.")


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        _port = parts.port
    except ValueError:
        return False
    is_plain = address.isprintable() and not any(character in address for character in ' \\"<>')
    return is_plain and parts.scheme == "https" and bool(parts.hostname) and parts.username is None


def update(terms: Terms, fields: Mapping[str, Any], *, now: datetime.datetime) -> None:
    """Set what ``fields`` names (``name``, ``source``, ``enforcement``, ``links``) and nothing else.

    Raises:
        InvalidParameterException: the links are not as they must be.
        TermsExistsException: the client has another document of the new name.
        ResourceNotFoundException: the document was deleted meanwhile.
    """
    unknown = set(fields) - _FIELDS
    if unknown:
        raise ValueError(f"Terms have no such fields to change: {sorted(unknown)}")
    if "links" in fields:
        _check_links(fields["links"])
    values = {**fields, "last_modified_at": now}
    try:
        with transaction.atomic():
            is_there = Terms.objects.filter(pk=terms.pk).update(**values)
    except IntegrityError:
        raise reasons.TERMS_EXIST(name=values["name"]) from None
    if not is_there:
        raise reasons.TERMS_NOT_FOUND()
    for name, value in values.items():
        setattr(terms, name, value)


def delete(terms: Terms) -> None:
    """Delete a document.

    Raises:
        ResourceNotFoundException: somebody else did so meanwhile.
    """
    deleted, _of_models = Terms.objects.filter(pk=terms.pk).delete()
    if not deleted:
        raise reasons.TERMS_NOT_FOUND()


def in_pool(pool: UserPool, *, limit: int, token: str | None, scope: str, now: datetime.datetime) -> Page[Terms]:
    """Return one page of the documents of all clients of the pool, by id.

    Raises:
        InvalidParameterException: the token is not good for this request.
    """
    # A range from the pool to itself: see user_search.planning.Range.
    documents = Terms.objects.filter(pool_id__gte=pool.pk, pool_id__lte=pool.pk)
    return paging.by_key(documents, ("pool_id", "id"), limit=limit, token=token, scope=scope, now=now, to_json=str)


def links_for(client: UserPoolClient, *, language: str) -> dict[str, str]:
    """Return the addresses that a page in ``language`` (``"de"``, ``"pt-BR"``) links to, by document name."""
    key = LANGUAGES.get(language, DEFAULT)
    rows = Terms.objects.filter(client=client).values_list("name", "links")
    return {name: links.get(key) or links[DEFAULT] for name, links in rows}
