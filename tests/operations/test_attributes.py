"""AddCustomAttributes."""

import pytest

from cognito_auth.models import UserPool
from cognito_auth.services.attributes import schema
from tests.factories import SchemaAttributeFactory, UserFactory, UserPoolFactory
from tests.refusals import refusal_of

pytestmark = pytest.mark.django_db


class TestAddCustomAttributes:
    def test_adds_them_with_their_prefixes(self, boto3_client):
        pool = UserPoolFactory()

        boto3_client.add_custom_attributes(
            UserPoolId=pool.pk,
            CustomAttributes=[
                {"Name": "team", "AttributeDataType": "String", "StringAttributeConstraints": {"MaxLength": "5"}},
                {"Name": "score", "AttributeDataType": "Number", "DeveloperOnlyAttribute": True},
            ],
        )

        described = boto3_client.describe_user_pool(UserPoolId=pool.pk)["UserPool"]["SchemaAttributes"][-2:]
        assert described == [
            {
                "Name": "custom:team",
                "AttributeDataType": "String",
                "DeveloperOnlyAttribute": False,
                "Mutable": True,
                "Required": False,
                "StringAttributeConstraints": {"MaxLength": "5"},
            },
            {
                "Name": "dev:custom:score",
                "AttributeDataType": "Number",
                "DeveloperOnlyAttribute": True,
                "Mutable": True,
                "Required": False,
                "NumberAttributeConstraints": {},
            },
        ]

    def test_treats_names_of_standard_attributes_as_custom(self, cognito):
        pool = UserPoolFactory()

        cognito.add_custom_attributes(
            UserPoolId=pool.pk, CustomAttributes=[{"Name": "email", "AttributeDataType": "String"}]
        )

        assert "custom:email" in schema.of(UserPool.objects.get(pk=pool.pk))

    @pytest.mark.parametrize("is_for_developers", [True, False])
    def test_adds_all_or_none(self, cognito, is_for_developers):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool, name="dev:custom:banana", developer_only=True)
        additions = [
            {"Name": "apple", "AttributeDataType": "String"},
            {"Name": "banana", "AttributeDataType": "String", "DeveloperOnlyAttribute": is_for_developers},
        ]

        assert refusal_of(cognito.add_custom_attributes, UserPoolId=pool.pk, CustomAttributes=additions) == (
            "InvalidParameterException",
            "custom:banana: Existing attribute already has name dev:custom:banana.",
        )
        assert "custom:apple" not in schema.of(UserPool.objects.get(pk=pool.pk))

    def test_takes_twenty_five_at_once(self, cognito):
        pool = UserPoolFactory()
        additions = [{"Name": f"a{number}", "AttributeDataType": "String"} for number in range(26)]

        assert refusal_of(cognito.add_custom_attributes, UserPoolId=pool.pk, CustomAttributes=additions)[0] == (
            "InvalidParameterException"
        )
        cognito.add_custom_attributes(UserPoolId=pool.pk, CustomAttributes=additions[:25])
        assert len(schema.of(UserPool.objects.get(pk=pool.pk)).custom) == 25

    def test_stops_at_fifty_in_strict_pools_only(self, cognito):
        for strict in (False, True):
            pool = UserPoolFactory(strict=strict)
            for start in (0, 25):
                names = [{"Name": f"a{start + number}", "AttributeDataType": "String"} for number in range(25)]
                cognito.add_custom_attributes(UserPoolId=pool.pk, CustomAttributes=names)
            more = {"UserPoolId": pool.pk, "CustomAttributes": [{"Name": "one", "AttributeDataType": "String"}]}
            if strict:
                assert refusal_of(cognito.add_custom_attributes, **more)[0] == "InvalidParameterException"
            else:
                cognito.add_custom_attributes(**more)

    def test_costs_the_same_with_many_users(self, cognito, django_assert_max_num_queries):
        pool = UserPoolFactory()
        UserFactory.create_batch(30, pool=pool)

        with django_assert_max_num_queries(20):
            cognito.add_custom_attributes(
                UserPoolId=pool.pk, CustomAttributes=[{"Name": "team", "AttributeDataType": "String"}]
            )

    def test_refuses_an_unknown_pool(self, cognito):
        additions = [{"Name": "a", "AttributeDataType": "String"}]

        assert refusal_of(
            cognito.add_custom_attributes, UserPoolId="eu-west-1_nothing00", CustomAttributes=additions
        ) == ("ResourceNotFoundException", "User pool eu-west-1_nothing00 does not exist.")
