"""Tags through the API."""

import pytest

from cognito_auth.models import AccessKey, UserPool
from tests import aws
from tests.factories import UserPoolFactory
from tests.refusals import refusal_of


@pytest.fixture
def pool(db):
    return UserPoolFactory(tags={"team": "shop"})


class TestTags:
    def test_are_set_listed_and_taken(self, boto3_client, pool):
        named = {"ResourceArn": pool.arn}

        boto3_client.tag_resource(**named, Tags={"stage": "live", "empty": ""})
        assert boto3_client.list_tags_for_resource(**named)["Tags"] == {"team": "shop", "stage": "live", "empty": ""}
        shown = boto3_client.describe_user_pool(UserPoolId=pool.pk)["UserPool"]
        assert shown["UserPoolTags"] == {"team": "shop", "stage": "live", "empty": ""}
        boto3_client.untag_resource(**named, TagKeys=["team", "unknown"])
        assert boto3_client.list_tags_for_resource(**named)["Tags"] == {"stage": "live", "empty": ""}

    def test_are_50_at_most(self, cognito, pool):
        more = {f"tag{number}": "x" for number in range(50)}

        assert refusal_of(cognito.tag_resource, ResourceArn=pool.arn, Tags=more) == (
            "InvalidParameterException",
            "A user pool can have 50 tags at most.",
        )
        assert UserPool.objects.get().tags == {"team": "shop"}

    def test_have_no_reserved_keys(self, cognito, pool):
        assert refusal_of(cognito.tag_resource, ResourceArn=pool.arn, Tags={"aws:x": "y"}) == (
            "InvalidParameterException",
            "Tag keys cannot begin with aws:",
        )

    @pytest.mark.parametrize("tags", [{"": "x"}, {"x" * 129: "x"}, {"x": "y" * 257}])
    def test_have_lengths(self, cognito, pool, tags):
        assert refusal_of(cognito.tag_resource, ResourceArn=pool.arn, Tags=tags)[0] == "InvalidParameterException"

    @pytest.mark.parametrize(
        ("operation", "members"),
        [
            ("tag_resource", {"Tags": {"a": "b"}}),
            ("untag_resource", {"TagKeys": ["a"]}),
            ("list_tags_for_resource", {}),
        ],
    )
    def test_are_of_pools_that_exist(self, cognito, pool, operation, members):
        call = getattr(cognito, operation)

        for arn in (
            pool.arn[:-1],
            pool.arn.replace("eu-west-1:", "eu-central-1:"),
            pool.arn.replace("000000000000", "123456789012"),
            "arn:aws:s3:eu-west-1:000000000000:bucket/things",
        ):
            assert refusal_of(call, ResourceArn=arn, **members) == (
                "ResourceNotFoundException",
                f"Resource {arn} does not exist.",
            )
        assert refusal_of(call, ResourceArn="not an ARN, at all", **members)[0] == "InvalidParameterException"

    def test_of_strict_pools_are_in_their_region_only(self, cognito, db):
        import cognito_auth

        strict = UserPoolFactory(strict=True)
        elsewhere = cognito_auth.client(region_name="us-east-1")

        assert cognito.list_tags_for_resource(ResourceArn=strict.arn)["Tags"] == {}
        assert refusal_of(elsewhere.list_tags_for_resource, ResourceArn=strict.arn)[0] == "ResourceNotFoundException"


class TestAuthorization:
    def test_goes_by_the_pool_in_the_arn(self, boto3_client, pool):
        key = AccessKey.objects.get(pk=aws.ACCESS_KEY_ID)
        key.allowed_actions, key.allowed_pools = ["*Tag*"], [pool.pk]
        key.save()
        other = UserPoolFactory()

        boto3_client.tag_resource(ResourceArn=pool.arn, Tags={"a": "b"})
        for arn in (other.arn, "arn:aws:s3:eu-west-1:000000000000:bucket/things"):
            assert refusal_of(boto3_client.tag_resource, ResourceArn=arn, Tags={"a": "b"})[0] == "AccessDeniedException"
        key.allowed_actions = ["List*"]
        key.save()
        assert (
            refusal_of(boto3_client.untag_resource, ResourceArn=pool.arn, TagKeys=["a"])[0] == "AccessDeniedException"
        )
        assert boto3_client.list_tags_for_resource(ResourceArn=pool.arn)["Tags"] == {"team": "shop", "a": "b"}
        assert UserPool.objects.get(pk=other.pk).tags == {}
