"""The attributes of a pool."""

from decimal import Decimal

import pytest
from django.db import transaction

from cognito_auth.choices import AttributeType
from cognito_auth.services.attributes import schema
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
