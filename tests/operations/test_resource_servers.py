"""Resource servers through the API."""

import pytest

from cognito_auth.models import UserPoolClient
from tests.factories import ResourceServerFactory, UserPoolFactory
from tests.refusals import refusal_of

SCOPES = [
    {"ScopeName": "orders.write", "ScopeDescription": "Place orders"},
    {"ScopeName": "orders.read", "ScopeDescription": "Read orders"},
]
NAMED = {"Identifier": "https://shop.example.com/api", "Name": "Shop"}


@pytest.fixture
def pool(db):
    return UserPoolFactory()


class TestResourceServer:
    def test_has_what_it_was_given(self, boto3_client, pool):
        server = boto3_client.create_resource_server(UserPoolId=pool.pk, **NAMED, Scopes=SCOPES)["ResourceServer"]

        assert server == {"UserPoolId": pool.pk, **NAMED, "Scopes": SCOPES}
        described = boto3_client.describe_resource_server(UserPoolId=pool.pk, Identifier=NAMED["Identifier"])
        assert described["ResourceServer"] == server

    def test_is_replaced_as_a_whole(self, cognito, pool):
        cognito.create_resource_server(UserPoolId=pool.pk, **NAMED, Scopes=SCOPES)

        changed = cognito.update_resource_server(UserPoolId=pool.pk, **{**NAMED, "Name": "New"})["ResourceServer"]

        assert (changed["Name"], changed["Scopes"]) == ("New", [])
        described = cognito.describe_resource_server(UserPoolId=pool.pk, Identifier=NAMED["Identifier"])
        assert described["ResourceServer"] == changed

    def test_exists_once(self, cognito, pool):
        cognito.create_resource_server(UserPoolId=pool.pk, **NAMED)

        assert refusal_of(cognito.create_resource_server, UserPoolId=pool.pk, **NAMED) == (
            "InvalidParameterException",
            f"{NAMED['Identifier']} already exists in user pool {pool.pk}.",
        )

    @pytest.mark.parametrize(
        ("operation", "members"),
        [
            ("describe_resource_server", {}),
            ("update_resource_server", {"Name": "x"}),
            ("delete_resource_server", {}),
        ],
    )
    def test_must_exist_in_the_pool(self, cognito, pool, operation, members):
        ResourceServerFactory(identifier="shop")
        call = getattr(cognito, operation)

        assert refusal_of(call, UserPoolId=pool.pk, Identifier="shop", **members) == (
            "ResourceNotFoundException",
            "Resource server shop does not exist.",
        )
        assert refusal_of(call, UserPoolId="eu-west-1_nothing00", Identifier="shop", **members) == (
            "ResourceNotFoundException",
            "User pool eu-west-1_nothing00 does not exist.",
        )

    def test_has_each_scope_once(self, cognito, pool):
        twice = [SCOPES[0], SCOPES[0]]

        refusal = refusal_of(cognito.create_resource_server, UserPoolId=pool.pk, **NAMED, Scopes=twice)

        assert refusal == ("InvalidParameterException", "Scope names must be unique: orders.write")

    @pytest.mark.parametrize(
        "members",
        [
            {"Identifier": "a b"},
            {"Identifier": ""},
            {"Scopes": [{"ScopeName": "a/b", "ScopeDescription": "x"}]},
            {"Scopes": [{"ScopeName": "a"}]},
            {"Scopes": [{"ScopeName": str(number), "ScopeDescription": "x"} for number in range(101)]},
        ],
    )
    def test_is_well_formed(self, cognito, pool, members):
        code, message = refusal_of(cognito.create_resource_server, UserPoolId=pool.pk, **{**NAMED, **members})

        assert code == "InvalidParameterException"
        assert "validation error" in message

    def test_is_one_of_25_in_strict_pools(self, cognito, db):
        strict = UserPoolFactory(strict=True)
        ResourceServerFactory.create_batch(25, pool=strict)

        assert refusal_of(cognito.create_resource_server, UserPoolId=strict.pk, **NAMED)[0] == "LimitExceededException"


class TestListResourceServers:
    def test_goes_page_by_page(self, boto3_client, pool):
        for identifier in "cab":
            ResourceServerFactory(pool=pool, identifier=identifier)
        ResourceServerFactory()

        pages = boto3_client.get_paginator("list_resource_servers").paginate(
            UserPoolId=pool.pk, PaginationConfig={"PageSize": 2}
        )

        listed = [[server["Identifier"] for server in page["ResourceServers"]] for page in pages]
        assert listed == [["a", "b"], ["c"]]

    def test_takes_no_token_of_another_pool(self, cognito, pool):
        ResourceServerFactory.create_batch(2, pool=pool)
        token = cognito.list_resource_servers(UserPoolId=pool.pk, MaxResults=1)["NextToken"]

        refusal = refusal_of(cognito.list_resource_servers, UserPoolId=UserPoolFactory().pk, NextToken=token)

        assert refusal == ("InvalidParameterException", "Invalid pagination token")


class TestScopesOfClients:
    def test_may_be_standard_ones_and_those_of_the_pool(self, cognito, pool):
        ResourceServerFactory(pool=pool, identifier="shop")
        scopes = ["openid", "shop/orders.read"]

        client = cognito.create_user_pool_client(UserPoolId=pool.pk, ClientName="web", AllowedOAuthScopes=scopes)

        assert client["UserPoolClient"]["AllowedOAuthScopes"] == scopes

    @pytest.mark.parametrize("scope", ["shop/orders", "shop", "elsewhere/orders.read", "shop/orders.read/x"])
    def test_may_be_no_others(self, cognito, pool, scope):
        ResourceServerFactory(pool=pool, identifier="shop")
        ResourceServerFactory(identifier="elsewhere")

        refusal = refusal_of(
            cognito.create_user_pool_client, UserPoolId=pool.pk, ClientName="web", AllowedOAuthScopes=["openid", scope]
        )

        assert refusal == ("ScopeDoesNotExistException", f"Invalid scope requested: {scope}")

    def test_stay_when_the_resource_server_goes(self, cognito, pool):
        ResourceServerFactory(pool=pool, identifier="shop")
        cognito.create_user_pool_client(UserPoolId=pool.pk, ClientName="web", AllowedOAuthScopes=["shop/orders.read"])

        cognito.delete_resource_server(UserPoolId=pool.pk, Identifier="shop")

        assert UserPoolClient.objects.get().allowed_oauth_scopes == ["shop/orders.read"]
