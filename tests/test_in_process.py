"""The client without HTTP."""

import datetime

import pytest

import cognito_auth
from cognito_auth import exceptions
from cognito_auth.in_process import ClientError
from cognito_auth.operations import registry
from cognito_auth.operations.call import Principal
from tests.factories import UserFactory, UserPoolFactory

pytestmark = pytest.mark.django_db


class TestMethods:
    def test_are_boto3s(self, cognito, boto3_client):
        ours = {name for name in dir(cognito) if not name.startswith("_")}

        assert {entry.model["method"] for entry in registry.load().values()} <= ours
        with pytest.raises(AttributeError):
            cognito.no_such_method  # noqa: B018

    def test_answer_like_boto3(self, cognito, boto3_client):
        pool = UserPoolFactory()
        UserFactory(pool=pool, username="jane", confirmed=True)

        ours = cognito.admin_get_user(UserPoolId=pool.pk, Username="jane")
        theirs = boto3_client.admin_get_user(UserPoolId=pool.pk, Username="jane")

        assert isinstance(ours["UserCreateDate"], datetime.datetime)
        assert ours.pop("ResponseMetadata")["HTTPStatusCode"] == 200
        assert theirs.pop("ResponseMetadata")["HTTPStatusCode"] == 200
        assert ours.keys() == theirs.keys()
        for member in ("UserCreateDate", "UserLastModifiedDate"):
            assert abs(ours.pop(member) - theirs.pop(member)) < datetime.timedelta(milliseconds=1)
        assert ours == theirs

    def test_take_the_region_for_new_pools(self):
        client = cognito_auth.client(region_name="sa-east-1")

        assert client.create_user_pool(PoolName="people")["UserPool"]["Id"].startswith("sa-east-1_")

    def test_refuse_misspelt_parameters(self, cognito):
        with pytest.raises(TypeError, match="UserPoolID"):
            cognito.describe_user_pool(UserPoolID="eu-west-1_a")

    def test_have_the_rights_of_a_principal(self):
        client = cognito_auth.client(principal=Principal("ci", ["List*"], ["*"]))

        assert client.list_user_pools(MaxResults=1)["UserPools"] == []
        with pytest.raises(client.exceptions.AccessDeniedException):
            client.describe_user_pool(UserPoolId="eu-west-1_a")


class TestExceptions:
    def test_are_caught_by_name(self, cognito):
        with pytest.raises(cognito.exceptions.ResourceNotFoundException) as refusal:
            cognito.describe_user_pool(UserPoolId="eu-west-1_nobody")

        error = refusal.value
        assert isinstance(error, cognito.exceptions.ClientError)
        assert error.operation_name == "DescribeUserPool"
        assert error.response["Error"] == {
            "Code": "ResourceNotFoundException",
            "Message": "User pool eu-west-1_nobody does not exist.",
        }
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400
        assert error.response["reason"] == "user_pool.not_found"
        assert isinstance(error.__cause__, exceptions.ResourceNotFoundException)
        assert str(error) == (
            "An error occurred (ResourceNotFoundException) when calling the DescribeUserPool operation: User pool"
            " eu-west-1_nobody does not exist."
        )

    def test_are_one_class_per_name(self, cognito):
        assert cognito.exceptions.CodeMismatchException is cognito_auth.client().exceptions.CodeMismatchException
        assert issubclass(cognito.exceptions.CodeMismatchException, ClientError)
        with pytest.raises(AttributeError):
            cognito.exceptions.Nonsense  # noqa: B018

    def test_name_unknown_operations(self, cognito):
        with pytest.raises(cognito.exceptions.UnknownOperationException):
            cognito.call("NoSuchOperation", {})


class TestPaginator:
    @pytest.fixture
    def pool(self):
        pool = UserPoolFactory()
        for number in range(5):
            UserFactory(pool=pool, username=f"person{number}")
        return pool

    def names(self, pages):
        return [[user["Username"] for user in page["Users"]] for page in pages]

    def test_walks_through_all_pages_like_boto3(self, cognito, boto3_client, pool):
        config = {"PageSize": 2}

        ours = cognito.get_paginator("list_users").paginate(UserPoolId=pool.pk, PaginationConfig=config)
        theirs = boto3_client.get_paginator("list_users").paginate(UserPoolId=pool.pk, PaginationConfig=config)

        assert self.names(ours) == self.names(theirs)
        assert [len(page) for page in self.names(ours)] == [2, 2, 1]

    def test_stops_after_so_many_items(self, cognito, pool):
        pages = cognito.get_paginator("list_users").paginate(
            UserPoolId=pool.pk, PaginationConfig={"PageSize": 2, "MaxItems": 3}
        )

        assert [len(page) for page in self.names(pages)] == [2, 1]

    def test_makes_one_result_of_all(self, cognito, pool):
        pages = cognito.get_paginator("list_users").paginate(UserPoolId=pool.pk)

        assert len(pages.build_full_result()["Users"]) == 5

    def test_goes_on_from_a_token(self, cognito, pool):
        first = cognito.list_users(UserPoolId=pool.pk, Limit=2)

        pages = cognito.get_paginator("list_users").paginate(
            UserPoolId=pool.pk, PaginationConfig={"StartingToken": first["PaginationToken"]}
        )

        assert len(pages.build_full_result()["Users"]) == 3

    def test_is_there_where_boto3_has_one(self, cognito, boto3_client):
        methods = [entry.model["method"] for entry in registry.load().values()]

        ours = {method for method in methods if cognito.can_paginate(method)}
        assert ours >= {"list_users", "list_groups", "list_user_pools"}
        assert not cognito.can_paginate("sign_up")
        with pytest.raises(KeyError):
            cognito.get_paginator("sign_up")
