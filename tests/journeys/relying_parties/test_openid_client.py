"""A Node app that signs people in with openid-client."""

import pytest

from tests.factories import ResourceServerFactory
from tests.journeys.relying_parties.conftest import CALLBACK, GOODBYE, SECRET

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def runs(runs_node, registers, issuer):
    def run(scenario, authentication="basic", *, orders="", **fields):
        client = registers(secret="" if authentication == "none" else SECRET, **fields)
        return runs_node(
            "openid_client.mjs",
            scenario,
            issuer=issuer,
            client=client.pk,
            secret=SECRET,
            authentication=authentication,
            callback=CALLBACK,
            goodbye=GOODBYE,
            orders=orders,
        )

    return run


class TestOpenidClient:
    @pytest.mark.parametrize(
        ("authentication", "names_issuer"), [("basic", False), ("post", False), ("none", False), ("none", True)]
    )
    def test_signs_a_person_in_refreshes_revokes_and_signs_out(
        self, runs, person, settings, authentication, names_issuer
    ):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "AUTHORIZATION_RESPONSE_ISSUER": names_issuer}

        found = runs("signIn", authentication)

        assert found == {
            "pkce": True,
            "email": ["jane@example.com", "jane@example.com"],
            "renewed": True,
            "refused": "invalid_grant",
            "end": f"{GOODBYE}?state=see+you",
        }
        assert len(person.pages) == 1

    @pytest.mark.parametrize("site", ["at the root"], indirect=True)
    def test_gets_the_token_of_a_machine(self, runs, pool, site):
        ResourceServerFactory(pool=pool, identifier="shop")

        found = runs(
            "clientCredentials",
            orders=f"{site.base_url}/orders",
            allowed_oauth_flows=["client_credentials"],
            allowed_oauth_scopes=["shop/orders.read"],
        )

        assert found == {"type": "bearer", "orders": 2}

    @pytest.mark.parametrize("site", ["under a prefix"], indirect=True)
    def test_signs_a_device_in(self, runs):
        found = runs("device", "none", device_authorization=True)

        assert found == {"early": "authorization_pending", "page": 200, "email": "jane@example.com"}
