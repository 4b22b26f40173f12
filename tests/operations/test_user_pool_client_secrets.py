"""Client secrets through the API."""

import datetime

import pytest

from cognito_auth.models import UserPoolClientSecret
from cognito_auth.services import user_pool_clients
from tests.factories import UserPoolClientFactory
from tests.refusals import refusal_of

pytestmark = pytest.mark.django_db
SECRET, OTHER = "x" * 40, "y" * 24


@pytest.fixture
def named():
    """The members that name a client with one secret."""
    client = UserPoolClientFactory(secret=SECRET)
    return {"UserPoolId": client.pool_id, "ClientId": client.pk}


def secrets_of(named):
    return user_pool_clients.secrets_of(user_pool_clients.get(named["ClientId"]))


class TestAddUserPoolClientSecret:
    def test_tells_the_secret_that_it_made(self, boto3_client, named):
        descriptor = boto3_client.add_user_pool_client_secret(**named)["ClientSecretDescriptor"]

        assert secrets_of(named) == [SECRET, descriptor["ClientSecretValue"]]
        assert 24 <= len(descriptor["ClientSecretValue"]) <= 64
        created_at = descriptor["ClientSecretCreateDate"]
        assert descriptor["ClientSecretId"] == f"{named['ClientId']}--{int(created_at.timestamp())}"
        assert abs(datetime.datetime.now(tz=datetime.UTC) - created_at) < datetime.timedelta(minutes=1)

    def test_does_not_repeat_the_secret_that_it_was_given(self, boto3_client, named):
        descriptor = boto3_client.add_user_pool_client_secret(**named, ClientSecret=OTHER)["ClientSecretDescriptor"]

        assert sorted(descriptor) == ["ClientSecretCreateDate", "ClientSecretId"]
        assert secrets_of(named) == [SECRET, OTHER]

    @pytest.mark.parametrize("secret", ["", "y" * 23, "y" * 65, "y" * 23 + " ", "y" * 23 + "-"])
    def test_refuses_a_malformed_secret(self, boto3_client, named, secret):
        assert refusal_of(boto3_client.add_user_pool_client_secret, **named, ClientSecret=secret)[0] == (
            "InvalidParameterException"
        )
        assert secrets_of(named) == [SECRET]

    def test_refuses_a_third(self, boto3_client, named):
        boto3_client.add_user_pool_client_secret(**named)

        assert refusal_of(boto3_client.add_user_pool_client_secret, **named) == (
            "LimitExceededException",
            "A user pool client can have at most two client secrets.",
        )

    def test_refuses_a_public_client(self, boto3_client):
        client = UserPoolClientFactory()
        named = {"UserPoolId": client.pool_id, "ClientId": client.pk}

        assert refusal_of(boto3_client.add_user_pool_client_secret, **named)[0] == "InvalidParameterException"


class TestListUserPoolClientSecrets:
    def test_lists_by_age_without_values(self, boto3_client, named):
        added = boto3_client.add_user_pool_client_secret(**named)["ClientSecretDescriptor"]

        response = boto3_client.list_user_pool_client_secrets(**named)

        assert "NextToken" not in response
        assert [sorted(listed) for listed in response["ClientSecrets"]] == [
            ["ClientSecretCreateDate", "ClientSecretId"]
        ] * 2
        assert response["ClientSecrets"][1]["ClientSecretId"] == added["ClientSecretId"]

    def test_of_a_public_client_is_empty(self, boto3_client):
        client = UserPoolClientFactory()
        named = {"UserPoolId": client.pool_id, "ClientId": client.pk}

        assert boto3_client.list_user_pool_client_secrets(**named)["ClientSecrets"] == []

    def test_knows_no_further_pages(self, boto3_client, named):
        assert refusal_of(boto3_client.list_user_pool_client_secrets, **named, NextToken="next")[0] == (
            "InvalidParameterException"
        )


class TestDeleteUserPoolClientSecret:
    def test_ends_the_old_secret_and_leaves_the_new_one(self, boto3_client, named):
        new = boto3_client.add_user_pool_client_secret(**named, ClientSecret=OTHER)["ClientSecretDescriptor"]
        old = UserPoolClientSecret.objects.get(slot=1).secret_id

        boto3_client.delete_user_pool_client_secret(**named, ClientSecretId=old)

        assert secrets_of(named) == [OTHER]
        described = boto3_client.describe_user_pool_client(**named)["UserPoolClient"]
        assert described["ClientSecret"] == OTHER
        assert refusal_of(
            boto3_client.delete_user_pool_client_secret, **named, ClientSecretId=new["ClientSecretId"]
        ) == ("InvalidParameterException", "The last client secret of a user pool client cannot be deleted.")

    @pytest.mark.parametrize("secret_id", ["nothing", "é" * 128, "a--9" * 32])
    def test_refuses_an_unknown_id(self, boto3_client, named, secret_id):
        code, _message = refusal_of(boto3_client.delete_user_pool_client_secret, **named, ClientSecretId=secret_id)

        assert code == "ResourceNotFoundException"
        assert secrets_of(named) == [SECRET]


class TestEach:
    @pytest.mark.parametrize(
        ("method", "members"),
        [
            ("add_user_pool_client_secret", {}),
            ("list_user_pool_client_secrets", {}),
            ("delete_user_pool_client_secret", {"ClientSecretId": "x"}),
        ],
    )
    def test_refuses_the_client_of_another_pool(self, boto3_client, named, method, members):
        other = UserPoolClientFactory(secret=SECRET)

        for changes in ({"UserPoolId": other.pool_id}, {"ClientId": "nobody"}, {"UserPoolId": "eu-west-1_nothing"}):
            call = {**named, **changes, **members}
            assert refusal_of(getattr(boto3_client, method), **call)[0] == "ResourceNotFoundException"
