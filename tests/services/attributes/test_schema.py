"""The attributes of a pool."""

from decimal import Decimal

import pytest
from django.db import transaction

from cognito_auth import exceptions
from cognito_auth.choices import AttributeType
from cognito_auth.services.attributes import attribute, schema
from cognito_auth.services.attributes.attribute import Attribute
from cognito_auth.services.attributes.standard import STANDARD
from tests.factories import SchemaAttributeFactory, UserPoolFactory

pytestmark = pytest.mark.django_db


class TestOf:
    def test_starts_with_the_standard_attributes(self):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool, name="custom:b", position=1)
        SchemaAttributeFactory(pool=pool, name="custom:a", position=2)

        found = schema.of(pool)

        assert [item.name for item in found.attributes] == [*STANDARD, "custom:b", "custom:a"]
        assert [item.name for item in found.custom] == ["custom:b", "custom:a"]
        assert found.get("nickname") is STANDARD["nickname"]
        assert found.get("nothing") is None
        assert "custom:a" in found

    def test_replaces_standard_attributes_by_the_pools_own(self):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool, name="birthdate", required=True, min_length=10, max_length=10)

        found = schema.of(pool)

        assert found.required == ("birthdate",)
        assert found.get("birthdate").is_standard
        assert len(found.attributes) == len(STANDARD)

    def test_sees_an_edit_at_once(self):
        pool = UserPoolFactory()
        before = schema.of(pool)
        SchemaAttributeFactory(pool=pool)

        assert "custom:team" not in before
        assert "custom:team" in schema.of(pool)

    def test_forgets_an_edit_that_was_rolled_back(self):
        pool = UserPoolFactory()
        with transaction.atomic():
            SchemaAttributeFactory(pool=pool, name="custom:never")
            assert "custom:never" in schema.of(pool)
            transaction.set_rollback(True)

        SchemaAttributeFactory(pool=pool, name="custom:team")

        assert "custom:never" not in schema.of(pool)

    def test_keeps_bounds_of_numbers_exactly(self):
        pool = UserPoolFactory()
        SchemaAttributeFactory(
            pool=pool, name="custom:n", type="Number", min_value=Decimal("-1.5"), max_value=Decimal(100)
        )

        found = schema.of(pool).get("custom:n")

        assert (found.min_value, found.max_value) == (Decimal("-1.5"), Decimal(100))
        assert found.type is AttributeType.NUMBER


class TestCheckDefinition:
    @pytest.mark.parametrize(
        ("definition", "message"),
        [
            (Attribute("custom:a", required=True), "Required custom attributes are not supported currently."),
            (
                Attribute("custom:a", AttributeType.NUMBER, min_length=1),
                "Invalid StringAttributeConstraints for schema attribute a",
            ),
            (Attribute("custom:a", min_value=Decimal(1)), "Invalid NumberAttributeConstraints for schema attribute a"),
            (
                Attribute("custom:a", AttributeType.NUMBER, max_value=Decimal("NaN")),
                "Invalid NumberAttributeConstraints for schema attribute a",
            ),
            (
                Attribute("custom:a", max_length=2049),
                "user.custom:a: String attributes cannot have a length of more than 2048",
            ),
            (Attribute("custom:a", max_length=-1), "Invalid StringAttributeConstraints for schema attribute a"),
            (
                Attribute("custom:a", min_length=5, max_length=4),
                "user.custom:a: Max length cannot be less than min length.",
            ),
            (
                Attribute("custom:a", AttributeType.NUMBER, min_value=Decimal(5), max_value=Decimal(4)),
                "user.custom:a: Max value cannot be less than min value.",
            ),
            (Attribute("custom:a b"), "custom:a b: The name needs 1 to 20 characters, without spaces."),
            (Attribute("custom:"), "custom:: The name needs 1 to 20 characters, without spaces."),
            (Attribute("custom:a", developer_only=True), "custom:a: The name has the wrong prefix."),
        ],
    )
    def test_refuses_contradictions(self, definition, message):
        with pytest.raises(exceptions.InvalidParameterException) as caught:
            attribute.check_definition(definition)

        assert caught.value.message == message

    def test_takes_what_is_right(self):
        attribute.check_definition(Attribute("dev:custom:größe", developer_only=True, min_length=0, max_length=2048))
        attribute.check_definition(STANDARD["birthdate"])
