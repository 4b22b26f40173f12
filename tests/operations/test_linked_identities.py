"""Linking identities of other providers, where they are shown, and what such accounts cannot do."""

import json
import uuid

import jwt
import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cognito_auth import reasons
from cognito_auth.models import LinkedIdentity, User, UserPoolGroup
from cognito_auth.services import groups, linked_identities
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory, moment
from tests.identity_providers import make
from tests.refusals import refusal_of

SUBJECT = "Cognito_Subject"
NATIVE_SOURCE = (
    "InvalidParameterException",
    "Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only as a"
    " DestinationUser",
)
MERGING = (
    "InvalidParameterException",
    "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link",
)
NOBODY = ("UserNotFoundException", "User does not exist.")
SHOWN = {
    "userId": "A1",
    "providerName": "Google",
    "providerType": "Google",
    "issuer": None,
}


@pytest.fixture
def pool(db):
    return UserPoolFactory(software_token_mfa_enabled=True, mfa_configuration="OPTIONAL")


@pytest.fixture
def client(pool):
    return UserPoolClientFactory(pool=pool)


@pytest.fixture
def google(pool):
    return make(pool, "Google", "Google")


@pytest.fixture
def user(pool):
    return UserFactory(pool=pool, confirmed=True)


def named(provider, value, attribute=SUBJECT):
    return {"ProviderName": provider, "ProviderAttributeName": attribute, "ProviderAttributeValue": value}


@pytest.fixture
def link(cognito, pool):
    def call(user, source=None, destination=None):
        return {
            "UserPoolId": pool.pk,
            "DestinationUser": destination or {"ProviderName": "Cognito", "ProviderAttributeValue": user.username},
            "SourceUser": source or named("Google", "A1"),
        }

    return call


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False})


def sign_in(cognito, client, user):
    parameters = {"USERNAME": user.username, "PASSWORD": "Passw0rd!"}
    started = cognito.initiate_auth(ClientId=client.pk, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)
    return started["AuthenticationResult"]


class TestAdminLinkProviderForUser:
    def test_links_by_username_or_sub(self, boto3_client, cognito, google, user, link):
        boto3_client.admin_link_provider_for_user(**link(user))
        by_sub = {"ProviderName": "Cognito", "ProviderAttributeValue": str(user.sub)}
        cognito.admin_link_provider_for_user(**link(user, named("Google", "B2"), by_sub))

        assert [row.user for row in LinkedIdentity.objects.all()] == [user, user]

    def test_links_to_an_account_that_a_provider_made(self, cognito, pool, google, user, link):
        make(pool)
        linked_identities.link(user, google, "G1", is_primary=True, now=moment())
        destination = {"ProviderName": "Google", "ProviderAttributeValue": "G1"}

        cognito.admin_link_provider_for_user(**link(user, named("Acme", "A1"), destination))

        assert LinkedIdentity.objects.get(provider_name="Acme").user == user

    def test_takes_mapped_attributes_of_oidc_and_saml(self, cognito, pool, user, link):
        make(pool, mapping={"email": "mail"})

        cognito.admin_link_provider_for_user(**link(user, named("Acme", "me@acme.example", "email")))

        for attribute in ("name", "username"):
            refused = link(user, named("Acme", "me", attribute))
            assert refusal_of(cognito.admin_link_provider_for_user, **refused)[0] == "InvalidParameterException"

    def test_refuses_what_is_no_identity_elsewhere(self, cognito, pool, google, user, link):
        call = cognito.admin_link_provider_for_user

        assert refusal_of(call, **link(user, named("Cognito", "x"))) == NATIVE_SOURCE
        assert refusal_of(call, **link(user, named("Acme", "x")))[0] == "ResourceNotFoundException"
        assert refusal_of(call, **link(user, named("Google", "x" * 513)))[0] == "InvalidParameterException"
        for missing in ("ProviderName", "ProviderAttributeName", "ProviderAttributeValue"):
            source = {name: text for name, text in named("Google", "A1").items() if name != missing}
            assert refusal_of(call, **link(user, source)) == (
                "InvalidParameterException",
                f"Missing required parameter {missing}",
            )

    def test_refuses_whose_identity_it_is_already(self, cognito, pool, google, user, link):
        linked_identities.link(UserFactory(pool=pool), google, "A1", now=moment())
        linked_identities.link(UserFactory(pool=pool), google, "B2", is_primary=True, now=moment())

        assert refusal_of(cognito.admin_link_provider_for_user, **link(user))[0] == "AliasExistsException"
        merged = link(user, named("Google", "B2"))
        assert refusal_of(cognito.admin_link_provider_for_user, **merged) == MERGING

    def test_refuses_a_sixth(self, cognito, google, user, link):
        for number in range(5):
            cognito.admin_link_provider_for_user(**link(user, named("Google", f"A{number}")))

        sixth = link(user, named("Google", "B"))
        assert refusal_of(cognito.admin_link_provider_for_user, **sixth)[0] == "LimitExceededException"

    def test_finds_nobody_by_address_or_in_another_pool(self, cognito, google, user, link):
        stranger = UserFactory(confirmed=True)
        for provider, name in (("Cognito", user.email), ("Cognito", stranger.username), ("Google", "nobody")):
            destination = {"ProviderName": provider, "ProviderAttributeValue": name}
            refused = link(user, destination=destination)
            assert refusal_of(cognito.admin_link_provider_for_user, **refused) == NOBODY


class TestAdminDisableProviderForUser:
    def test_unlinks(self, cognito, pool, google, user):
        linked_identities.link(user, google, "A1", now=moment())

        cognito.admin_disable_provider_for_user(UserPoolId=pool.pk, User=named("Google", "A1"))

        assert not LinkedIdentity.objects.exists()
        again = {"UserPoolId": pool.pk, "User": named("Google", "A1")}
        assert refusal_of(cognito.admin_disable_provider_for_user, **again) == NOBODY

    def test_switches_the_identity_of_an_account_off(self, cognito, pool, google, user):
        linked_identities.link(user, google, "A1", is_primary=True, now=moment())

        cognito.admin_disable_provider_for_user(UserPoolId=pool.pk, User=named("Google", "A1"))

        assert LinkedIdentity.objects.get().is_enabled is False

    def test_takes_the_password_of_a_native_user(self, boto3_client, cognito, pool, client, user):
        sign_in(cognito, client, user)

        boto3_client.admin_disable_provider_for_user(UserPoolId=pool.pk, User=named("Cognito", user.username))

        parameters = {"USERNAME": user.username, "PASSWORD": "Passw0rd!"}
        started = {"ClientId": client.pk, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters}
        assert refusal_of(cognito.initiate_auth, **started)[0] == "NotAuthorizedException"
        cognito.admin_set_user_password(
            UserPoolId=pool.pk, Username=user.username, Password="Passw0rd!", Permanent=True
        )
        sign_in(cognito, client, user)

    def test_refuses_who_is_not_there(self, cognito, pool, user):
        for identity in (named("Cognito", "nobody"), named("Google", "A1"), named("Cognito", user.email)):
            refused = {"UserPoolId": pool.pk, "User": identity}
            assert refusal_of(cognito.admin_disable_provider_for_user, **refused) == NOBODY
        wrong = {"UserPoolId": pool.pk, "User": named("Cognito", user.username, "email")}
        assert refusal_of(cognito.admin_disable_provider_for_user, **wrong)[0] == "InvalidParameterException"


class TestIdentities:
    @pytest.fixture
    def linked(self, google, user):
        return linked_identities.link(user, google, "A1", now=moment())

    def test_are_a_claim_of_text(self, cognito, client, user, linked):
        tokens = sign_in(cognito, client, user)
        refreshed = cognito.initiate_auth(
            ClientId=client.pk,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]},
        )["AuthenticationResult"]

        for token in (tokens["IdToken"], refreshed["IdToken"]):
            created = str(int(linked.created_at.timestamp() * 1000))
            assert claims_of(token)["identities"] == [{**SHOWN, "primary": "false", "dateCreated": created}]
        assert "identities" not in claims_of(tokens["AccessToken"])

    def test_are_an_attribute_of_json(self, cognito, pool, client, user, linked):
        token = sign_in(cognito, client, user)["AccessToken"]
        other = UserFactory(pool=pool)
        created = int(linked.created_at.timestamp() * 1000)

        shown = [
            cognito.get_user(AccessToken=token)["UserAttributes"],
            cognito.admin_get_user(UserPoolId=pool.pk, Username=user.username)["UserAttributes"],
            *(
                found["Attributes"]
                for found in cognito.list_users(UserPoolId=pool.pk)["Users"]
                if found["Username"] != other.username
            ),
        ]

        assert len(shown) == 3
        for attributes in shown:
            value = {item["Name"]: item["Value"] for item in attributes}["identities"]
            assert json.loads(value) == [{**SHOWN, "primary": False, "dateCreated": created}]

    def test_are_asked_for_by_name(self, cognito, pool, user, linked):
        found = cognito.list_users(UserPoolId=pool.pk, AttributesToGet=["identities"])["Users"]

        assert [item["Name"] for item in found[0]["Attributes"]] == ["identities"]
        without = cognito.list_users(UserPoolId=pool.pk, AttributesToGet=["email"])["Users"]
        assert [item["Name"] for item in without[0]["Attributes"]] == ["email"]

    def test_are_shown_to_apps_that_may_read_them(self, cognito, client, user, linked):
        client.read_attributes = ["email"]
        client.save()
        tokens = sign_in(cognito, client, user)

        attributes = cognito.get_user(AccessToken=tokens["AccessToken"])["UserAttributes"]

        assert "identities" not in {item["Name"] for item in attributes}
        assert claims_of(tokens["IdToken"])["identities"]

    def test_are_not_written(self, cognito, pool, user):
        refused = {
            "UserPoolId": pool.pk,
            "Username": user.username,
            "UserAttributes": [{"Name": "identities", "Value": "[]"}],
        }

        assert refusal_of(cognito.admin_update_user_attributes, **refused)[0] == "InvalidParameterException"

    def test_cost_those_without_no_query(self, cognito, pool, client, user, google):
        tokens = sign_in(cognito, client, user)
        refresh = {"REFRESH_TOKEN": tokens["RefreshToken"]}
        calls = [
            lambda: sign_in(cognito, client, user),
            lambda: cognito.initiate_auth(ClientId=client.pk, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=refresh),
            lambda: cognito.get_user(AccessToken=tokens["AccessToken"]),
            lambda: cognito.admin_get_user(UserPoolId=pool.pk, Username=user.username),
            lambda: cognito.list_users(UserPoolId=pool.pk),
            lambda: cognito.list_users(UserPoolId=pool.pk, Filter=f'username ^= "{user.username}"'),
            lambda: cognito.list_users(
                UserPoolId=pool.pk, Filter=f'username = "{user.username}" and status = "Enabled"'
            ),
            lambda: cognito.list_users_in_group(UserPoolId=pool.pk, GroupName="admins"),
        ]
        group = UserPoolGroup.objects.create(pool=pool, name="admins")
        groups.add_member(group, user, now=moment())
        begins_with = f'SELECT "{LinkedIdentity._meta.db_table}"'

        def queries_of_their_own():
            found = []
            for call in calls:
                with CaptureQueriesContext(connection) as queries:
                    call()
                found.append(sum(query["sql"].startswith(begins_with) for query in queries))
            return found

        assert queries_of_their_own() == [0] * len(calls)
        linked_identities.link(user, google, "A1", now=moment())
        assert queries_of_their_own() == [1] * len(calls)


class TestExternalUser:
    """Who signs in elsewhere has password, factors, passkeys and devices there."""

    @pytest.fixture
    def token(self, cognito, client, user):
        token = sign_in(cognito, client, user)["AccessToken"]
        User.objects.filter(pk=user.pk).update(status="EXTERNAL_PROVIDER", password="!")
        return token

    def test_changes_no_password(self, cognito, token):
        given = {"AccessToken": token, "ProposedPassword": "N3w-passw0rd"}

        assert refusal_of(cognito.change_password, **given)[0] == "NotAuthorizedException"

    def test_resets_no_password(self, cognito, pool, client, user, token):
        given = {"ClientId": client.pk, "Username": user.username}

        assert refusal_of(cognito.forgot_password, **given) == (
            "NotAuthorizedException",
            "User password cannot be reset in the current state.",
        )
        by_admin = {"UserPoolId": pool.pk, "Username": user.username}
        assert refusal_of(cognito.admin_reset_user_password, **by_admin)[0] == "NotAuthorizedException"

    def test_has_no_factors(self, cognito, pool, user, token):
        settings = {"SoftwareTokenMfaSettings": {"Enabled": True}}

        for call, given in (
            (cognito.associate_software_token, {"AccessToken": token}),
            (cognito.set_user_mfa_preference, {"AccessToken": token, "SoftwareTokenMfaSettings": {"Enabled": True}}),
        ):
            assert refusal_of(call, **given)[0] == "NotAuthorizedException"
        by_admin = {"UserPoolId": pool.pk, "Username": user.username, **settings}
        assert refusal_of(cognito.admin_set_user_mfa_preference, **by_admin)[0] == "NotAuthorizedException"

    def test_registers_no_passkey(self, cognito, token):
        assert refusal_of(cognito.start_web_authn_registration, AccessToken=token)[0] == "NotAuthorizedException"

    def test_does_not_sign_in_even_with_a_password(self, cognito, client, user, token):
        password = UserFactory(confirmed=True).password
        User.objects.filter(pk=user.pk).update(password=password)
        parameters = {"USERNAME": user.username, "PASSWORD": "Passw0rd!"}
        given = {"ClientId": client.pk, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters}

        assert refusal_of(cognito.initiate_auth, **given)[0] == "NotAuthorizedException"

    def test_is_answered_like_nobody_where_strangers_ask(self, cognito, pool):
        pool.allowed_first_auth_factors = ["PASSWORD", "EMAIL_OTP", "SMS_OTP"]
        pool.save()
        flows = ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH"]
        client = UserPoolClientFactory(pool=pool, explicit_auth_flows=flows, prevent_user_existence_errors=True)
        external = UserFactory(pool=pool, confirmed=True, email="joe@example.com", email_verified=True)
        linked_identities.disable_native(external, now=moment())

        def answers(name):
            by_password = {
                "AuthFlow": "USER_PASSWORD_AUTH",
                "AuthParameters": {"USERNAME": name, "PASSWORD": "Passw0rd!"},
            }
            by_code = {
                "AuthFlow": "USER_AUTH",
                "AuthParameters": {"USERNAME": name, "PREFERRED_CHALLENGE": "EMAIL_OTP"},
            }
            return (
                refusal_of(cognito.initiate_auth, ClientId=client.pk, **by_password),
                sorted(cognito.initiate_auth(ClientId=client.pk, **by_code)),
                sorted(cognito.forgot_password(ClientId=client.pk, Username=name)["CodeDeliveryDetails"]),
            )

        assert answers(external.username) == answers("nobody")
        assert answers("nobody")[0] == ("NotAuthorizedException", "Incorrect username or password.")
        assert mail.outbox == []

    def test_confirms_no_device(self, cognito, pool, token):
        pool.device_configuration = {"ChallengeRequiredOnNewDevice": True}
        pool.save()
        given = {"AccessToken": token, "DeviceKey": f"eu-west-1_{uuid.uuid4()}"}

        assert refusal_of(cognito.confirm_device, **given) == (
            "NotAuthorizedException",
            reasons.EXTERNAL_USER().message,
        )

    def test_still_sees_the_account(self, cognito, token):
        assert cognito.get_user(AccessToken=token)["Username"]
