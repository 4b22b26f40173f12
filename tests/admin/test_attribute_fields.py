"""Form fields made from a schema."""

from decimal import Decimal

import pytest
from django import forms

from cognito_auth.admin import attribute_fields
from cognito_auth.choices import AttributeType
from cognito_auth.services.attributes.attribute import Attribute
from tests.factories import UserFactory


def field(attribute, stored=None):
    custom = {} if stored is None else {attribute.name: stored}
    return attribute_fields.build(attribute, UserFactory.build(custom_attributes=custom))


class TestBuild:
    @pytest.mark.parametrize(
        ("kind", "stored", "expected"),
        [
            (AttributeType.STRING, "blue", forms.CharField),
            (AttributeType.STRING, "two\nlines", attribute_fields.MultilineField),
            (AttributeType.NUMBER, 4.5, forms.DecimalField),
            (AttributeType.BOOLEAN, True, forms.ChoiceField),
            (AttributeType.DATETIME, "2026-03-03T09:05:07.25+02:00", forms.DateTimeField),
            (AttributeType.DATETIME, "2026-03-03", forms.CharField),
            (AttributeType.DATETIME, "whenever", forms.CharField),
        ],
    )
    def test_chooses_a_field_that_keeps_what_is_stored(self, kind, stored, expected):
        made = field(Attribute("custom:x", type=kind), stored)

        assert type(made) is expected

    @pytest.mark.parametrize(
        ("bounds", "text"),
        [
            ({"min_length": 2, "max_length": 5}, "2 to 5 characters."),
            ({"min_length": 2}, "At least 2 characters."),
            ({"max_length": 500}, "At most 500 characters."),
            ({"type": AttributeType.NUMBER, "min_value": Decimal("0.5"), "max_value": Decimal(500)}, "0.5 to 500."),
            ({}, ""),
        ],
    )
    def test_tells_the_bounds(self, bounds, text):
        assert field(Attribute("custom:x", constraints_given=True, **bounds)).help_text == text

    def test_locks_what_is_written_once(self):
        immutable = Attribute("custom:x", mutable=False)

        assert field(immutable, "a").disabled
        assert not attribute_fields.build(immutable, None).disabled

    def test_a_birthdate_without_year_stays_text(self):
        attribute = Attribute("birthdate", is_standard=True)
        user = UserFactory.build(birthdate="0000-12-31")

        assert "date" not in attribute_fields.build(attribute, user).widget.attrs.get("type", "text")


class TestToWire:
    @pytest.mark.parametrize(
        ("value", "text"), [(None, ""), ("", ""), (Decimal("4.50"), "4.5"), (Decimal("1E+2"), "100"), ("a", "a")]
    )
    def test_writes_one_spelling(self, value, text):
        assert attribute_fields.to_wire(value) == text
