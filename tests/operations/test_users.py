"""Operations on users."""

import datetime

import pytest
from django.core import mail

from cognito_auth.choices import UserStatus
from cognito_auth.models import User
from cognito_auth.services.tokens import issue
from tests.factories import SchemaAttributeFactory, UserFactory, UserPoolClientFactory, UserPoolFactory
from tests.refusals import refusal_of

EMAIL = [{"Name": "email", "Value": "jane@example.com"}]
NOBODY = ("UserNotFoundException", "User does not exist.")


def wire(attributes):
    return {attribute["Name"]: attribute["Value"] for attribute in attributes}


def access_token(user, client):
    now = datetime.datetime.now(tz=datetime.UTC)
    return issue.issue(user, client, authenticated_at=now, token_epoch=user.token_epoch, now=now).access_token


@pytest.fixture
def client(db):
    return UserPoolClientFactory()


@pytest.fixture
def pool(client):
    return client.pool


@pytest.fixture
def jane(pool):
    return UserFactory(pool=pool, username="jane", confirmed=True)


class TestAdminCreateUser:
    def test_gives_the_user_back(self, cognito, pool):
        answer = cognito.admin_create_user(
            UserPoolId=pool.pk, Username="jane", UserAttributes=EMAIL, DesiredDeliveryMediums=["EMAIL"]
        )

        user = answer["User"]
        stored = User.objects.get()
        assert (user["Username"], user["Enabled"], user["UserStatus"]) == ("jane", True, "FORCE_CHANGE_PASSWORD")
        assert user["Attributes"][0] == {"Name": "sub", "Value": str(stored.sub)}
        assert wire(user["Attributes"]) == {"sub": str(stored.sub), "email": "jane@example.com"}
        assert user["UserCreateDate"] == user["UserLastModifiedDate"]
        assert len(mail.outbox) == 1

    def test_sends_nothing_when_suppressed_and_again_when_asked(self, cognito, pool):
        arguments = {"UserPoolId": pool.pk, "Username": "jane"}
        cognito.admin_create_user(**arguments, UserAttributes=EMAIL, MessageAction="SUPPRESS")
        assert mail.outbox == []

        answer = cognito.admin_create_user(**arguments, MessageAction="RESEND", DesiredDeliveryMediums=["EMAIL"])

        assert answer["User"]["Username"] == "jane"
        assert len(mail.outbox) == 1

    def test_refuses_what_cannot_be(self, cognito, pool, jane):
        create = {"call": cognito.admin_create_user, "UserPoolId": pool.pk, "MessageAction": "SUPPRESS"}

        assert refusal_of(**create, Username="Jane") == ("UsernameExistsException", "User account already exists")
        assert refusal_of(**create, Username="joe", TemporaryPassword="weak")[0] == "InvalidPasswordException"
        resend = {**create, "MessageAction": "RESEND"}
        assert refusal_of(**resend, Username="joe") == NOBODY
        assert refusal_of(**resend, Username="jane")[0] == "UnsupportedUserStateException"
        nowhere = {"UserPoolId": pool.pk, "Username": "jo", "DesiredDeliveryMediums": ["SMS"]}
        assert refusal_of(cognito.admin_create_user, **nowhere)[0] == "InvalidParameterException"

    def test_lets_the_person_in_with_the_temporary_password(self, cognito, client):
        cognito.admin_create_user(
            UserPoolId=client.pool.pk, Username="jane", TemporaryPassword="T3mp!orary", MessageAction="SUPPRESS"
        )

        answer = cognito.initiate_auth(
            ClientId=client.pk,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "jane", "PASSWORD": "T3mp!orary"},
        )

        assert answer["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


class TestAdminGetUser:
    def test_shows_everything(self, cognito, pool, jane):
        SchemaAttributeFactory(pool=pool, name="dev:custom:team", developer_only=True)
        User.objects.update(custom_attributes={"dev:custom:team": "red"})

        answer = cognito.admin_get_user(UserPoolId=pool.pk, Username="jane")

        assert (answer["Username"], answer["Enabled"], answer["UserStatus"]) == ("jane", True, "CONFIRMED")
        assert wire(answer["UserAttributes"]) == {
            "sub": str(jane.sub),
            "email": "jane@example.com",
            "email_verified": "true",
            "dev:custom:team": "red",
        }
        assert abs(answer["UserCreateDate"] - jane.created_at) < datetime.timedelta(milliseconds=1)

    def test_finds_by_sub_and_refuses_unknown_names(self, cognito, pool, jane):
        assert cognito.admin_get_user(UserPoolId=pool.pk, Username=str(jane.sub))["Username"] == "jane"
        assert refusal_of(cognito.admin_get_user, UserPoolId=pool.pk, Username="joe") == NOBODY

    def test_takes_one_query(self, cognito, pool, jane, django_assert_num_queries):
        cognito.admin_get_user(UserPoolId=pool.pk, Username="jane")

        with django_assert_num_queries(1):
            cognito.admin_get_user(UserPoolId=pool.pk, Username="jane")


class TestGetUser:
    def test_shows_what_the_client_may_read(self, cognito, client, jane):
        SchemaAttributeFactory(pool=client.pool, name="dev:custom:team", developer_only=True)
        User.objects.update(custom_attributes={"dev:custom:team": "red"}, given_name="Jane")
        client.read_attributes = ["given_name"]
        client.save()

        answer = cognito.get_user(AccessToken=access_token(jane, client))

        assert answer["Username"] == "jane"
        assert wire(answer["UserAttributes"]) == {"sub": str(jane.sub), "given_name": "Jane"}
        assert "UserStatus" not in answer

    def test_never_shows_attributes_of_developers(self, cognito, client, jane):
        SchemaAttributeFactory(pool=client.pool, name="dev:custom:team", developer_only=True)
        User.objects.update(custom_attributes={"dev:custom:team": "red"})

        answer = cognito.get_user(AccessToken=access_token(jane, client))

        assert set(wire(answer["UserAttributes"])) == {"sub", "email", "email_verified"}

    def test_takes_one_query(self, cognito, client, jane, django_assert_num_queries):
        token = access_token(jane, client)
        cognito.get_user(AccessToken=token)

        with django_assert_num_queries(1):
            cognito.get_user(AccessToken=token)

    def test_refuses_tokens_of_deleted_clients(self, cognito, client, jane):
        token = access_token(jane, client)
        client.delete()

        assert refusal_of(cognito.get_user, AccessToken=token) == (
            "NotAuthorizedException",
            "Access Token has been revoked",
        )


class TestListUsers:
    def test_shows_users_with_the_attributes_asked_for(self, cognito, pool, jane):
        (user,) = cognito.list_users(UserPoolId=pool.pk, AttributesToGet=["email", "nickname"])["Users"]

        assert user["Username"] == "jane"
        assert wire(user["Attributes"]) == {"email": "jane@example.com"}
        assert (user["Enabled"], user["UserStatus"]) == (True, "CONFIRMED")

    def test_filters_and_refuses_as_aws_does(self, cognito, pool, jane):
        list_users = cognito.list_users

        assert len(list_users(UserPoolId=pool.pk, Filter='"email"^="ja"')["Users"]) == 1
        assert list_users(UserPoolId=pool.pk, Filter='email = "joe"')["Users"] == []
        assert refusal_of(list_users, UserPoolId=pool.pk, Filter="email") == (
            "InvalidParameterException",
            "Error while parsing filter",
        )
        assert refusal_of(list_users, UserPoolId=pool.pk, Filter='custom:foo = "x"') == (
            "InvalidParameterException",
            "Invalid search attribute: custom:foo",
        )
        assert refusal_of(list_users, UserPoolId=pool.pk, AttributesToGet=["custom:foo"]) == (
            "InvalidParameterException",
            "One or more requested attributes do not exist.",
        )

    def test_pages_to_the_end(self, cognito, pool):
        names = {UserFactory(pool=pool).username for _turn in range(7)}

        pages = list(cognito.get_paginator("list_users").paginate(UserPoolId=pool.pk, PaginationConfig={"PageSize": 3}))

        assert [len(page["Users"]) for page in pages] == [3, 3, 1]
        assert {user["Username"] for page in pages for user in page["Users"]} == names

    def test_takes_a_token_with_the_same_search_only(self, cognito, pool):
        UserFactory.create_batch(3, pool=pool)
        token = cognito.list_users(UserPoolId=pool.pk, Limit=1)["PaginationToken"]

        for more in ({"Filter": 'email ^= "p"'}, {"AttributesToGet": ["email"]}, {"UserPoolId": UserPoolFactory().pk}):
            arguments = {"UserPoolId": pool.pk, "PaginationToken": token, **more}
            assert refusal_of(cognito.list_users, **arguments) == (
                "InvalidParameterException",
                "Invalid pagination token",
            )

    def test_takes_limit_0_as_60(self, cognito, pool):
        UserFactory.create_batch(61, pool=pool, password="!")

        assert len(cognito.list_users(UserPoolId=pool.pk, Limit=0)["Users"]) == 60

    def test_takes_two_queries(self, cognito, pool, django_assert_num_queries):
        UserFactory.create_batch(5, pool=pool)

        for arguments in ({}, {"Filter": 'email ^= "p"'}, {"Filter": 'email = "x@example.com"'}):
            with django_assert_num_queries(2):
                cognito.list_users(UserPoolId=pool.pk, **arguments)


class TestStates:
    def test_go_as_documented(self, cognito, pool):
        user = UserFactory(pool=pool, username="jane")
        named = {"UserPoolId": pool.pk, "Username": "jane"}

        def status():
            return cognito.admin_get_user(**named)["UserStatus"]

        assert status() == "UNCONFIRMED"
        cognito.admin_confirm_sign_up(**named)
        assert status() == "CONFIRMED"
        assert refusal_of(cognito.admin_confirm_sign_up, **named) == (
            "NotAuthorizedException",
            "User cannot be confirmed. Current status is CONFIRMED",
        )
        cognito.admin_set_user_password(**named, Password="N3w!passw0rd")
        assert status() == "FORCE_CHANGE_PASSWORD"
        cognito.admin_set_user_password(**named, Password="N3w!passw0rd", Permanent=True)
        assert status() == "CONFIRMED"
        cognito.admin_update_user_attributes(**named, UserAttributes=[{"Name": "email_verified", "Value": "true"}])
        cognito.admin_reset_user_password(**named)
        assert status() == "RESET_REQUIRED"
        assert mail.outbox[-1].to == [user.email]

    def test_refuse_to_reset_the_password_of_a_disabled_user(self, cognito, pool, jane):
        cognito.admin_disable_user(UserPoolId=pool.pk, Username="jane")

        assert refusal_of(cognito.admin_reset_user_password, UserPoolId=pool.pk, Username="jane") == (
            "NotAuthorizedException",
            "User is disabled",
        )

    def test_refuse_resets_without_a_verified_address(self, cognito, pool):
        UserFactory(pool=pool, username="jane", status=UserStatus.CONFIRMED)

        assert refusal_of(cognito.admin_reset_user_password, UserPoolId=pool.pk, Username="jane") == (
            "InvalidParameterException",
            "Cannot reset password for the user as there is no registered/verified email or phone_number",
        )

    def test_refuse_weak_passwords(self, cognito, pool, jane):
        code, message = refusal_of(
            cognito.admin_set_user_password, UserPoolId=pool.pk, Username="jane", Password="alllowercase"
        )

        assert code == "InvalidPasswordException"
        assert message.startswith("Password did not conform with policy: ")


class TestEnding:
    @pytest.mark.parametrize("operation", ["admin_disable_user", "admin_user_global_sign_out", "admin_delete_user"])
    def test_ends_every_session_at_once(self, cognito, client, jane, operation):
        token = access_token(jane, client)

        getattr(cognito, operation)(UserPoolId=client.pool.pk, Username="jane")

        assert refusal_of(cognito.get_user, AccessToken=token) in [
            ("NotAuthorizedException", "User is disabled."),
            ("NotAuthorizedException", "Access Token has been revoked"),
            NOBODY,
        ]

    def test_may_be_repeated(self, cognito, pool, jane):
        for operation in (cognito.admin_disable_user, cognito.admin_enable_user):
            for _turn in range(2):
                assert operation(UserPoolId=pool.pk, Username="jane")["ResponseMetadata"]["HTTPStatusCode"] == 200
        assert cognito.admin_get_user(UserPoolId=pool.pk, Username="jane")["Enabled"] is True

    def test_deletes_once(self, cognito, pool, jane):
        cognito.admin_delete_user(UserPoolId=pool.pk, Username="jane")

        assert refusal_of(cognito.admin_delete_user, UserPoolId=pool.pk, Username="jane") == NOBODY

    def test_lets_people_delete_their_own_account(self, cognito, client, jane):
        token = access_token(jane, client)

        cognito.delete_user(AccessToken=token)

        assert not User.objects.exists()
        assert refusal_of(cognito.delete_user, AccessToken=token) == NOBODY


class TestWire:
    def test_is_understood_by_boto3(self, boto3_client, client):
        pool = client.pool
        boto3_client.admin_create_user(
            UserPoolId=pool.pk, Username="jane", UserAttributes=EMAIL, MessageAction="SUPPRESS"
        )

        answer = boto3_client.admin_get_user(UserPoolId=pool.pk, Username="jane")
        (user,) = boto3_client.list_users(UserPoolId=pool.pk, Filter='username = "jane"')["Users"]

        assert answer["UserCreateDate"].tzinfo is not None
        assert user["UserCreateDate"] == answer["UserCreateDate"]
        assert refusal_of(boto3_client.admin_get_user, UserPoolId=pool.pk, Username="joe") == NOBODY
