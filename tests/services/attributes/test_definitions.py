"""What definitions may say."""

from dataclasses import replace
from decimal import Decimal

import pytest

from cognito_auth import exceptions
from cognito_auth.choices import AttributeType
from cognito_auth.services.attributes import definitions
from cognito_auth.services.attributes.attribute import Attribute
from cognito_auth.services.attributes.standard import STANDARD


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
            (
                replace(STANDARD["birthdate"], type=AttributeType.DATETIME),
                "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute"
                " birthdate",
            ),
            (
                replace(STANDARD["email"], developer_only=True),
                "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute"
                " email",
            ),
            (replace(STANDARD["sub"], mutable=True), "user.sub: The attribute cannot be changed."),
            (
                replace(STANDARD["email_verified"], required=True),
                "user.email_verified: The attribute cannot be required.",
            ),
            (Attribute("custom:a b"), "custom:a b: The name needs 1 to 20 characters, without spaces."),
            (Attribute("custom:"), "custom:: The name needs 1 to 20 characters, without spaces."),
            (Attribute("custom:a", developer_only=True), "custom:a: The name has the wrong prefix."),
        ],
    )
    def test_refuses_contradictions(self, definition, message):
        with pytest.raises(exceptions.InvalidParameterException) as caught:
            definitions.check_definition(definition)

        assert caught.value.message == message

    def test_takes_what_is_right(self):
        definitions.check_definition(Attribute("dev:custom:größe", developer_only=True, min_length=0, max_length=2048))
        definitions.check_definition(STANDARD["birthdate"])
