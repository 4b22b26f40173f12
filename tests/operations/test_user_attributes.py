"""Operations on attributes of users."""

import datetime

import pytest
from django.core import mail

from cognito_auth.models import User
from cognito_auth.services.tokens import issue
from tests.factories import SchemaAttributeFactory, UserFactory, UserPoolClientFactory
from tests.mail import another, code_from_email
from tests.refusals import refusal_of


def attributes(**values):
    return [{"Name": name, "Value": value} for name, value in values.items()]


@pytest.fixture
def client(db):
    return UserPoolClientFactory(pool__alias_attributes=["email"])


@pytest.fixture
def jane(client):
    return UserFactory(pool=client.pool, username="jane", confirmed=True)


@pytest.fixture
def token(client, jane):
    now = datetime.datetime.now(tz=datetime.UTC)
    return issue.issue(jane, client, authenticated_at=now, token_epoch=0, now=now).access_token


class TestUpdateUserAttributes:
    def test_says_where_codes_went(self, cognito, token):
        answer = cognito.update_user_attributes(
            AccessToken=token, UserAttributes=attributes(email="new@example.com", name="Jane")
        )

        assert answer["CodeDeliveryDetailsList"] == [
            {"Destination": "n***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
        ]
        cognito.verify_user_attribute(AccessToken=token, AttributeName="email", Code=code_from_email())
        stored = User.objects.get()
        assert (stored.email, stored.email_verified, stored.name) == ("new@example.com", True, "Jane")

    def test_gives_an_empty_list_otherwise(self, cognito, token):
        answer = cognito.update_user_attributes(AccessToken=token, UserAttributes=attributes(name="Jane"))

        assert answer["CodeDeliveryDetailsList"] == []

    @pytest.mark.parametrize(
        ("name", "refused"),
        [
            ("email_verified", ("NotAuthorizedException", "A client attempted to write unauthorized attribute")),
            (
                "custom:foo",
                (
                    "InvalidParameterException",
                    "Attributes did not conform to the schema: custom:foo: Attribute does not exist in the schema.",
                ),
            ),
            ("shoe", ("InvalidParameterException", "Type for attribute {shoe} could not be determined")),
        ],
    )
    def test_refuses(self, cognito, token, name, refused):
        given = [*attributes(given_name="Jane"), {"Name": name, "Value": "true"}]

        assert refusal_of(cognito.update_user_attributes, AccessToken=token, UserAttributes=given) == refused
        assert User.objects.get().given_name == ""


class TestAdminUpdateUserAttributes:
    def test_writes_whatever_the_client_may(self, cognito, client, jane):
        SchemaAttributeFactory(pool=client.pool, name="dev:custom:team", developer_only=True)
        given = [*attributes(email_verified="false"), {"Name": "dev:custom:team", "Value": "red"}]

        cognito.admin_update_user_attributes(UserPoolId=client.pool.pk, Username="jane", UserAttributes=given)

        stored = User.objects.get()
        assert (stored.email_verified, stored.custom_attributes) == (False, {"dev:custom:team": "red"})

    def test_writes_though_the_code_cannot_be_sent(self, cognito, client, jane, settings):
        settings.EMAIL_BACKEND = "nowhere.EmailBackend"

        cognito.admin_update_user_attributes(
            UserPoolId=client.pool.pk, Username="jane", UserAttributes=attributes(email="new@example.com")
        )

        assert User.objects.get().email == "new@example.com"

    def test_refuses_an_alias_of_somebody_else(self, cognito, client, jane):
        UserFactory(pool=client.pool, username="joe")
        update = cognito.admin_update_user_attributes
        given = attributes(email="one@example.com", email_verified="true")
        update(UserPoolId=client.pool.pk, Username="joe", UserAttributes=given)

        assert refusal_of(update, UserPoolId=client.pool.pk, Username="jane", UserAttributes=given) == (
            "AliasExistsException",
            "An account with the given email already exists.",
        )


class TestDeletion:
    def test_by_the_person(self, cognito, token):
        cognito.update_user_attributes(AccessToken=token, UserAttributes=attributes(name="Jane"))

        cognito.delete_user_attributes(AccessToken=token, UserAttributeNames=["name"])

        assert User.objects.get().name == ""
        refused = refusal_of(cognito.delete_user_attributes, AccessToken=token, UserAttributeNames=["sub"])
        assert refused[0] == "InvalidParameterException"

    def test_by_an_administrator(self, cognito, client, jane):
        named = {"UserPoolId": client.pool.pk, "Username": "jane"}

        cognito.admin_delete_user_attributes(**named, UserAttributeNames=["email"])

        stored = User.objects.get()
        assert (stored.email, stored.email_verified) == ("", None)
        assert refusal_of(cognito.admin_delete_user_attributes, **named, UserAttributeNames=["custom:foo"]) == (
            "InvalidParameterException",
            "Invalid user attributes: user.custom:foo: Attribute does not exist in the schema.\n",
        )


class TestVerification:
    def test_goes_from_request_to_proof(self, cognito, token):
        User.objects.update(email_verified=False)

        answer = cognito.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")

        assert answer["CodeDeliveryDetails"]["AttributeName"] == "email"
        assert mail.outbox[-1].to == ["jane@example.com"]
        code = code_from_email()
        verify = {"AccessToken": token, "AttributeName": "email"}
        assert refusal_of(cognito.verify_user_attribute, **verify, Code=another(code)) == (
            "CodeMismatchException",
            "Invalid verification code provided, please try again.",
        )
        cognito.verify_user_attribute(**verify, Code=code)
        assert refusal_of(cognito.verify_user_attribute, **verify, Code=code) == (
            "ExpiredCodeException",
            "Invalid code provided, please request a code again.",
        )

    def test_is_limited(self, cognito, token):
        for _turn in range(5):
            cognito.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")

        refused = refusal_of(cognito.get_user_attribute_verification_code, AccessToken=token, AttributeName="email")
        assert refused == ("LimitExceededException", "Attempt limit exceeded, please try after some time.")

    def test_needs_an_address(self, cognito, token):
        refused = refusal_of(
            cognito.get_user_attribute_verification_code, AccessToken=token, AttributeName="phone_number"
        )
        assert refused[0] == "InvalidParameterException"
