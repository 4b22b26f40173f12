"""App clients through the API."""

import pytest

from cognito_auth.models import UserPoolClient, UserPoolClientSecret
from tests.factories import SchemaAttributeFactory, UserPoolClientFactory, UserPoolFactory
from tests.refusals import refusal_of

pytestmark = pytest.mark.django_db

EVERYTHING = {
    "RefreshTokenValidity": 12,
    "AccessTokenValidity": 10,
    "IdTokenValidity": 600,
    "TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "seconds", "RefreshToken": "hours"},
    "ReadAttributes": ["email", "email_verified"],
    "WriteAttributes": ["email"],
    "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"],
    "SupportedIdentityProviders": ["COGNITO"],
    "CallbackURLs": ["https://example.com/in", "http://localhost:3000/in", "myapp://in"],
    "LogoutURLs": ["https://example.com/out"],
    "DefaultRedirectURI": "https://example.com/in",
    "AllowedOAuthFlows": ["code", "implicit"],
    "AllowedOAuthScopes": ["openid", "email", "aws.cognito.signin.user.admin"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "AnalyticsConfiguration": {"ApplicationId": "abc123", "UserDataShared": False},
    "PreventUserExistenceErrors": "ENABLED",
    "EnableTokenRevocation": False,
    "EnablePropagateAdditionalUserContextData": True,
    "AuthSessionValidity": 15,
    "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10},
}
DEFAULTS = {
    "RefreshTokenValidity": 30,
    "TokenValidityUnits": {},
    "AllowedOAuthFlowsUserPoolClient": False,
    "EnableTokenRevocation": True,
    "EnablePropagateAdditionalUserContextData": False,
    "AuthSessionValidity": 3,
}
_IDENTITY = ("UserPoolId", "ClientName", "ClientId", "ClientSecret", "CreationDate", "LastModifiedDate")


def settings_in(client):
    return {name: value for name, value in client.items() if name not in _IDENTITY}


class TestCreateUserPoolClient:
    def test_works_with_a_name_alone(self, boto3_client):
        pool = UserPoolFactory()

        client = boto3_client.create_user_pool_client(UserPoolId=pool.pk, ClientName="web")["UserPoolClient"]

        assert (client["UserPoolId"], client["ClientName"]) == (pool.pk, "web")
        assert len(client["ClientId"]) == 26
        assert "ClientSecret" not in client
        assert settings_in(client) == DEFAULTS

    def test_gives_back_everything_that_was_set(self, boto3_client):
        pool = UserPoolFactory()

        made = boto3_client.create_user_pool_client(
            UserPoolId=pool.pk, ClientName="web", GenerateSecret=True, **EVERYTHING
        )["UserPoolClient"]

        described = boto3_client.describe_user_pool_client(UserPoolId=pool.pk, ClientId=made["ClientId"])
        assert described["UserPoolClient"] == made
        assert settings_in(made) == EVERYTHING
        assert len(made["ClientSecret"]) == 51

    def test_takes_a_secret(self, cognito):
        secret = "x" * 24

        client = cognito.create_user_pool_client(UserPoolId=UserPoolFactory().pk, ClientName="web", ClientSecret=secret)

        assert client["UserPoolClient"]["ClientSecret"] == secret
        assert UserPoolClientSecret.objects.get().value == secret

    def test_makes_no_second_secret(self, cognito):
        members = {"UserPoolId": UserPoolFactory().pk, "ClientName": "web", "ClientSecret": "x" * 24}

        assert refusal_of(cognito.create_user_pool_client, GenerateSecret=True, **members)[0] == (
            "InvalidParameterException"
        )

    def test_reads_a_life_of_zero_as_the_default(self, cognito):
        client = cognito.create_user_pool_client(
            UserPoolId=UserPoolFactory().pk,
            ClientName="web",
            RefreshTokenValidity=0,
            TokenValidityUnits={"RefreshToken": "minutes"},
        )["UserPoolClient"]

        assert (client["RefreshTokenValidity"], client["TokenValidityUnits"]) == (30, {"RefreshToken": "days"})

    @pytest.mark.parametrize("flag", ["LEGACY", "ENABLED"])
    def test_echoes_how_users_are_hidden_when_set(self, cognito, flag):
        client = cognito.create_user_pool_client(
            UserPoolId=UserPoolFactory().pk, ClientName="web", PreventUserExistenceErrors=flag
        )["UserPoolClient"]

        assert client["PreventUserExistenceErrors"] == flag

    @pytest.mark.parametrize(
        ("members", "code", "message"),
        [
            (
                {"AccessTokenValidity": 4, "TokenValidityUnits": {"AccessToken": "minutes"}},
                "InvalidParameterException",
                "Invalid range for token validity.",
            ),
            (
                {"WriteAttributes": ["email_verified"]},
                "InvalidParameterException",
                "Invalid write attributes specified while creating a client",
            ),
            (
                {"ReadAttributes": ["custom:none"]},
                "InvalidParameterException",
                "Invalid read attributes specified while creating a client",
            ),
            (
                {"AllowedOAuthScopes": ["shop/read"]},
                "ScopeDoesNotExistException",
                "Invalid scope requested: shop/read",
            ),
            (
                {"PublishSecretsInAWSSecretsManager": True},
                "FeatureUnavailableInTierException",
                "AWS Secrets Manager (PublishSecretsInAWSSecretsManager) is not available.",
            ),
            (
                {"AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthScopes": ["openid"]},
                "InvalidOAuthFlowException",
                "client_credentials flow can not be selected if client does not have a client secret.",
            ),
            (
                {
                    "GenerateSecret": True,
                    "AllowedOAuthFlows": ["client_credentials"],
                    "AllowedOAuthScopes": ["openid"],
                },
                "InvalidOAuthFlowException",
                "openid is not supported with client_credentials flow",
            ),
            (
                {"AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid"]},
                "InvalidOAuthFlowException",
                "CallbackUrls can not be empty when code flow or implicit flow is selected",
            ),
            (
                {"AllowedOAuthFlows": ["client_credentials", "code"], "GenerateSecret": True},
                "InvalidOAuthFlowException",
                "client_credentials flow can not be selected along with code flow or implicit flow.",
            ),
            (
                {"AllowedOAuthFlowsUserPoolClient": True, "AllowedOAuthScopes": ["openid"]},
                "InvalidOAuthFlowException",
                "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth"
                " flows.",
            ),
        ],
    )
    def test_refuses_what_cannot_be(self, cognito, members, code, message):
        pool = UserPoolFactory()

        refusal = refusal_of(cognito.create_user_pool_client, UserPoolId=pool.pk, ClientName="web", **members)

        assert refusal == (code, message)
        assert not UserPoolClient.objects.exists()

    @pytest.mark.parametrize(
        "members",
        [
            {"AllowedOAuthScopes": ["openid"]},
            {"CallbackURLs": ["https://example.com/in"], "AllowedOAuthFlows": ["code"]},
            {"LogoutURLs": ["https://example.com/out"]},
        ],
    )
    @pytest.mark.parametrize("strict", [True, False])
    def test_keeps_oauth_settings_of_a_client_that_may_not_use_them(self, cognito, members, strict):
        named = {"UserPoolId": UserPoolFactory(strict=strict).pk, "ClientName": "web"}

        client = cognito.create_user_pool_client(**named, **members)["UserPoolClient"]

        assert client["AllowedOAuthFlowsUserPoolClient"] is False
        assert {name: client[name] for name in members} == members

    @pytest.mark.parametrize(
        "address",
        [
            "http://example.com/in",
            "https://example.com/in#x",
            "/in",
            "https://",
            "javascript:alert(1)",
            "http://localhost.example.com",
            "https://user@example.com/in",
        ],
    )
    @pytest.mark.parametrize("member", ["CallbackURLs", "LogoutURLs"])
    def test_sends_browsers_to_safe_addresses_only(self, cognito, member, address):
        members = {"UserPoolId": UserPoolFactory().pk, "ClientName": "web", member: [address]}

        assert refusal_of(cognito.create_user_pool_client, **members)[0] == "InvalidParameterException"

    def test_has_a_default_address_that_is_registered(self, cognito):
        members = {"UserPoolId": UserPoolFactory().pk, "ClientName": "web", "CallbackURLs": ["https://example.com/in"]}

        refusal = refusal_of(cognito.create_user_pool_client, DefaultRedirectURI="https://example.com/in/", **members)
        assert refusal == ("InvalidParameterException", "DefaultRedirectURI must be in the list of CallbackURLs.")

    def test_names_the_pool_of_an_unknown_provider(self, cognito):
        pool = UserPoolFactory()

        assert refusal_of(
            cognito.create_user_pool_client,
            UserPoolId=pool.pk,
            ClientName="web",
            SupportedIdentityProviders=["Google"],
        ) == ("InvalidParameterException", f"The provider Google does not exist for User Pool {pool.pk}.")

    def test_lets_clients_write_what_is_required(self, cognito):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool, name="name", required=True)
        members = {"UserPoolId": pool.pk, "ClientName": "web"}

        assert refusal_of(cognito.create_user_pool_client, WriteAttributes=["email"], **members)[1] == (
            "Invalid write attributes specified while creating a client"
        )
        assert cognito.create_user_pool_client(WriteAttributes=["email", "name"], **members)


class TestUpdateUserPoolClient:
    def test_sets_everything_and_keeps_the_secret(self, boto3_client):
        client = UserPoolClientFactory(secret="s" * 30)
        members = {"UserPoolId": client.pool_id, "ClientId": client.pk}

        updated = boto3_client.update_user_pool_client(**members, ClientName="renamed", **EVERYTHING)["UserPoolClient"]

        assert settings_in(updated) == EVERYTHING
        assert (updated["ClientName"], updated["ClientSecret"]) == ("renamed", "s" * 30)
        assert updated == boto3_client.describe_user_pool_client(**members)["UserPoolClient"]

    def test_gives_omitted_members_their_defaults(self, cognito):
        client = UserPoolClientFactory(secret="s" * 30)
        members = {"UserPoolId": client.pool_id, "ClientId": client.pk}
        cognito.update_user_pool_client(**members, **EVERYTHING)

        updated = cognito.update_user_pool_client(**members)["UserPoolClient"]

        assert settings_in(updated) == DEFAULTS
        assert updated["ClientName"] == "web"

    def test_changes_nothing_when_refused(self, cognito):
        client = UserPoolClientFactory()

        refusal = refusal_of(
            cognito.update_user_pool_client,
            UserPoolId=client.pool_id,
            ClientId=client.pk,
            ClientName="x",
            ReadAttributes=["custom:none"],
        )

        assert refusal[1] == "Invalid read attributes specified while updating a client"
        client.refresh_from_db()
        assert client.name == "web"


class TestDescribeUserPoolClient:
    def test_finds_no_client_of_another_pool(self, cognito):
        client = UserPoolClientFactory()

        assert refusal_of(cognito.describe_user_pool_client, UserPoolId=UserPoolFactory().pk, ClientId=client.pk) == (
            "ResourceNotFoundException",
            f"User pool client {client.pk} does not exist.",
        )


class TestDeleteUserPoolClient:
    def test_deletes(self, boto3_client):
        client = UserPoolClientFactory(secret="s" * 30)

        boto3_client.delete_user_pool_client(UserPoolId=client.pool_id, ClientId=client.pk)

        assert not UserPoolClient.objects.exists()


class TestListUserPoolClients:
    def test_pages_through_the_clients_of_a_pool(self, boto3_client):
        pool = UserPoolFactory()
        ids = sorted(client.pk for client in UserPoolClientFactory.create_batch(5, pool=pool, secret="s" * 30))
        UserPoolClientFactory()

        pages = list(
            boto3_client.get_paginator("list_user_pool_clients").paginate(
                UserPoolId=pool.pk, PaginationConfig={"PageSize": 2}
            )
        )

        listed = [client for page in pages for client in page["UserPoolClients"]]
        assert sorted(client["ClientId"] for client in listed) == ids
        assert listed[0] == {"ClientId": listed[0]["ClientId"], "UserPoolId": pool.pk, "ClientName": "web"}

    def test_takes_no_token_of_another_pool(self, cognito):
        pools = UserPoolFactory.create_batch(2)
        UserPoolClientFactory.create_batch(2, pool=pools[0])
        token = cognito.list_user_pool_clients(UserPoolId=pools[0].pk, MaxResults=1)["NextToken"]

        refusal = refusal_of(cognito.list_user_pool_clients, UserPoolId=pools[1].pk, MaxResults=1, NextToken=token)

        assert refusal[0] == "InvalidParameterException"

    def test_knows_no_clients_that_registered_themselves(self, cognito):
        client = UserPoolClientFactory()

        assert cognito.list_user_pool_clients(UserPoolId=client.pool_id, ClientType="DCR")["UserPoolClients"] == []
