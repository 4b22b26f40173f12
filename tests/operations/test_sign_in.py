"""InitiateAuth, RespondToAuthChallenge and their administrative twins."""

import datetime
import json

import pytest
from django.utils import timezone

from cognito_auth.choices import UserStatus
from cognito_auth.models import AttemptCounter, AuthEvent, SignInAttempt, TokenFamily, User
from tests.concurrency import race
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory
from tests.refusals import refusal_of

INCORRECT = ("NotAuthorizedException", "Incorrect username or password.")


def sign_in(cognito, client, username="jane", password="Passw0rd!", flow="USER_PASSWORD_AUTH", **parameters):
    return cognito.initiate_auth(
        AuthFlow=flow,
        ClientId=client.pk,
        AuthParameters={"USERNAME": username, "PASSWORD": password, **parameters},
    )


def new_password(client, session):
    """Return the members of an answer to NEW_PASSWORD_REQUIRED."""
    return {
        "ClientId": client.pk,
        "ChallengeName": "NEW_PASSWORD_REQUIRED",
        "Session": session,
        "ChallengeResponses": {"USERNAME": "jane", "NEW_PASSWORD": "N3w!passw0rd"},
    }


@pytest.fixture
def client(db):
    return UserPoolClientFactory()


@pytest.fixture
def jane(client):
    return UserFactory(pool=client.pool, username="jane", confirmed=True)


class TestInitiateAuth:
    def test_gives_three_tokens(self, cognito, client, jane):
        answer = sign_in(cognito, client)

        result = answer["AuthenticationResult"]
        assert set(result) == {"AccessToken", "IdToken", "RefreshToken", "ExpiresIn", "TokenType"}
        assert result["ExpiresIn"] == 3600
        assert result["TokenType"] == "Bearer"
        assert answer["ChallengeParameters"] == {}
        assert "ChallengeName" not in answer

    def test_takes_any_name_of_the_person(self, cognito, client, jane):
        assert sign_in(cognito, client, username="JANE")
        assert sign_in(cognito, client, username=str(jane.sub))

    def test_refuses_a_wrong_password(self, cognito, client, jane):
        assert refusal_of(sign_in, cognito=cognito, client=client, password="Wr0ng!pass") == INCORRECT

    def test_tells_unknown_people_only_where_the_client_allows(self, cognito, client, jane):
        hiding = UserPoolClientFactory(pool=client.pool, hides_users=True)

        assert refusal_of(sign_in, cognito=cognito, client=client, username="nobody") == (
            "UserNotFoundException",
            "User does not exist.",
        )
        assert refusal_of(sign_in, cognito=cognito, client=hiding, username="nobody") == INCORRECT

    @pytest.mark.parametrize(
        ("state", "refused"),
        [
            ({"status": UserStatus.UNCONFIRMED}, ("UserNotConfirmedException", "User is not confirmed.")),
            (
                {"status": UserStatus.RESET_REQUIRED},
                ("PasswordResetRequiredException", "Password reset required for the user"),
            ),
            ({"is_active": False}, ("NotAuthorizedException", "User is disabled.")),
        ],
    )
    def test_says_what_keeps_an_account_from_signing_in(self, cognito, client, jane, state, refused):
        hiding = UserPoolClientFactory(pool=client.pool, hides_users=True)
        User.objects.update(**state)

        assert refusal_of(sign_in, cognito=cognito, client=client) == refused
        assert refusal_of(sign_in, cognito=cognito, client=hiding) == refused
        assert refusal_of(sign_in, cognito=cognito, client=hiding, password="Wr0ng!pass") == INCORRECT

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"flow": "ADMIN_USER_PASSWORD_AUTH"}, "Initiate Auth method not supported"),
            ({"flow": "CUSTOM_AUTH"}, "Auth flow not enabled for this client"),
            ({"username": ""}, "Missing required parameter USERNAME"),
            ({"password": ""}, "Missing required parameter PASSWORD"),
        ],
    )
    def test_refuses_what_the_flow_does_not_offer(self, cognito, client, jane, arguments, message):
        refused = refusal_of(sign_in, cognito=cognito, client=client, **arguments)

        assert refused == ("InvalidParameterException", message)

    def test_refuses_a_flow_that_is_off(self, cognito, jane):
        client = UserPoolClientFactory(pool=jane.pool, explicit_auth_flows=["ALLOW_REFRESH_TOKEN_AUTH"])

        assert refusal_of(sign_in, cognito=cognito, client=client) == (
            "InvalidParameterException",
            "USER_PASSWORD_AUTH flow not enabled for this client",
        )

    def test_an_expired_temporary_password_is_refused(self, cognito, client):
        UserFactory(
            pool=client.pool,
            username="jane",
            invited=True,
            password_set_at=timezone.now() - datetime.timedelta(days=8),
        )

        assert refusal_of(sign_in, cognito=cognito, client=client) == (
            "NotAuthorizedException",
            "Temporary password has expired and must be reset by an administrator.",
        )

    def test_records_successes_and_refusals_without_secrets(self, cognito, client, jane):
        sign_in(cognito, client)
        refusal_of(sign_in, cognito=cognito, client=client, password="Wr0ng!pass")

        passed, failed = AuthEvent.objects.order_by("created_at")
        assert (passed.response, passed.user_id, passed.challenges) == ("Pass", jane.pk, ["PASSWORD"])
        assert (failed.response, failed.user_id, failed.reason) == ("Fail", jane.pk, "sign_in.incorrect")

    def test_needs_few_queries(self, cognito, client, jane, django_assert_max_num_queries):
        sign_in(cognito, client)

        # client, user, reserve, settle, begin, groups, family, refresh token, event, commit
        with django_assert_max_num_queries(10):
            sign_in(cognito, client)


class TestLock:
    def test_locks_after_five_failures_also_for_the_right_password(self, cognito, client, jane):
        for _time in range(5):
            refusal_of(sign_in, cognito=cognito, client=client, password="Wr0ng!pass")

        assert refusal_of(sign_in, cognito=cognito, client=client) == (
            "NotAuthorizedException",
            "Password attempts exceeded",
        )

    def test_locks_names_of_nobody_alike(self, cognito, client):
        for _time in range(5):
            refusal_of(sign_in, cognito=cognito, client=client, username="nobody")

        assert refusal_of(sign_in, cognito=cognito, client=client, username="nobody")[1] == (
            "Password attempts exceeded"
        )

    def test_is_one_for_all_clients_and_names(self, cognito, client, jane):
        other = UserPoolClientFactory(pool=client.pool)
        names = ["jane", "JANE", str(jane.sub)]
        for position in range(5):
            refusal_of(
                sign_in,
                cognito=cognito,
                client=(client, other)[position % 2],
                username=names[position % 3],
                password="Wr0ng!pass",
            )

        assert refusal_of(sign_in, cognito=cognito, client=other)[1] == "Password attempts exceeded"

    def test_opens_again_after_its_time(self, cognito, client, jane):
        for _time in range(5):
            refusal_of(sign_in, cognito=cognito, client=client, password="Wr0ng!pass")
        AttemptCounter.objects.update(locked_until=timezone.now() - datetime.timedelta(milliseconds=1))

        assert sign_in(cognito, client)["AuthenticationResult"]
        assert AttemptCounter.objects.count() == 0


class TestNewPasswordRequired:
    @pytest.fixture
    def invited(self, client):
        return UserFactory(pool=client.pool, username="jane", invited=True)

    def answer(self, cognito, client, session, password="N3w!passw0rd", username="jane", **more):
        return cognito.respond_to_auth_challenge(
            ClientId=client.pk,
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=session,
            ChallengeResponses={"USERNAME": username, "NEW_PASSWORD": password, **more},
        )

    def test_is_asked_of_people_with_a_temporary_password(self, cognito, client, invited):
        challenge = sign_in(cognito, client)

        assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
        parameters = challenge["ChallengeParameters"]
        assert json.loads(parameters["requiredAttributes"]) == []
        present = json.loads(parameters["userAttributes"])
        assert present["email"] == invited.email
        # As AWS writes it: without spaces.
        assert parameters["userAttributes"] == json.dumps(present, separators=(",", ":"))
        assert "AuthenticationResult" not in challenge
        assert 20 <= len(challenge["Session"]) <= 2048

    def test_its_answer_confirms_the_account_and_gives_tokens(self, cognito, client, invited):
        session = sign_in(cognito, client)["Session"]

        # Leftovers of earlier steps come along and mean nothing.
        answer = self.answer(cognito, client, session, TIMESTAMP="x", PASSWORD_CLAIM_SIGNATURE="x")

        assert answer["AuthenticationResult"]["IdToken"]
        invited.refresh_from_db()
        assert invited.status == UserStatus.CONFIRMED
        assert invited.check_password("N3w!passw0rd")

    def test_a_weak_password_leaves_the_session_open(self, cognito, client, invited):
        session = sign_in(cognito, client)["Session"]

        refused = refusal_of(self.answer, cognito=cognito, client=client, session=session, password="weak")

        assert refused[0] == "InvalidPasswordException"
        assert self.answer(cognito, client, session)["AuthenticationResult"]

    def test_a_session_is_used_once(self, cognito, client, invited):
        session = sign_in(cognito, client)["Session"]
        self.answer(cognito, client, session)

        assert refusal_of(self.answer, cognito=cognito, client=client, session=session) == (
            "NotAuthorizedException",
            "Invalid session for the user, session can only be used once.",
        )

    def test_a_session_expires(self, cognito, client, invited):
        session = sign_in(cognito, client)["Session"]
        SignInAttempt.objects.update(expires_at=timezone.now())

        assert refusal_of(self.answer, cognito=cognito, client=client, session=session) == (
            "NotAuthorizedException",
            "Invalid session for the user, session is expired.",
        )

    def test_a_session_belongs_to_one_client_and_one_person(self, cognito, client, invited):
        session = sign_in(cognito, client)["Session"]
        other = UserPoolClientFactory(pool=client.pool)
        UserFactory(pool=client.pool, username="mallory")
        invalid = ("NotAuthorizedException", "Invalid session for the user.")

        assert refusal_of(self.answer, cognito=cognito, client=other, session=session) == invalid
        assert refusal_of(self.answer, cognito=cognito, client=client, session="x" * 40) == invalid
        assert refusal_of(self.answer, cognito=cognito, client=client, session=session, username="mallory") == invalid
        # The internal name is as good as the one signed in with.
        assert self.answer(cognito, client, session, username=str(invited.sub))

    def test_a_sign_out_in_between_ends_the_sign_in(self, cognito, client, invited):
        session = sign_in(cognito, client)["Session"]
        cognito.admin_user_global_sign_out(UserPoolId=client.pool_id, Username="jane")

        assert refusal_of(self.answer, cognito=cognito, client=client, session=session)[1] == (
            "Invalid session for the user."
        )

    def test_attributes_that_have_a_value_are_not_overwritten(self, cognito, client, invited):
        session = sign_in(cognito, client)["Session"]
        changed = {"userAttributes.email": "mallory@example.com"}

        refused = refusal_of(self.answer, cognito=cognito, client=client, session=session, **changed)

        assert refused == ("InvalidParameterException", "Cannot modify an already provided email")
        assert self.answer(cognito, client, session, **{"userAttributes.given_name": "Jane"})
        invited.refresh_from_db()
        assert (invited.email, invited.given_name) == (f"{invited.username}@example.com", "Jane")


class TestAdminInitiateAuth:
    def admin_sign_in(self, cognito, client, flow="ADMIN_USER_PASSWORD_AUTH", pool_id=None):
        return cognito.admin_initiate_auth(
            UserPoolId=pool_id or client.pool_id,
            ClientId=client.pk,
            AuthFlow=flow,
            AuthParameters={"USERNAME": "jane", "PASSWORD": "Passw0rd!"},
        )

    @pytest.mark.parametrize("flow", ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"])
    def test_signs_in_for_a_server(self, cognito, client, jane, flow):
        assert self.admin_sign_in(cognito, client, flow)["AuthenticationResult"]["AccessToken"]

    def test_refuses_the_public_flow(self, cognito, client, jane):
        assert refusal_of(self.admin_sign_in, cognito=cognito, client=client, flow="USER_PASSWORD_AUTH") == (
            "InvalidParameterException",
            "Initiate Auth method not supported",
        )

    def test_refuses_a_client_of_another_pool(self, cognito, client, jane):
        other = UserPoolFactory()

        assert refusal_of(self.admin_sign_in, cognito=cognito, client=client, pool_id=other.pk) == (
            "ResourceNotFoundException",
            f"User pool client {client.pk} does not exist.",
        )

    def test_goes_on_with_a_session_of_the_public_operation(self, cognito, client):
        UserFactory(pool=client.pool, username="jane", invited=True)
        session = sign_in(cognito, client)["Session"]

        answer = cognito.admin_respond_to_auth_challenge(UserPoolId=client.pool_id, **new_password(client, session))

        assert answer["AuthenticationResult"]["IdToken"]

    def test_begins_what_the_public_operation_may_end(self, cognito, client):
        UserFactory(pool=client.pool, username="jane", invited=True)
        session = self.admin_sign_in(cognito, client, "ADMIN_USER_PASSWORD_AUTH")["Session"]

        answer = cognito.respond_to_auth_challenge(**new_password(client, session))

        assert answer["AuthenticationResult"]["IdToken"]


class TestRefresh:
    def refresh(self, cognito, client, token, **more):
        return cognito.initiate_auth(
            AuthFlow="REFRESH_TOKEN_AUTH", ClientId=client.pk, AuthParameters={"REFRESH_TOKEN": token, **more}
        )

    def test_gives_new_tokens_and_no_new_refresh_token(self, cognito, client, jane):
        token = sign_in(cognito, client)["AuthenticationResult"]["RefreshToken"]

        result = self.refresh(cognito, client, token)["AuthenticationResult"]

        assert set(result) == {"AccessToken", "IdToken", "ExpiresIn", "TokenType"}

    def test_is_not_for_clients_that_rotate(self, cognito, jane):
        client = UserPoolClientFactory(
            pool=jane.pool, refresh_token_rotation=True, explicit_auth_flows=["ALLOW_USER_PASSWORD_AUTH"]
        )
        token = sign_in(cognito, client)["AuthenticationResult"]["RefreshToken"]

        assert refusal_of(self.refresh, cognito=cognito, client=client, token=token) == (
            "InvalidParameterException",
            "Auth flow not enabled for this client",
        )
        rotated = cognito.get_tokens_from_refresh_token(ClientId=client.pk, RefreshToken=token)
        assert rotated["AuthenticationResult"]["RefreshToken"] != token

    def test_takes_a_secret_hash_over_any_name_of_the_person(self, cognito, jane):
        from cognito_auth.services.user_pool_clients import secret_hash_of

        client = UserPoolClientFactory(pool=jane.pool, secret="s3cr3t" * 8)
        known = {"SECRET_HASH": secret_hash_of(client.pk, "s3cr3t" * 8, "jane").decode()}
        token = sign_in(cognito, client, **known)["AuthenticationResult"]["RefreshToken"]

        assert self.refresh(cognito, client, token, **known)
        by_sub = {"SECRET_HASH": secret_hash_of(client.pk, "s3cr3t" * 8, str(jane.sub)).decode()}
        assert self.refresh(cognito, client, token, **by_sub)
        wrong = {"SECRET_HASH": secret_hash_of(client.pk, "s3cr3t" * 8, "mallory").decode()}
        assert refusal_of(self.refresh, cognito=cognito, client=client, token=token, **wrong)[1] == (
            f"Unable to verify secret hash for client {client.pk}"
        )


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    def test_a_burst_of_wrong_passwords_is_five_guesses(self, cognito):
        client = UserPoolClientFactory()
        UserFactory(pool=client.pool, username="jane", confirmed=True)

        results = race(*[lambda: refusal_of(sign_in, cognito=cognito, client=client, password="Wr0ng!pass")] * 16)

        assert results.count(INCORRECT) == 5
        assert results.count(("NotAuthorizedException", "Password attempts exceeded")) == 11

    def test_one_answer_to_a_challenge_wins(self, cognito):
        client = UserPoolClientFactory()
        UserFactory(pool=client.pool, username="jane", invited=True)
        session = sign_in(cognito, client)["Session"]

        def answer(password):
            return cognito.respond_to_auth_challenge(
                ClientId=client.pk,
                ChallengeName="NEW_PASSWORD_REQUIRED",
                Session=session,
                ChallengeResponses={"USERNAME": "jane", "NEW_PASSWORD": password},
            )

        passwords = [f"N3w!passw0rd{position}" for position in range(6)]
        results = race(*[lambda password=password: answer(password) for password in passwords])

        winners = [password for password, result in zip(passwords, results, strict=True) if isinstance(result, dict)]
        assert len(winners) == 1
        assert User.objects.get().check_password(winners[0])
        assert TokenFamily.objects.count() == 1

    def test_a_sign_out_during_a_sign_in_leaves_no_working_token(self, cognito):
        client = UserPoolClientFactory()
        UserFactory(pool=client.pool, username="jane", confirmed=True)

        def sign_out():
            cognito.admin_disable_user(UserPoolId=client.pool_id, Username="jane")

        results = race(*[lambda: sign_in(cognito, client)] * 5, sign_out)

        for result in results[:5]:
            if isinstance(result, dict):
                token = result["AuthenticationResult"]["AccessToken"]
                assert refusal_of(cognito.get_user, AccessToken=token)[0] == "NotAuthorizedException"
