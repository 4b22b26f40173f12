"""Authorization requests whose end is the account page."""

from urllib.parse import urlencode

import pytest

from cognito_auth.services import user_pool_domains
from cognito_auth.services.oauth import authorization_requests
from cognito_auth.services.oauth.errors import NobodyToTell
from tests.factories import UserPoolClientFactory, UserPoolFactory, moment


@pytest.fixture
def client(db):
    return UserPoolClientFactory(oauth_enabled=True, allowed_oauth_flows=["code"], callback_urls=["https://a.example/"])


def page_of(pool):
    return f"http://testserver/{pool.pk}/account"


class TestRead:
    def test_takes_what_the_page_asks(self, client):
        query = authorization_requests.for_account_page(
            client, page_of(client.pool), section="password", login_hint="jane", max_age=600
        )

        asked = authorization_requests.read(client.pool, query)

        assert (asked.client, asked.login_hint, asked.max_age) == (client, "jane", 600)
        assert asked.prompt == {"login"}
        assert asked.address({}) == f"{page_of(client.pool)}?state=password"

    def test_takes_the_page_at_a_domain_of_the_pool(self, client):
        user_pool_domains.create(client.pool, "login.example.com", now=moment())
        query = authorization_requests.for_account_page(client, "https://login.example.com/account", section="")

        assert authorization_requests.read(client.pool, query).client == client

    @pytest.mark.parametrize(
        "changes",
        [
            {"redirect_uri": "https://evil.example/account"},
            {"redirect_uri": "http://testserver/eu-west-1_other/account"},
            {"max_age": "x"},
            {"prompt": "nothing"},
            {"login_hint": "x" * 5000},
            {"identity_provider": "Google"},
        ],
    )
    def test_tells_the_person_of_anything_else(self, client, changes):
        asked = {"response_type": "none", "client_id": client.pk, "redirect_uri": page_of(client.pool), "state": ""}

        with pytest.raises(NobodyToTell):
            authorization_requests.read(client.pool, urlencode({**asked, **changes}))

    def test_gives_no_codes_to_the_page(self, client):
        asked = {"response_type": "code", "client_id": client.pk, "redirect_uri": page_of(client.pool)}

        with pytest.raises(NobodyToTell):
            authorization_requests.read(client.pool, urlencode(asked))

    def test_takes_no_page_of_another_pool(self, client):
        query = authorization_requests.for_account_page(client, page_of(UserPoolFactory()), section="")

        with pytest.raises(NobodyToTell):
            authorization_requests.read(client.pool, query)

    @pytest.mark.parametrize("changes", [{"oauth_enabled": False}, {"allowed_oauth_flows": ["client_credentials"]}])
    def test_takes_no_client_without_pages(self, client, changes):
        for name, value in changes.items():
            setattr(client, name, value)
        client.save()
        query = authorization_requests.for_account_page(client, page_of(client.pool), section="")

        with pytest.raises(NobodyToTell):
            authorization_requests.read(client.pool, query)
