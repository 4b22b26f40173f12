"""What clients may read and write."""

import pytest

from cognito_auth import exceptions
from cognito_auth.services.attributes import permissions
from tests.factories import SchemaAttributeFactory, UserPoolClientFactory

pytestmark = pytest.mark.django_db


class TestCheckWritable:
    def test_allows_everything_without_a_list(self):
        permissions.check_writable(UserPoolClientFactory(), ["email", "custom:team"])

    @pytest.mark.parametrize("listed", [None, ["email"]])
    @pytest.mark.parametrize(
        "name", ["sub", "email_verified", "phone_number_verified", "identities", "dev:custom:x", "cognito:groups"]
    )
    def test_never_allows_what_is_not_the_persons(self, name, listed):
        client = UserPoolClientFactory(write_attributes=listed and [*listed, name])

        with pytest.raises(exceptions.NotAuthorizedException) as caught:
            permissions.check_writable(client, [name])

        assert caught.value.message == "A client attempted to write unauthorized attribute"

    def test_keeps_to_the_list(self):
        client = UserPoolClientFactory(write_attributes=["email"])

        permissions.check_writable(client, ["email"])
        with pytest.raises(exceptions.NotAuthorizedException):
            permissions.check_writable(client, ["email", "name"])

    def test_allows_nothing_with_an_empty_list(self):
        with pytest.raises(exceptions.NotAuthorizedException):
            permissions.check_writable(UserPoolClientFactory(write_attributes=[]), ["name"])


class TestReadableNames:
    def test_are_all_without_a_list(self):
        assert permissions.readable_names(UserPoolClientFactory()) is None

    def test_are_those_of_the_list_and_sub(self):
        assert permissions.readable_names(UserPoolClientFactory(read_attributes=["email"])) == {"sub", "email"}

    @pytest.mark.parametrize("listed", [None, ["name", "dev:custom:score"]])
    def test_never_hold_what_is_for_administrators(self, listed):
        client = UserPoolClientFactory(read_attributes=listed)
        SchemaAttributeFactory(pool=client.pool, name="dev:custom:score", developer_only=True)

        names = permissions.readable_names(client)

        assert "name" in names
        assert "dev:custom:score" not in names
