import pytest

from cognito_auth.services import sign_up_form
from tests.factories import SchemaAttributeFactory, UserPoolClientFactory, UserPoolFactory

pytestmark = pytest.mark.django_db


def asked(client):
    return {attribute.name: is_required for attribute, is_required in sign_up_form.attributes_of(client)}


class TestAttributesOf:
    def test_are_those_that_the_schema_requires_and_that_confirm(self):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool, name="given_name", required=True, max_length=2048)

        assert asked(UserPoolClientFactory(pool=pool)) == {"given_name": True, "email": True}

    def test_leave_the_choice_between_two_addresses(self):
        pool = UserPoolFactory(auto_verified_attributes=["email", "phone_number"])

        assert asked(UserPoolClientFactory(pool=pool)) == {"email": False, "phone_number": False}

    def test_do_not_ask_twice_for_the_name(self):
        pool = UserPoolFactory(username_attributes=["email"])
        SchemaAttributeFactory(pool=pool, name="email", required=True, max_length=2048)

        assert asked(UserPoolClientFactory(pool=pool)) == {}

    def test_ask_for_a_required_address_where_the_name_may_be_another(self):
        pool = UserPoolFactory(username_attributes=["email", "phone_number"])
        SchemaAttributeFactory(pool=pool, name="email", required=True, max_length=2048)

        assert asked(UserPoolClientFactory(pool=pool)) == {"email": True}

    def test_are_only_what_the_client_may_write(self):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool, name="given_name", required=True, max_length=2048)

        assert asked(UserPoolClientFactory(pool=pool, write_attributes=["email"])) == {"email": True}


class TestPassword:
    def test_may_be_left_out_where_codes_sign_in(self):
        pool = UserPoolFactory(allowed_first_auth_factors=["PASSWORD", "EMAIL_OTP"])
        choosing = UserPoolClientFactory(pool=pool, explicit_auth_flows=["ALLOW_USER_AUTH"])
        plain = UserPoolClientFactory(pool=pool)

        assert sign_up_form.takes_password(choosing)
        assert sign_up_form.may_omit_password(choosing)
        assert not sign_up_form.may_omit_password(plain)

    def test_is_not_asked_for_where_there_are_none(self):
        pool = UserPoolFactory(allowed_first_auth_factors=["EMAIL_OTP"])

        assert not sign_up_form.takes_password(
            UserPoolClientFactory(pool=pool, explicit_auth_flows=["ALLOW_USER_AUTH"])
        )
        assert sign_up_form.takes_password(UserPoolClientFactory(pool=pool))
