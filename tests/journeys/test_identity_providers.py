"""A team sets providers up with boto3, links the account of somebody elsewhere, and takes it away again."""

import json

import pytest

from tests.identity_providers import GOOGLE, OIDC, metadata
from tests.journeys.test_boto3_sign_up_to_sign_out import (  # noqa: F401  fixtures
    admin,
    anybody,
    app,
    decode,
    refusal,
    sign_in,
    sign_up,
)


def identity(provider, value):
    return {"ProviderName": provider, "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": value}


@pytest.mark.django_db(transaction=True)
class TestJourney:
    def test_from_the_provider_to_a_linked_account_and_back(self, site, admin, anybody, app):  # noqa: F811
        pool = {"UserPoolId": app["UserPoolId"]}
        for name, kind, details in (
            ("Google", "Google", GOOGLE),
            ("Acme", "OIDC", OIDC),
            ("Corp", "SAML", {"MetadataFile": metadata()}),
        ):
            admin.create_identity_provider(
                **pool,
                ProviderName=name,
                ProviderType=kind,
                ProviderDetails=details,
                AttributeMapping={"email": "email"},
                IdpIdentifiers=[f"{name.lower()}.example"],
            )
        listed = admin.get_paginator("list_identity_providers").paginate(**pool, PaginationConfig={"PageSize": 2})
        assert [item["ProviderName"] for page in listed for item in page["Providers"]] == ["Acme", "Corp", "Google"]
        found = admin.get_identity_provider_by_identifier(**pool, IdpIdentifier="corp.example")["IdentityProvider"]
        assert found["ProviderDetails"]["SSORedirectBindingURI"] == "https://idp.example.com/sso"
        client = {**pool, "ClientId": app["ClientId"], "ExplicitAuthFlows": app["ExplicitAuthFlows"]}
        admin.update_user_pool_client(**client, SupportedIdentityProviders=["COGNITO", "Google", "Acme"])
        assert refusal(admin.update_user_pool_client, **client, SupportedIdentityProviders=["Nobody"]) == {
            "Code": "InvalidParameterException",
            "Message": f"The provider Nobody does not exist for User Pool {app['UserPoolId']}.",
        }

        sign_up(site, anybody, app)
        destination = {"ProviderName": "Cognito", "ProviderAttributeValue": "jane"}
        admin.admin_link_provider_for_user(
            **pool, DestinationUser=destination, SourceUser=identity("Google", "1122334455")
        )
        tokens = sign_in(anybody, app)
        (claim,) = decode(tokens["IdToken"])[1]["identities"]
        shown = {item["Name"]: item["Value"] for item in anybody.get_user(**access(tokens))["UserAttributes"]}
        assert (claim["userId"], claim["providerName"], claim["primary"]) == ("1122334455", "Google", "false")
        assert json.loads(shown["identities"])[0]["userId"] == "1122334455"

        admin.admin_disable_provider_for_user(**pool, User=identity("Google", "1122334455"))
        admin.delete_identity_provider(**pool, ProviderName="Google")
        described = admin.describe_user_pool_client(**pool, ClientId=app["ClientId"])["UserPoolClient"]
        assert described["SupportedIdentityProviders"] == ["COGNITO", "Acme"]
        attributes = admin.admin_get_user(**pool, Username="jane")["UserAttributes"]
        assert "identities" not in {item["Name"] for item in attributes}


def access(tokens):
    return {"AccessToken": tokens["AccessToken"]}
