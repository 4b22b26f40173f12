"""Terms of use and privacy policies through the API."""

import pytest

from tests.factories import TermsFactory, UserPoolClientFactory, UserPoolFactory
from tests.refusals import refusal_of

LINKS = {"cognito:default": "https://example.com/terms", "cognito:german": "https://example.com/agb"}
NOTHING = "8c1c9f1e-0000-4000-8000-000000000000"
NO_TERMS = ("ResourceNotFoundException", "Terms do not exist.")


@pytest.fixture
def client(db):
    return UserPoolClientFactory()


@pytest.fixture
def named(client):
    return {"UserPoolId": client.pool_id, "ClientId": client.pk, "TermsName": "terms-of-use"}


@pytest.fixture
def given(named):
    return {**named, "TermsSource": "LINK", "Enforcement": "NONE", "Links": LINKS}


class TestTerms:
    def test_are_made_described_changed_and_deleted(self, boto3_client, client, named, given):
        made = boto3_client.create_terms(**given)["Terms"]

        assert {name: made[name] for name in given} == given
        assert made["CreationDate"] == made["LastModifiedDate"]
        by_id = {"UserPoolId": client.pool_id, "TermsId": made["TermsId"]}
        assert boto3_client.describe_terms(**by_id)["Terms"] == made
        assert boto3_client.describe_terms_by_client(**named)["Terms"] == made
        links = {"cognito:default": "https://example.com/new"}
        changed = boto3_client.update_terms(**by_id, Links=links)["Terms"]
        assert (changed["Links"], changed["TermsName"]) == (links, "terms-of-use")
        renamed = boto3_client.update_terms(**by_id, TermsName="privacy-policy")["Terms"]
        assert (renamed["Links"], renamed["TermsName"]) == (links, "privacy-policy")
        boto3_client.delete_terms(**by_id)
        assert refusal_of(boto3_client.describe_terms, **by_id) == NO_TERMS

    def test_exist_once_for_a_client(self, cognito, given):
        cognito.create_terms(**given)
        other = cognito.create_terms(**{**given, "TermsName": "privacy-policy"})["Terms"]

        assert refusal_of(cognito.create_terms, **given)[0] == "TermsExistsException"
        renaming = {"UserPoolId": given["UserPoolId"], "TermsId": other["TermsId"], "TermsName": "terms-of-use"}
        assert refusal_of(cognito.update_terms, **renaming)[0] == "TermsExistsException"

    @pytest.mark.parametrize(
        "links",
        [
            {},
            {"cognito:german": "https://example.com"},
            {"cognito:default": "http://example.com"},
            {"cognito:default": "https://example.com", "cognito:klingon": "https://example.com"},
        ],
    )
    def test_need_good_links(self, cognito, given, links):
        assert refusal_of(cognito.create_terms, **{**given, "Links": links})[0] == "InvalidParameterException"

    def test_need_links_at_all(self, cognito, given):
        del given["Links"]

        assert refusal_of(cognito.create_terms, **given) == (
            "InvalidParameterException",
            "Links must contain cognito:default.",
        )

    @pytest.mark.parametrize("name", ["terms", "terms-of-use-2"])
    def test_have_one_of_two_names(self, cognito, given, name):
        assert refusal_of(cognito.create_terms, **{**given, "TermsName": name})[0] == "InvalidParameterException"

    def test_belong_to_a_client_of_the_pool(self, cognito, given, named):
        stranger = UserPoolClientFactory()
        refusal = ("ResourceNotFoundException", f"User pool client {stranger.pk} does not exist.")

        assert refusal_of(cognito.create_terms, **{**given, "ClientId": stranger.pk}) == refusal
        assert refusal_of(cognito.describe_terms_by_client, **{**named, "ClientId": stranger.pk}) == refusal

    @pytest.mark.parametrize("operation", ["describe_terms", "update_terms", "delete_terms"])
    def test_must_exist_in_the_pool(self, cognito, client, operation):
        call, stranger = getattr(cognito, operation), TermsFactory()

        assert refusal_of(call, UserPoolId=client.pool_id, TermsId=NOTHING) == NO_TERMS
        assert refusal_of(call, UserPoolId=client.pool_id, TermsId=str(stranger.pk)) == NO_TERMS
        assert refusal_of(call, UserPoolId=client.pool_id, TermsId="x")[0] == "InvalidParameterException"

    def test_are_asked_for_by_client_in_vain(self, cognito, named):
        assert refusal_of(cognito.describe_terms_by_client, **named) == NO_TERMS

    def test_are_40_at_most_in_strict_pools(self, cognito, db):
        client = UserPoolClientFactory(pool=UserPoolFactory(strict=True))
        for each in UserPoolClientFactory.create_batch(40, pool=client.pool):
            TermsFactory(client=each)

        refusal = refusal_of(
            cognito.create_terms,
            UserPoolId=client.pool_id,
            ClientId=client.pk,
            TermsName="terms-of-use",
            TermsSource="LINK",
            Enforcement="NONE",
            Links=LINKS,
        )

        assert refusal[0] == "LimitExceededException"


class TestListTerms:
    def test_goes_page_by_page_without_links(self, cognito, client):
        documents = [TermsFactory(client=each) for each in UserPoolClientFactory.create_batch(3, pool=client.pool)]
        TermsFactory()

        first = cognito.list_terms(UserPoolId=client.pool_id, MaxResults=2)
        second = cognito.list_terms(UserPoolId=client.pool_id, MaxResults=2, NextToken=first["NextToken"])

        listed = [*first["Terms"], *second["Terms"]]
        assert sorted(terms["TermsId"] for terms in listed) == sorted(str(document.pk) for document in documents)
        assert "NextToken" not in second
        assert set(listed[0]) == {"TermsId", "TermsName", "Enforcement", "CreationDate", "LastModifiedDate"}

    def test_takes_no_token_of_another_pool(self, cognito, client):
        for each in UserPoolClientFactory.create_batch(2, pool=client.pool):
            TermsFactory(client=each)
        token = cognito.list_terms(UserPoolId=client.pool_id, MaxResults=1)["NextToken"]

        refusal = refusal_of(cognito.list_terms, UserPoolId=UserPoolFactory().pk, NextToken=token)

        assert refusal == ("InvalidParameterException", "Invalid pagination token")
