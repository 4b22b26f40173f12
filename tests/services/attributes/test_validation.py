"""Whether attributes may be written."""

import pytest
from django.utils.translation import override

from cognito_auth import exceptions
from cognito_auth.services.attributes import validation
from tests.factories import SchemaAttributeFactory, UserFactory, UserPoolFactory

pytestmark = pytest.mark.django_db


def check(pool, given, *, creating=False, by_admin=False, **options):
    return validation.check(pool, given, creating=creating, by_admin=by_admin, **options)


class TestCheck:
    def test_gives_back_normalised_values_and_deletions(self):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool, name="custom:level", type="Number")

        checked = check(pool, {"custom:level": "007", "nickname": "", "name": "Jane"})

        assert checked == {"custom:level": "7", "nickname": "", "name": "Jane"}

    def test_costs_no_query_after_the_first(self, django_assert_num_queries):
        pool = UserPoolFactory()

        with django_assert_num_queries(1):
            check(pool, {"name": "Jane"})
        with django_assert_num_queries(0):
            check(pool, {"name": "Jane"})

    def test_refuses_unknown_custom_attributes(self):
        with pytest.raises(exceptions.InvalidParameterException) as caught:
            check(UserPoolFactory(), {"custom:none": "1"})

        assert caught.value.message == (
            "Attributes did not conform to the schema: custom:none: Attribute does not exist in the schema."
        )

    def test_refuses_other_unknown_names(self):
        with pytest.raises(exceptions.InvalidParameterException) as caught:
            check(UserPoolFactory(), {"cognito:groups": "1"})

        assert caught.value.message == "Type for attribute {cognito:groups} could not be determined"

    @pytest.mark.parametrize("creating", [True, False])
    def test_never_sets_sub(self, creating):
        with pytest.raises(exceptions.InvalidParameterException, match=r"user\.sub: Attribute cannot be updated"):
            check(UserPoolFactory(), {"sub": "1"}, creating=creating, by_admin=True)

    @pytest.mark.parametrize("name", ["email_verified", "phone_number_verified", "dev:custom:score"])
    def test_leaves_some_to_administrators(self, name):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool, name="dev:custom:score", developer_only=True)
        given = {name: "true", "email": "jane@example.com", "phone_number": "+1415"}

        assert name in check(pool, given, by_admin=True)
        with pytest.raises(exceptions.NotAuthorizedException):
            check(pool, given)

    def test_names_every_missing_required_attribute(self):
        pool = UserPoolFactory()
        for name in ("name", "family_name"):
            SchemaAttributeFactory(pool=pool, name=name, required=True)

        with pytest.raises(exceptions.InvalidParameterException) as caught:
            check(pool, {"family_name": ""}, creating=True, require=True)

        assert caught.value.message == (
            "Attributes did not conform to the schema: name: The attribute is required"
            " family_name: The attribute is required"
        )

    def test_asks_administrators_for_nothing(self):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool, name="name", required=True)

        assert check(pool, {}, creating=True, by_admin=True) == {}

    def test_counts_what_the_user_has_as_given(self):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool, name="name", required=True)
        user = UserFactory(pool=pool, name="Jane")

        assert check(pool, {}, creating=True, require=True, current=user) == {}

    def test_does_not_delete_required_attributes(self):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool, name="name", required=True)

        with pytest.raises(exceptions.InvalidParameterException, match="name: The attribute is required"):
            check(pool, {"name": ""}, by_admin=True, current=UserFactory(pool=pool, name="Jane"))

    def test_writes_immutable_attributes_at_creation_only(self):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool, mutable=False)
        user = UserFactory(pool=pool, custom_attributes={"custom:team": "red"})

        assert check(pool, {"custom:team": "red"}, creating=True) == {"custom:team": "red"}
        for value in ("blue", ""):
            with pytest.raises(exceptions.InvalidParameterException) as caught:
                check(pool, {"custom:team": value}, by_admin=True, current=user)
            assert caught.value.message == (
                "user.custom:team: Attribute cannot be updated. (changing an immutable attribute)"
            )

    def test_takes_an_immutable_value_that_stays_unless_strict(self):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool, mutable=False)
        user = UserFactory(pool=pool, custom_attributes={"custom:team": "red"})

        assert check(pool, {"custom:team": "red"}, current=user) == {"custom:team": "red"}
        pool.strict = True
        with pytest.raises(exceptions.InvalidParameterException):
            check(pool, {"custom:team": "red"}, current=user)

    def test_names_email_and_phone_number_as_the_api_does(self):
        pool = UserPoolFactory()

        with pytest.raises(exceptions.InvalidParameterException) as caught:
            check(pool, {"email": "jane"})
        assert caught.value.message == "Invalid email address format."
        with pytest.raises(exceptions.InvalidParameterException) as caught:
            check(pool, {"phone_number": "123"})
        assert caught.value.message == "Invalid phone number format."

    @pytest.mark.parametrize(
        ("flag", "message"),
        [
            ("email_verified", "Email is required to verify/un-verify an email"),
            ("phone_number_verified", "Phone Number is required to verify/un-verify a phone number"),
        ],
    )
    def test_verifies_no_address_that_is_not_there(self, flag, message):
        pool = UserPoolFactory()

        with pytest.raises(exceptions.InvalidParameterException) as caught:
            check(pool, {flag: "true"}, by_admin=True, current=UserFactory(pool=pool, email=""))

        assert caught.value.message == message

    def test_verifies_an_address_that_the_user_has(self):
        pool = UserPoolFactory()

        checked = check(pool, {"email_verified": "True"}, by_admin=True, current=UserFactory(pool=pool))

        assert checked == {"email_verified": "true"}

    def test_names_all_problems_at_once_and_advises(self):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool, name="custom:level", type="Number")
        SchemaAttributeFactory(pool=pool, name="custom:team", max_length=3)

        with pytest.raises(exceptions.InvalidParameterException) as caught:
            check(pool, {"custom:level": "high", "custom:team": "green"})

        assert caught.value.message == (
            "Attributes did not conform to the schema: custom:level: Value must be a number"
            " custom:team: String must be no longer than 3 characters"
        )
        with override("en"):
            assert "custom:team may have 3 characters at most." in caught.value.detail
