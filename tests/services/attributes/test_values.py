"""Between strings and rows."""

import pytest

from cognito_auth.models import User
from cognito_auth.services.attributes import values
from tests.factories import SchemaAttributeFactory, UserFactory, UserPoolFactory

pytestmark = pytest.mark.django_db


class TestToWire:
    def test_gives_strings_sub_first_and_only_what_is_there(self):
        user = UserFactory(
            name="Jane",
            email_verified=True,
            updated_at=1700000000,
            custom_attributes={"custom:a": 1.5, "custom:b": False},
        )

        wire = values.to_wire(user)

        assert next(iter(wire)) == "sub"
        assert wire == {
            "sub": str(user.sub),
            "name": "Jane",
            "email": user.email,
            "email_verified": "true",
            "updated_at": "1700000000",
            "custom:a": "1.5",
            "custom:b": "false",
        }

    def test_gives_what_was_asked_for(self):
        user = UserFactory(name="Jane")

        assert values.to_wire(user, {"name", "nickname"}) == {"name": "Jane"}

    def test_needs_no_query(self, django_assert_num_queries):
        user = User.objects.get(pk=UserFactory().pk)

        with django_assert_num_queries(0):
            values.to_wire(user)


class TestAssign:
    def test_sets_columns_and_custom_values_in_their_types(self):
        pool = UserPoolFactory()
        for name, kind in (("custom:n", "Number"), ("custom:b", "Boolean"), ("custom:s", "String")):
            SchemaAttributeFactory(pool=pool, name=name, type=kind)
        user = UserFactory(pool=pool)
        given = {"name": "Jane", "updated_at": "7", "custom:n": "1.5", "custom:b": "true", "custom:s": "1"}

        changed = values.assign(user, given)
        user.save()
        user.refresh_from_db()

        assert changed == set(given)
        assert user.custom_attributes == {"custom:n": 1.5, "custom:b": True, "custom:s": "1"}
        assert values.to_wire(user, given) == given

    @pytest.mark.parametrize("number", ["999999999999999999999999999999", "-5", "0", "0.1", "123456789.123456"])
    def test_keeps_numbers_exactly(self, number):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool, name="custom:n", type="Number")
        user = UserFactory(pool=pool)

        values.assign(user, {"custom:n": number})
        user.save()
        user.refresh_from_db()

        assert values.to_wire(user, {"custom:n"}) == {"custom:n": number}

    def test_clears_with_an_empty_string(self):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool)
        user = UserFactory(pool=pool, name="Jane", updated_at=7, custom_attributes={"custom:team": "red"})

        changed = values.assign(user, {"name": "", "updated_at": "", "custom:team": ""})

        assert changed == {"name", "updated_at", "custom:team"}
        assert (user.name, user.updated_at, user.custom_attributes) == ("", None, {})

    def test_tells_only_what_changed(self):
        user = UserFactory(name="Jane")

        assert values.assign(user, {"name": "Jane", "nickname": "J", "email": user.email}) == {"nickname"}

    def test_unverifies_a_changed_address_even_in_case_only(self):
        user = UserFactory(confirmed=True)

        changed = values.assign(user, {"email": user.email.upper()})

        assert changed == {"email", "email_verified"}
        assert user.email_verified is False

    def test_lets_the_request_verify_a_changed_address(self):
        user = UserFactory(phone_number="+1", phone_number_verified=False)

        values.assign(user, {"phone_number": "+2", "phone_number_verified": "true"})

        assert user.phone_number_verified is True

    def test_drops_the_flag_of_an_address_that_is_cleared(self):
        user = UserFactory(confirmed=True)

        values.assign(user, {"email": ""})

        assert user.email_verified is None

    def test_tells_one_from_true(self):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool, name="custom:b", type="Boolean")
        user = UserFactory(pool=pool, custom_attributes={"custom:b": 1})

        assert values.assign(user, {"custom:b": "true"}) == {"custom:b"}
