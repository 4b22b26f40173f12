"""Terms of use and privacy policies of app clients."""

import functools

import pytest

from cognito_auth import exceptions
from cognito_auth.models import Terms
from cognito_auth.services import terms, user_pool_clients
from tests.concurrency import race
from tests.factories import TermsFactory, UserPoolClientFactory, UserPoolFactory, moment

LATER = moment("2026-03-04T00:00:00+00:00")
LINKS = {"cognito:default": "https://example.com/terms", "cognito:german": "https://example.com/agb#kurz"}


@pytest.fixture
def client(db):
    return UserPoolClientFactory()


class TestCreate:
    def test_keeps_the_links(self, client):
        made = terms.create(client, "terms-of-use", links=LINKS, now=LATER)

        stored = terms.get(client.pool, str(made.pk).upper())
        assert stored == terms.of_client(client, "terms-of-use") == made
        assert (stored.links, stored.pool_id) == (LINKS, client.pool_id)
        assert (stored.source, stored.enforcement, stored.created_at) == ("LINK", "NONE", LATER)

    @pytest.mark.parametrize(
        ("links", "problem"),
        [
            ({}, "must contain cognito:default"),
            ({"cognito:german": "https://example.com"}, "must contain cognito:default"),
            ({**LINKS, "cognito:klingon": "https://example.com"}, "cognito:klingon is none"),
            *[
                ({"cognito:default": address}, "must be an absolute https URL")
                for address in [
                    "http://example.com",
                    "example.com/terms",
                    "/terms",
                    "javascript:alert(1)",
                    "https://",
                    "https://a:b@example.com",
                    "https://example.com:x",
                    "https://exam ple.com",
                    'https://example.com/"onclick',
                    "https://[bad",
                    "https://example.com/" + "x" * 1024,
                ]
            ],
        ],
    )
    def test_refuses_other_links(self, client, links, problem):
        with pytest.raises(exceptions.InvalidParameterException, match=problem):
            terms.create(client, "terms-of-use", links=links, now=LATER)

    def test_makes_each_document_once(self, client):
        terms.create(client, "terms-of-use", links=LINKS, now=LATER)

        with pytest.raises(exceptions.TermsExistsException):
            terms.create(client, "terms-of-use", links=LINKS, now=LATER)
        terms.create(client, "privacy-policy", links=LINKS, now=LATER)
        terms.create(UserPoolClientFactory(pool=client.pool), "terms-of-use", links=LINKS, now=LATER)

    def test_keeps_the_limit_of_strict_pools_only(self, client, monkeypatch):
        monkeypatch.setattr(terms, "MAX_TERMS", 1)
        strict = UserPoolClientFactory(pool=UserPoolFactory(strict=True))
        for each in (client, strict):
            terms.create(each, "terms-of-use", links=LINKS, now=LATER)

        with pytest.raises(exceptions.LimitExceededException):
            terms.create(strict, "privacy-policy", links=LINKS, now=LATER)
        terms.create(client, "privacy-policy", links=LINKS, now=LATER)

    def test_refuses_a_client_that_is_gone(self, transactional_db):
        client = UserPoolClientFactory()
        user_pool_clients.delete(client)

        with pytest.raises(exceptions.ResourceNotFoundException, match="client"):
            terms.create(client, "terms-of-use", links=LINKS, now=LATER)


class TestUpdate:
    def test_changes_what_is_named(self, client):
        document = TermsFactory(client=client)

        terms.update(document, {"links": LINKS}, now=LATER)

        stored = Terms.objects.get()
        assert (stored.links, stored.name, stored.last_modified_at) == (LINKS, "terms-of-use", LATER)

    def test_refuses_the_name_of_the_other_document(self, client):
        document = TermsFactory(client=client)
        TermsFactory(client=client, name="privacy-policy")

        with pytest.raises(exceptions.TermsExistsException):
            terms.update(document, {"name": "privacy-policy"}, now=LATER)
        assert document.name == "terms-of-use"

    def test_refuses_bad_links_and_other_fields(self, client):
        document = TermsFactory(client=client)

        with pytest.raises(exceptions.InvalidParameterException):
            terms.update(document, {"links": {}}, now=LATER)
        with pytest.raises(ValueError, match="client"):
            terms.update(document, {"client": client}, now=LATER)

    def test_refuses_one_that_is_gone(self, client):
        document = TermsFactory(client=client)
        terms.delete(document)

        for change in (
            functools.partial(terms.update, document, {"name": "privacy-policy"}, now=LATER),
            functools.partial(terms.delete, document),
            functools.partial(terms.get, client.pool, str(document.pk)),
            functools.partial(terms.of_client, client, "terms-of-use"),
        ):
            with pytest.raises(exceptions.ResourceNotFoundException):
                change()


class TestGet:
    def test_finds_none_of_another_pool(self, client):
        document = TermsFactory()

        with pytest.raises(exceptions.ResourceNotFoundException):
            terms.get(client.pool, str(document.pk))


class TestLinksFor:
    def test_are_of_the_language_or_the_default(self, client, django_assert_num_queries):
        TermsFactory(client=client, links=LINKS)
        TermsFactory(client=client, name="privacy-policy", links={"cognito:default": "https://example.com/privacy"})
        TermsFactory()

        with django_assert_num_queries(1):
            german = terms.links_for(client, language="de")

        assert german == {"terms-of-use": LINKS["cognito:german"], "privacy-policy": "https://example.com/privacy"}
        assert terms.links_for(client, language="xx")["terms-of-use"] == LINKS["cognito:default"]


@pytest.mark.postgresql
class TestConcurrency:
    def test_one_of_many_makes_the_document(self, transactional_db):
        client = UserPoolClientFactory()

        outcomes = race(*[lambda: terms.create(client, "terms-of-use", links=LINKS, now=LATER)] * 6)

        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Terms"] + ["TermsExistsException"] * 5

    def test_the_limit_holds(self, transactional_db, monkeypatch):
        monkeypatch.setattr(terms, "MAX_TERMS", 2)
        pool = UserPoolFactory(strict=True)
        clients = UserPoolClientFactory.create_batch(6, pool=pool)

        race(*[functools.partial(terms.create, each, "terms-of-use", links=LINKS, now=LATER) for each in clients])

        assert Terms.objects.count() == 2
