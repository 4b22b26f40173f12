"""SOFTWARE_TOKEN_MFA."""

import pytest
from django.contrib.auth import hashers
from django.utils import timezone

from cognito_auth.models import AttemptCounter, AuthEvent, SignInAttempt, TokenFamily
from cognito_auth.services.mfa import recovery_codes
from tests import mfa
from tests.concurrency import race
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory
from tests.refusals import refusal_of

CHALLENGE = "SOFTWARE_TOKEN_MFA"
MISMATCH = ("CodeMismatchException", "Invalid code received for user")
USED = ("ExpiredCodeException", "Your software token has already been used once.")
LOCKED = ("NotAuthorizedException", "Password attempts exceeded")
SESSION_USED = ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")


@pytest.fixture
def client(db):
    return UserPoolClientFactory(pool=UserPoolFactory(mfa_configuration="OPTIONAL", software_token_mfa_enabled=True))


@pytest.fixture
def jane(client):
    jane = UserFactory(pool=client.pool, username="jane", confirmed=True)
    mfa.enrol(jane)
    return jane


@pytest.fixture
def session(cognito, client, jane):
    return mfa.sign_in(cognito, client)["Session"]


class TestBegin:
    def test_asks_for_the_code_and_gives_no_tokens(self, cognito, client, jane):
        answer = mfa.sign_in(cognito, client)

        assert answer["ChallengeName"] == CHALLENGE
        assert answer["ChallengeParameters"] == {"USER_ID_FOR_SRP": "jane"}
        assert "AuthenticationResult" not in answer
        assert not TokenFamily.objects.exists()

    def test_names_the_device(self, cognito, client, jane):
        jane.software_token.friendly_name = "Jane's phone"
        jane.software_token.save()

        assert mfa.sign_in(cognito, client)["ChallengeParameters"]["FRIENDLY_DEVICE_NAME"] == "Jane's phone"


class TestAnswer:
    def test_gives_tokens_for_the_code_of_now_and_of_one_step_either_way(self, cognito, client, jane):
        for offset in (-1, 0, 1):
            session = mfa.sign_in(cognito, client)["Session"]
            answer = mfa.respond(cognito, client, CHALLENGE, session, SOFTWARE_TOKEN_MFA_CODE=mfa.code(offset))

            assert answer["AuthenticationResult"]["AccessToken"]
            assert answer["ChallengeParameters"] == {}

    def test_takes_the_code_beside_that_of_another_factor(self, cognito, client, session):
        code = mfa.code()

        assert mfa.respond(cognito, client, CHALLENGE, session, SOFTWARE_TOKEN_MFA_CODE=code, SMS_MFA_CODE=code)[
            "AuthenticationResult"
        ]

    def test_records_what_was_passed(self, cognito, client, session):
        mfa.respond(cognito, client, CHALLENGE, session, SOFTWARE_TOKEN_MFA_CODE=mfa.code())

        assert AuthEvent.objects.get(response="Pass").challenges == ["PASSWORD", CHALLENGE]

    def test_refuses_codes_further_away(self, cognito, client, session):
        for offset in (-3, 3):
            assert (
                refusal_of(
                    mfa.respond,
                    cognito=cognito,
                    client=client,
                    challenge=CHALLENGE,
                    session=session,
                    SOFTWARE_TOKEN_MFA_CODE=mfa.code(offset),
                )
                == MISMATCH
            )

    @pytest.mark.parametrize("code", ["000", "", "12345６", "𝟙𝟚𝟛𝟜𝟝𝟞", "abcdef", "9" * 2000])
    def test_refuses_what_is_no_code(self, cognito, client, session, code):
        name, _message = refusal_of(
            mfa.respond,
            cognito=cognito,
            client=client,
            challenge=CHALLENGE,
            session=session,
            SOFTWARE_TOKEN_MFA_CODE=code,
        )

        assert name == ("CodeMismatchException" if code else "InvalidParameterException")

    def test_lets_the_person_try_again_on_the_same_session(self, cognito, client, session):
        assert (
            refusal_of(
                mfa.respond,
                cognito=cognito,
                client=client,
                challenge=CHALLENGE,
                session=session,
                SOFTWARE_TOKEN_MFA_CODE=mfa.wrong_code(),
            )
            == MISMATCH
        )

        assert mfa.respond(cognito, client, CHALLENGE, session, SOFTWARE_TOKEN_MFA_CODE=mfa.code())

    def test_takes_a_code_once(self, cognito, client, session):
        code = mfa.code()
        mfa.respond(cognito, client, CHALLENGE, session, SOFTWARE_TOKEN_MFA_CODE=code)
        another = mfa.sign_in(cognito, client)["Session"]

        refusal = refusal_of(
            mfa.respond,
            cognito=cognito,
            client=client,
            challenge=CHALLENGE,
            session=another,
            SOFTWARE_TOKEN_MFA_CODE=code,
        )

        assert refusal == USED

    def test_takes_a_session_once(self, cognito, client, session):
        mfa.respond(cognito, client, CHALLENGE, session, SOFTWARE_TOKEN_MFA_CODE=mfa.code())

        refusal = refusal_of(
            mfa.respond,
            cognito=cognito,
            client=client,
            challenge=CHALLENGE,
            session=session,
            SOFTWARE_TOKEN_MFA_CODE=mfa.code(1),
        )

        assert refusal == SESSION_USED

    def test_locks_the_person_after_five_wrong_codes_whatever_the_session(self, cognito, client, jane):
        for _time in range(5):
            session = mfa.sign_in(cognito, client)["Session"]
            refusal_of(
                mfa.respond,
                cognito=cognito,
                client=client,
                challenge=CHALLENGE,
                session=session,
                SOFTWARE_TOKEN_MFA_CODE=mfa.wrong_code(),
            )

        session = mfa.sign_in(cognito, client)["Session"]
        refusal = refusal_of(
            mfa.respond,
            cognito=cognito,
            client=client,
            challenge=CHALLENGE,
            session=session,
            SOFTWARE_TOKEN_MFA_CODE=mfa.code(),
        )

        assert refusal == LOCKED
        assert not TokenFamily.objects.exists()

    def test_forgets_wrong_codes_after_a_right_one(self, cognito, client, session):
        for _time in range(3):
            refusal_of(
                mfa.respond,
                cognito=cognito,
                client=client,
                challenge=CHALLENGE,
                session=session,
                SOFTWARE_TOKEN_MFA_CODE=mfa.wrong_code(),
            )
        mfa.respond(cognito, client, CHALLENGE, session, SOFTWARE_TOKEN_MFA_CODE=mfa.code())

        assert not AttemptCounter.objects.exists()

    def test_forgets_no_wrong_codes_after_one_that_was_used(self, cognito, client, session):
        used = mfa.code()
        mfa.respond(cognito, client, CHALLENGE, session, SOFTWARE_TOKEN_MFA_CODE=used)
        for code in (mfa.wrong_code(), used, mfa.wrong_code(), used):
            another = mfa.sign_in(cognito, client)["Session"]
            refusal_of(
                mfa.respond,
                cognito=cognito,
                client=client,
                challenge=CHALLENGE,
                session=another,
                SOFTWARE_TOKEN_MFA_CODE=code,
            )

        counter = AttemptCounter.objects.get()
        assert (counter.failed, counter.reserved) == (2, 0)

    def test_computes_no_password_hash(self, cognito, client, session, monkeypatch):
        def refuse(*_args, **_kwargs):
            raise AssertionError("A second factor is no password.")

        monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", refuse)
        monkeypatch.setattr(hashers.MD5PasswordHasher, "verify", refuse)

        assert mfa.respond(cognito, client, CHALLENGE, session, SOFTWARE_TOKEN_MFA_CODE=mfa.code())

    def test_needs_few_queries(self, cognito, client, session, django_assert_max_num_queries):
        mfa.respond(cognito, client, CHALLENGE, session, SOFTWARE_TOKEN_MFA_CODE=mfa.code(-1))
        session = mfa.sign_in(cognito, client)["Session"]

        # Savepoints included; the statements of the last step go together.
        with django_assert_max_num_queries(14):
            mfa.respond(cognito, client, CHALLENGE, session, SOFTWARE_TOKEN_MFA_CODE=mfa.code())

    def test_refuses_a_person_disabled_meanwhile(self, cognito, client, jane, session):
        cognito.admin_disable_user(UserPoolId=client.pool_id, Username="jane")

        assert (
            refusal_of(
                mfa.respond,
                cognito=cognito,
                client=client,
                challenge=CHALLENGE,
                session=session,
                SOFTWARE_TOKEN_MFA_CODE=mfa.code(),
            )[0]
            == "NotAuthorizedException"
        )


class TestAnswerWithARecoveryCode:
    def test_takes_each_code_once(self, cognito, client, jane):
        codes = recovery_codes.generate(jane, now=timezone.now())
        session = mfa.sign_in(cognito, client)["Session"]
        assert mfa.respond(cognito, client, CHALLENGE, session, SOFTWARE_TOKEN_MFA_CODE=codes[3])
        session = mfa.sign_in(cognito, client)["Session"]

        refusal = refusal_of(
            mfa.respond,
            cognito=cognito,
            client=client,
            challenge=CHALLENGE,
            session=session,
            SOFTWARE_TOKEN_MFA_CODE=codes[3],
        )

        assert refusal == MISMATCH
        assert recovery_codes.remaining(jane) == 9

    def test_takes_it_as_people_type_it(self, cognito, client, jane, session):
        typed = recovery_codes.generate(jane, now=timezone.now())[0].replace("-", " ").upper()

        assert mfa.respond(cognito, client, CHALLENGE, session, SOFTWARE_TOKEN_MFA_CODE=f" {typed}")

    def test_refuses_another_persons(self, cognito, client, jane, session):
        joe = UserFactory(pool=client.pool, username="joe", confirmed=True)
        mfa.enrol(joe)
        code = recovery_codes.generate(joe, now=timezone.now())[0]

        refusal = refusal_of(
            mfa.respond,
            cognito=cognito,
            client=client,
            challenge=CHALLENGE,
            session=session,
            SOFTWARE_TOKEN_MFA_CODE=code,
        )

        assert refusal == MISMATCH


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestAnswerInParallel:
    def attempt(self, cognito, client, session, code):
        return lambda: mfa.respond(cognito, client, CHALLENGE, session, SOFTWARE_TOKEN_MFA_CODE=code)

    def test_gives_tokens_to_one_of_two(self, cognito, client, session):
        code = mfa.code()
        results = race(*[self.attempt(cognito, client, session, code) for _time in range(4)])

        assert sum(isinstance(result, dict) for result in results) == 1
        assert TokenFamily.objects.count() == 1
        assert SignInAttempt.objects.filter(consumed_at__isnull=False).count() == 1

    def test_takes_a_code_once_over_two_sessions(self, cognito, client, jane):
        code = mfa.code()
        sessions = [mfa.sign_in(cognito, client)["Session"] for _time in range(3)]
        results = race(*[self.attempt(cognito, client, session, code) for session in sessions])

        assert sum(isinstance(result, dict) for result in results) == 1
        assert TokenFamily.objects.count() == 1

    def test_a_code_lost_to_a_race_leaves_the_wrong_codes_counted(self, cognito, client, jane):
        used, wrong = mfa.code(), mfa.wrong_code()
        sessions = [mfa.sign_in(cognito, client)["Session"] for _time in range(7)]
        mfa.respond(cognito, client, CHALLENGE, sessions.pop(), SOFTWARE_TOKEN_MFA_CODE=used)

        race(
            *[
                self.attempt(cognito, client, session, code)
                for session, code in zip(sessions, [wrong, used] * 3, strict=True)
            ]
        )

        counter = AttemptCounter.objects.get()
        assert (counter.failed, counter.reserved) == (3, 0)

    def test_takes_a_recovery_code_once_over_two_sessions(self, cognito, client, jane):
        code = recovery_codes.generate(jane, now=timezone.now())[0]
        sessions = [mfa.sign_in(cognito, client)["Session"] for _time in range(3)]
        results = race(*[self.attempt(cognito, client, session, code) for session in sessions])

        assert sum(isinstance(result, dict) for result in results) == 1

    def test_compares_no_more_codes_than_one_after_the_other(self, cognito, client, jane):
        sessions = [mfa.sign_in(cognito, client)["Session"] for _time in range(12)]
        wrong = mfa.wrong_code()
        results = race(*[self.attempt(cognito, client, session, wrong) for session in sessions])

        compared = [result for result in results if result.response["Error"]["Code"] == "CodeMismatchException"]
        # The lock after the fifth lasts a second, while which some of the others still wait.
        assert 5 <= len(compared) <= 6
        assert AttemptCounter.objects.get().failed == len(compared)
