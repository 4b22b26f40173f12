"""Tokens of clients for themselves."""

import pytest
from django.utils import timezone

from cognito_auth.services.oauth import token_endpoint
from cognito_auth.services.oauth.errors import OAuthError
from cognito_auth.services.request_origin import RequestOrigin
from tests.factories import ResourceServerFactory, UserPoolClientFactory, UserPoolFactory


@pytest.mark.django_db
class TestClientCredentialsGrant:
    def test_refuses_a_client_whose_secrets_are_gone_and_that_only_gives_its_id(self):
        pool = UserPoolFactory()
        ResourceServerFactory(pool=pool, identifier="shop")
        client = UserPoolClientFactory(
            pool=pool,
            oauth_enabled=True,
            allowed_oauth_flows=["client_credentials"],
            allowed_oauth_scopes=["shop/orders.read"],
        )
        form = {"grant_type": "client_credentials", "client_id": client.pk}

        with pytest.raises(OAuthError) as refusal:
            token_endpoint.exchange(
                token_endpoint.read(pool, "", form, origin=RequestOrigin(), now=timezone.now()),
            )

        assert refusal.value.error == "invalid_client"
