"""User sessions through the API."""

import pytest
from django.utils import timezone

from cognito_auth.models import TokenFamily
from cognito_auth.services.oauth import browser_sessions
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.sign_in.attempt import SignedIn
from cognito_auth.services.tokens import issue
from cognito_auth.services.tokens.issue import Authorization
from tests.factories import UserFactory, UserPoolClientFactory
from tests.refusals import refusal_of


@pytest.fixture
def client(db):
    return UserPoolClientFactory()


@pytest.fixture
def jane(client):
    return UserFactory(pool=client.pool, username="jane", confirmed=True)


@pytest.fixture
def sign_in(cognito, client, jane):
    def begin():
        answer = cognito.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=client.pk,
            AuthParameters={"USERNAME": "jane", "PASSWORD": "Passw0rd!"},
        )
        return answer["AuthenticationResult"]["AccessToken"]

    return begin


class TestListUserSessions:
    def test_lists_all_and_marks_the_current_one(self, boto3_client, client, jane):
        tokens = [
            boto3_client.initiate_auth(
                AuthFlow="USER_PASSWORD_AUTH",
                ClientId=client.pk,
                AuthParameters={"USERNAME": "jane", "PASSWORD": "Passw0rd!"},
            )["AuthenticationResult"]["AccessToken"]
            for _sign_in in range(2)
        ]

        found = boto3_client.list_user_sessions(AccessToken=tokens[1])["Sessions"]

        assert [session["IsCurrentSession"] for session in found] == [True, False]
        assert set(found[0]) == {
            "SessionId",
            "SessionType",
            "ClientId",
            "CreateDate",
            "LastActiveDate",
            "DeviceType",
            "LastIPAddress",
            "IsCurrentSession",
        }
        assert found[0]["SessionType"] == "TOKEN"
        assert found[0]["ClientId"] == client.pk
        assert found[0]["DeviceType"].startswith("Boto3")
        assert found[0]["LastIPAddress"] == "127.0.0.1"

    def test_marks_none_for_administrators(self, cognito, client, jane, sign_in):
        sign_in()

        found = cognito.admin_list_user_sessions(UserPoolId=client.pool_id, Username="jane")["Sessions"]

        assert [session["IsCurrentSession"] for session in found] == [False]


class TestBrowserSessions:
    @pytest.fixture
    def browser(self, client, jane):
        """A browser that is signed in, and tokens that an app got through it."""
        now = timezone.now()
        session, _value = browser_sessions.begin(
            client, SignedIn(jane, now, jane.token_epoch, ()), origin=RequestOrigin("192.0.2.7"), now=now
        )
        tokens = issue.issue(
            jane,
            client,
            authenticated_at=now,
            token_epoch=jane.token_epoch,
            now=now,
            authorization=Authorization("openid", browser_session_id=session.pk),
        )
        return session, tokens

    def test_are_listed_with_what_came_from_them(self, boto3_client, client, jane, browser):
        browser_session, token_session = boto3_client.admin_list_user_sessions(
            UserPoolId=client.pool_id, Username="jane"
        )["Sessions"]

        assert browser_session["SessionType"] == "SSO"
        assert browser_session["ClientId"] == client.pk
        assert browser_session["LastIPAddress"] == "192.0.2.7"
        assert "OriginSessionId" not in browser_session
        assert token_session["SessionType"] == "TOKEN"
        assert token_session["OriginSessionId"] == browser_session["SessionId"]

    def test_end_with_what_came_from_them(self, boto3_client, client, jane, browser):
        pool_and_person = {"UserPoolId": client.pool_id, "Username": "jane"}
        session_id = boto3_client.admin_list_user_sessions(**pool_and_person)["Sessions"][0]["SessionId"]

        boto3_client.admin_revoke_user_session(
            **pool_and_person, SessionId=session_id, RevokeAssociatedSessions="LINKED"
        )

        assert boto3_client.admin_list_user_sessions(**pool_and_person)["Sessions"] == []

    @pytest.mark.parametrize(("associated", "left"), [("NONE", 1), ("LINKED", 0)])
    def test_end_with_a_refresh_token_if_it_is_asked_for(self, boto3_client, client, jane, browser, associated, left):
        boto3_client.revoke_token(
            Token=browser[1].refresh_token, ClientId=client.pk, RevokeAssociatedSessions=associated
        )

        found = boto3_client.admin_list_user_sessions(UserPoolId=client.pool_id, Username="jane")["Sessions"]
        assert [session["SessionType"] for session in found] == ["SSO"] * left

    def test_end_with_anothers_session_if_it_is_asked_for(self, boto3_client, client, jane, browser, sign_in):
        token = sign_in()
        linked = boto3_client.list_user_sessions(AccessToken=token)["Sessions"][-1]
        assert linked["OriginSessionId"]

        boto3_client.revoke_user_session(
            AccessToken=token, SessionId=linked["SessionId"], RevokeAssociatedSessions="LINKED"
        )

        found = boto3_client.list_user_sessions(AccessToken=token)["Sessions"]
        assert [session["IsCurrentSession"] for session in found] == [True]


class TestRevokeUserSession:
    def test_ends_another_session_and_not_the_own(self, cognito, sign_in):
        mine, other = sign_in(), sign_in()
        own_id, other_id = (
            next(
                session["SessionId"]
                for session in cognito.list_user_sessions(AccessToken=token)["Sessions"]
                if session["IsCurrentSession"]
            )
            for token in (mine, other)
        )

        cognito.revoke_user_session(AccessToken=mine, SessionId=other_id, RevokeAssociatedSessions="LINKED")

        assert refusal_of(cognito.get_user, AccessToken=other) == (
            "NotAuthorizedException",
            "Access Token has been revoked",
        )
        assert refusal_of(cognito.revoke_user_session, AccessToken=mine, SessionId=own_id) == (
            "InvalidParameterException",
            "The current session cannot be revoked.",
        )
        assert cognito.get_user(AccessToken=mine)

    def test_is_for_administrators_too(self, cognito, client, jane, sign_in):
        token = sign_in()
        listed = cognito.admin_list_user_sessions(UserPoolId=client.pool_id, Username="jane")["Sessions"]
        named = {"UserPoolId": client.pool_id, "Username": "jane", "SessionId": listed[0]["SessionId"]}

        cognito.admin_revoke_user_session(**named)

        assert refusal_of(cognito.get_user, AccessToken=token)[1] == "Access Token has been revoked"
        assert refusal_of(cognito.admin_revoke_user_session, **named) == (
            "ResourceNotFoundException",
            "Session not found.",
        )

    def test_takes_only_ids_of_their_form(self, cognito, sign_in):
        code, _message = refusal_of(cognito.revoke_user_session, AccessToken=sign_in(), SessionId="tkn1")

        assert code == "InvalidParameterException"


class TestSessionConfiguration:
    def test_of_a_pool_is_kept_and_limits_sessions(self, cognito, client, jane, sign_in):
        assert cognito.get_user_pool_session_configuration(UserPoolId=client.pool_id)["TokenSession"] == {
            "MaxPerUser": 20
        }
        wanted = {
            "UserPoolId": client.pool_id,
            "UserSessionTracking": "ENABLED",
            "TokenSession": {"MaxPerUser": 1},
        }

        answer = cognito.set_user_pool_session_configuration(**wanted)
        first, second = sign_in(), sign_in()

        for given in (answer, cognito.get_user_pool_session_configuration(UserPoolId=client.pool_id)):
            assert {name: given[name] for name in wanted} == wanted
        assert refusal_of(cognito.get_user, AccessToken=first)[1] == "Access Token has been revoked"
        assert cognito.get_user(AccessToken=second)
        assert TokenFamily.objects.filter(revoked_at=None).count() == 1

    @pytest.mark.parametrize("limit", [0, 101])
    def test_of_a_pool_is_from_1_to_100(self, cognito, client, limit):
        code, _message = refusal_of(
            cognito.set_user_pool_session_configuration,
            UserPoolId=client.pool_id,
            UserSessionTracking="ENABLED",
            TokenSession={"MaxPerUser": limit},
        )

        assert code == "InvalidParameterException"

    def test_of_a_client_is_kept(self, cognito, client):
        named = {"UserPoolId": client.pool_id, "ClientId": client.pk}
        assert cognito.get_user_pool_client_session_configuration(**named)["SSOSession"] == {"MaxValidityMinutes": 60}

        cognito.set_user_pool_client_session_configuration(**named, SSOSession={"MaxValidityMinutes": 0})

        assert cognito.get_user_pool_client_session_configuration(**named)["SSOSession"] == {"MaxValidityMinutes": 0}
