"""USER_SRP_AUTH and PASSWORD_VERIFIER."""

import base64
import datetime
import uuid

import pytest
import time_machine
from django.utils import timezone

from cognito_auth.choices import UserStatus
from cognito_auth.models import AttemptCounter, AuthEvent, SignInAttempt, SrpVerifier, TokenFamily, User
from cognito_auth.services import passwords, srp_verifiers
from tests.concurrency import race
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory
from tests.refusals import refusal_of
from tests.srp_client import SrpClient

PASSWORD = "Passw0rd!"
INCORRECT = ("NotAuthorizedException", "Incorrect username or password.")
FLOWS = ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


@pytest.fixture
def client(db):
    return UserPoolClientFactory(explicit_auth_flows=FLOWS)


@pytest.fixture
def hiding(client):
    return UserPoolClientFactory(pool=client.pool, explicit_auth_flows=FLOWS, hides_users=True)


def make_user(pool, password=PASSWORD, **fields):
    user = UserFactory(pool=pool, **{"username": "Jane", "confirmed": True, **fields})
    srp_verifiers.remember(user, password)
    return user


@pytest.fixture
def jane(client):
    return make_user(client.pool)


def begin(cognito, client, person, username="jane", **parameters):
    return cognito.initiate_auth(
        AuthFlow="USER_SRP_AUTH",
        ClientId=client.pk,
        AuthParameters={"USERNAME": username, "SRP_A": person.srp_a, **parameters},
    )


def answers_to(client, person, challenge, *, now=None, **changes):
    parameters = challenge["ChallengeParameters"]
    claims = person.claims(
        group=client.pool.srp_name,
        identity=parameters["USER_ID_FOR_SRP"],
        parameters=parameters,
        now=now or timezone.now(),
    )
    answers = {"USERNAME": parameters["USER_ID_FOR_SRP"], **claims, **changes}
    return {name: value for name, value in answers.items() if value is not None}


def answer(cognito, client, person, challenge, *, session=True, now=None, **changes):
    return cognito.respond_to_auth_challenge(
        ClientId=client.pk,
        ChallengeName="PASSWORD_VERIFIER",
        ChallengeResponses=answers_to(client, person, challenge, now=now, **changes),
        **({"Session": challenge["Session"]} if session else {}),
    )


def sign_in(cognito, client, password=PASSWORD, username="jane", **changes):
    person = SrpClient(password)
    return answer(cognito, client, person, begin(cognito, client, person, username), **changes)


class TestUserSrpAuth:
    def test_asks_with_all_that_clients_need(self, cognito, client, jane):
        challenge = begin(cognito, client, SrpClient(PASSWORD))

        parameters = challenge["ChallengeParameters"]
        assert challenge["ChallengeName"] == "PASSWORD_VERIFIER"
        assert set(parameters) == {"SALT", "SRP_B", "SECRET_BLOCK", "USERNAME", "USER_ID_FOR_SRP"}
        assert parameters["USERNAME"] == parameters["USER_ID_FOR_SRP"] == "Jane"
        assert f"{int(parameters['SALT'], 16):x}" == parameters["SALT"]
        assert f"{int(parameters['SRP_B'], 16):x}" == parameters["SRP_B"]
        assert base64.b64decode(parameters["SECRET_BLOCK"], validate=True)
        assert "AuthenticationResult" not in challenge

    def test_another_number_and_block_each_time_but_the_same_salt(self, cognito, client, jane):
        one, other = (begin(cognito, client, SrpClient(PASSWORD))["ChallengeParameters"] for _time in range(2))

        assert one["SALT"] == other["SALT"]
        assert one["SRP_B"] != other["SRP_B"]
        assert one["SECRET_BLOCK"] != other["SECRET_BLOCK"]

    @pytest.mark.parametrize("srp_a", ["0", "00", "xyz", "f" * 771, "-1"])
    def test_refuses_what_is_no_public_number(self, cognito, client, jane, srp_a):
        code, _message = refusal_of(begin, cognito=cognito, client=client, person=SrpClient(PASSWORD), SRP_A=srp_a)

        assert code == "InvalidParameterException"
        assert not SignInAttempt.objects.exists()

    def test_needs_a_public_number(self, cognito, client, jane):
        refused = refusal_of(
            cognito.initiate_auth,
            AuthFlow="USER_SRP_AUTH",
            ClientId=client.pk,
            AuthParameters={"USERNAME": "jane"},
        )

        assert refused == ("InvalidParameterException", "Missing required parameter SRP_A")

    def test_is_refused_where_it_is_off(self, cognito, jane):
        client = UserPoolClientFactory(pool=jane.pool, explicit_auth_flows=["ALLOW_USER_PASSWORD_AUTH"])

        refused = refusal_of(begin, cognito=cognito, client=client, person=SrpClient(PASSWORD))

        assert refused == ("InvalidParameterException", "Auth flow not enabled for this client")


class TestPasswordVerifier:
    def test_a_right_proof_gives_tokens(self, cognito, client, jane):
        answer = sign_in(cognito, client)

        assert set(answer["AuthenticationResult"]) == {
            "AccessToken",
            "IdToken",
            "RefreshToken",
            "ExpiresIn",
            "TokenType",
        }

    def test_needs_no_session_beside_the_block(self, cognito, client, jane):
        assert "AuthenticationResult" in sign_in(cognito, client, session=False)

    @pytest.mark.parametrize("username", ["JANE", "jane@example.com", "sub"])
    def test_takes_any_name_of_the_person(self, cognito, client, username):
        client.pool.alias_attributes = ["email"]
        client.pool.save()
        jane = make_user(client.pool, email="jane@example.com")
        from cognito_auth.services import user_names

        user_names.sync_aliases(jane)
        name = str(jane.sub) if username == "sub" else username

        assert sign_in(cognito, client, username=name, USERNAME=name)["AuthenticationResult"]
        assert sign_in(cognito, client, username=name)["AuthenticationResult"]

    def test_works_for_administrators_too(self, cognito, client, jane):
        person = SrpClient(PASSWORD)
        names = {"UserPoolId": client.pool_id, "ClientId": client.pk}
        challenge = cognito.admin_initiate_auth(
            **names, AuthFlow="USER_SRP_AUTH", AuthParameters={"USERNAME": "jane", "SRP_A": person.srp_a}
        )

        answered = cognito.admin_respond_to_auth_challenge(
            **names,
            ChallengeName="PASSWORD_VERIFIER",
            Session=challenge["Session"],
            ChallengeResponses=answers_to(client, person, challenge),
        )

        assert answered["AuthenticationResult"]

    def test_passwords_of_all_scripts(self, cognito, client):
        make_user(client.pool, "P@ssw0rd-Ünï1 日本")

        assert sign_in(cognito, client, "P@ssw0rd-Ünï1 日本")["AuthenticationResult"]
        assert refusal_of(sign_in, cognito=cognito, client=client, password="P@ssw0rd-Uni1 日本") == INCORRECT

    def test_refuses_a_wrong_password(self, cognito, client, jane):
        assert refusal_of(sign_in, cognito=cognito, client=client, password="Wr0ng!pass") == INCORRECT

    @pytest.mark.parametrize("session", [True, False])
    @pytest.mark.parametrize(
        "change",
        [
            {"PASSWORD_CLAIM_SIGNATURE": "AAAA"},
            {"PASSWORD_CLAIM_SIGNATURE": "not base64 ÿ"},
            {"PASSWORD_CLAIM_SECRET_BLOCK": "AAAA"},
            {"PASSWORD_CLAIM_SECRET_BLOCK": "not base64 ÿ"},
            {"TIMESTAMP": "Tue Mar 3 09:05:07 UTC 2026"},
        ],
    )
    def test_refuses_what_was_tampered_with(self, cognito, client, jane, change, session):
        assert refusal_of(sign_in, cognito=cognito, client=client, session=session, **change) == INCORRECT

    @pytest.mark.parametrize("name", ["PASSWORD_CLAIM_SIGNATURE", "PASSWORD_CLAIM_SECRET_BLOCK", "TIMESTAMP"])
    def test_needs_every_part(self, cognito, client, jane, name):
        refused = refusal_of(sign_in, cognito=cognito, client=client, **{name: None})

        assert refused == ("InvalidParameterException", f"Missing required parameter {name}")

    @pytest.mark.parametrize("minutes", [-6, 6])
    def test_refuses_a_stale_timestamp_though_signed(self, cognito, client, jane, minutes):
        now = timezone.now() + datetime.timedelta(minutes=minutes)

        assert refusal_of(sign_in, cognito=cognito, client=client, now=now) == INCORRECT

    def test_a_block_of_another_sign_in_is_refused(self, cognito, client, jane):
        person = SrpClient(PASSWORD)
        one, other = begin(cognito, client, person), begin(cognito, client, person)
        mixed = {**one, "Session": other["Session"]}

        assert refusal_of(answer, cognito=cognito, client=client, person=person, challenge=mixed) == INCORRECT

    def test_is_bound_to_its_client(self, cognito, client, jane):
        other = UserPoolClientFactory(pool=client.pool, explicit_auth_flows=FLOWS)
        person = SrpClient(PASSWORD)
        challenge = begin(cognito, client, person)

        assert refusal_of(answer, cognito=cognito, client=other, person=person, challenge=challenge) == (
            "NotAuthorizedException",
            "Invalid session for the user.",
        )
        assert (
            refusal_of(answer, cognito=cognito, client=other, person=person, challenge=challenge, session=False)
            == INCORRECT
        )

    def test_is_bound_to_its_user(self, cognito, client, jane):
        make_user(client.pool, username="joe")
        person = SrpClient(PASSWORD)
        challenge = begin(cognito, client, person)

        refused = refusal_of(
            answer, cognito=cognito, client=client, person=person, challenge=challenge, session=False, USERNAME="joe"
        )

        assert refused == INCORRECT

    def test_counts_once(self, cognito, client, jane):
        person = SrpClient(PASSWORD)
        challenge = begin(cognito, client, person)
        answer(cognito, client, person, challenge)

        assert refusal_of(answer, cognito=cognito, client=client, person=person, challenge=challenge) == (
            "NotAuthorizedException",
            "Invalid session for the user, session can only be used once.",
        )
        assert TokenFamily.objects.count() == 1

    def test_expires(self, cognito, client, jane):
        person = SrpClient(PASSWORD)
        with time_machine.travel(timezone.now() - datetime.timedelta(minutes=3, seconds=1)):
            challenge = begin(cognito, client, person)

        assert (
            refusal_of(answer, cognito=cognito, client=client, person=person, challenge=challenge, session=False)
            == INCORRECT
        )

    def test_a_password_changed_meanwhile_is_refused(self, cognito, client, jane):
        person = SrpClient(PASSWORD)
        challenge = begin(cognito, client, person)
        passwords.set_password(jane, "0ther-Passw0rd!", now=timezone.now())
        jane.save()

        assert refusal_of(answer, cognito=cognito, client=client, person=person, challenge=challenge) == INCORRECT

    def test_a_sign_out_meanwhile_ends_it(self, cognito, client, jane):
        person = SrpClient(PASSWORD)
        challenge = begin(cognito, client, person)
        cognito.admin_user_global_sign_out(UserPoolId=client.pool_id, Username="jane")

        assert refusal_of(answer, cognito=cognito, client=client, person=person, challenge=challenge)[0] == (
            "NotAuthorizedException"
        )

    @pytest.mark.parametrize("hides", [False, True])
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
    def test_only_a_right_proof_learns_the_state_of_the_account(
        self, cognito, client, hiding, jane, state, refused, hides
    ):
        User.objects.update(**state)
        asked = hiding if hides else client

        assert refusal_of(sign_in, cognito=cognito, client=asked) == refused
        assert refusal_of(sign_in, cognito=cognito, client=asked, password="Wr0ng!pass") == INCORRECT

    def test_a_temporary_password_leads_to_one_of_ones_own(self, cognito, client):
        make_user(client.pool, confirmed=False, invited=True)

        asked = sign_in(cognito, client)
        assert asked["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
        cognito.respond_to_auth_challenge(
            ClientId=client.pk,
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=asked["Session"],
            ChallengeResponses={"USERNAME": "Jane", "NEW_PASSWORD": "0ther-Passw0rd!", "TIMESTAMP": "left over"},
        )

        assert sign_in(cognito, client, "0ther-Passw0rd!")["AuthenticationResult"]

    def test_an_expired_temporary_password_is_refused(self, cognito, client):
        make_user(
            client.pool,
            confirmed=False,
            invited=True,
            password_set_at=timezone.now() - datetime.timedelta(days=8),
        )

        assert refusal_of(sign_in, cognito=cognito, client=client) == (
            "NotAuthorizedException",
            "Temporary password has expired and must be reset by an administrator.",
        )

    def test_is_recorded(self, cognito, client, jane):
        refusal_of(sign_in, cognito=cognito, client=client, password="Wr0ng!pass")
        sign_in(cognito, client)

        events = list(AuthEvent.objects.order_by("created_at", "pk").values_list("response", "reason", "challenges"))
        assert ("Fail", "sign_in.incorrect", []) in events
        assert events[-1] == ("Pass", "", ["PASSWORD_VERIFIER"])


class TestLock:
    def test_is_shared_with_plain_passwords(self, cognito, client, jane):
        for _time in range(3):
            refusal_of(sign_in, cognito=cognito, client=client, password="Wr0ng!pass")
        for _time in range(2):
            refusal_of(
                cognito.initiate_auth,
                AuthFlow="USER_PASSWORD_AUTH",
                ClientId=client.pk,
                AuthParameters={"USERNAME": "jane", "PASSWORD": "Wr0ng!pass"},
            )

        assert refusal_of(sign_in, cognito=cognito, client=client) == (
            "NotAuthorizedException",
            "Password attempts exceeded",
        )

    def test_one_exchange_gives_no_more_guesses_than_many(self, cognito, client, jane):
        person = SrpClient(PASSWORD)
        challenge = begin(cognito, client, person)
        wrong = {"PASSWORD_CLAIM_SIGNATURE": "AAAA"}
        refused = [
            refusal_of(answer, cognito=cognito, client=client, person=person, challenge=challenge, **wrong)[1]
            for _time in range(7)
        ]

        assert refused == [INCORRECT[1]] * 5 + ["Password attempts exceeded"] * 2

    def test_is_forgotten_after_a_success(self, cognito, client, jane):
        for _time in range(4):
            refusal_of(sign_in, cognito=cognito, client=client, password="Wr0ng!pass")

        sign_in(cognito, client)

        assert not AttemptCounter.objects.exists()


class TestUnknownPeople:
    def test_are_told_apart_where_the_client_allows(self, cognito, client):
        refused = refusal_of(begin, cognito=cognito, client=client, person=SrpClient(PASSWORD), username="nobody")

        assert refused == ("UserNotFoundException", "User does not exist.")

    def test_get_a_challenge_that_stays_the_same_and_cannot_be_passed(self, cognito, hiding):
        one, other, elsewhere = (
            begin(cognito, client, SrpClient(PASSWORD), "nobody")["ChallengeParameters"]
            for client in (
                hiding,
                hiding,
                UserPoolClientFactory(pool=UserPoolFactory(), explicit_auth_flows=FLOWS, hides_users=True),
            )
        )

        assert set(one) == {"SALT", "SRP_B", "SECRET_BLOCK", "USERNAME", "USER_ID_FOR_SRP"}
        assert uuid.UUID(one["USER_ID_FOR_SRP"]).version == 4
        assert [one[name] for name in ("SALT", "USER_ID_FOR_SRP", "USERNAME")] == [
            other[name] for name in ("SALT", "USER_ID_FOR_SRP", "USERNAME")
        ]
        assert one["SRP_B"] != other["SRP_B"]
        assert elsewhere["SALT"] != one["SALT"]
        assert elsewhere["USER_ID_FOR_SRP"] != one["USER_ID_FOR_SRP"]

    @pytest.mark.parametrize("session", [True, False])
    @pytest.mark.parametrize("username", [None, "nobody"])
    def test_are_refused_by_whatever_name_they_go_on(self, cognito, hiding, session, username):
        changes = {} if username is None else {"USERNAME": username}

        refused = refusal_of(sign_in, cognito=cognito, client=hiding, username="nobody", session=session, **changes)

        assert refused == INCORRECT

    def test_keep_a_uuid_for_their_name(self, cognito, hiding):
        name = str(uuid.uuid4())

        parameters = begin(cognito, hiding, SrpClient(PASSWORD), name)["ChallengeParameters"]

        assert parameters["USER_ID_FOR_SRP"] == name

    def test_are_locked_like_others(self, cognito, hiding):
        refused = [refusal_of(sign_in, cognito=cognito, client=hiding, username="nobody")[1] for _time in range(6)]

        assert refused == [INCORRECT[1]] * 5 + ["Password attempts exceeded"]


class TestPeopleWithoutVerifier:
    def test_cannot_pass_before_they_showed_their_password(self, cognito, client, hiding):
        UserFactory(pool=client.pool, username="jane", confirmed=True)

        for asked in (client, hiding):
            assert refusal_of(sign_in, cognito=cognito, client=asked) == INCORRECT

        cognito.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=client.pk,
            AuthParameters={"USERNAME": "jane", "PASSWORD": PASSWORD},
        )
        assert sign_in(cognito, client)["AuthenticationResult"]

    def test_imported_ones_are_asked_to_reset_where_the_client_tells(self, cognito, client, hiding):
        UserFactory(pool=client.pool, username="jane", status=UserStatus.RESET_REQUIRED, password="")

        assert refusal_of(sign_in, cognito=cognito, client=client) == (
            "PasswordResetRequiredException",
            "Password reset required for the user",
        )
        assert refusal_of(sign_in, cognito=cognito, client=hiding) == INCORRECT

    def test_a_renamed_user_has_no_verifier_any_more(self, cognito, client, jane):
        jane.username = "janet"
        jane.save()

        assert SrpVerifier.objects.exists()
        assert refusal_of(sign_in, cognito=cognito, client=client, username="janet") == INCORRECT


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    def test_one_proof_counts_once(self, cognito):
        client = UserPoolClientFactory(explicit_auth_flows=FLOWS)
        make_user(client.pool)
        person = SrpClient(PASSWORD)
        challenge = begin(cognito, client, person)

        results = race(*[lambda: answer(cognito, client, person, challenge)] * 4)

        assert sum("AuthenticationResult" in result for result in results if isinstance(result, dict)) == 1
        assert TokenFamily.objects.count() == 1

    def test_guesses_get_no_further_than_one_after_the_other(self, cognito):
        client = UserPoolClientFactory(explicit_auth_flows=FLOWS)
        make_user(client.pool)
        person = SrpClient(PASSWORD)
        challenge = begin(cognito, client, person)
        wrong = {"PASSWORD_CLAIM_SIGNATURE": "AAAA"}

        results = race(*[lambda: answer(cognito, client, person, challenge, **wrong)] * 10)

        messages = [result.response["Error"]["Message"] for result in results]
        assert messages.count(INCORRECT[1]) <= 6
