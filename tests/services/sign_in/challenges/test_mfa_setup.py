"""MFA_SETUP and SELECT_MFA_TYPE."""

import time

import pyotp
import pytest

from cognito_auth.models import SoftwareToken, User, UserPool
from tests import mfa
from tests.concurrency import race
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory
from tests.refusals import refusal_of

SESSION_INVALID = ("NotAuthorizedException", "Invalid session for the user.")
SESSION_USED = ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")


def code_of(secret, offset=0):
    return pyotp.TOTP(secret).at(int(time.time()) + 30 * offset)


@pytest.fixture
def client(db):
    return UserPoolClientFactory(pool=UserPoolFactory(mfa_configuration="ON", software_token_mfa_enabled=True))


@pytest.fixture
def jane(client):
    return UserFactory(pool=client.pool, username="jane", confirmed=True)


@pytest.fixture
def session(cognito, client, jane):
    return mfa.sign_in(cognito, client)["Session"]


class TestAuthenticatorApp:
    def test_is_set_up_step_by_step(self, cognito, client, jane):
        answer = mfa.sign_in(cognito, client)
        assert answer["ChallengeName"] == "MFA_SETUP"
        assert answer["ChallengeParameters"] == {
            "MFAS_CAN_SETUP": '["SOFTWARE_TOKEN_MFA"]',
            "USER_ID_FOR_SRP": "jane",
        }

        associated = cognito.associate_software_token(Session=answer["Session"])
        secret = associated["SecretCode"]
        assert len(secret) == 52
        verified = cognito.verify_software_token(
            Session=associated["Session"], UserCode=code_of(secret), FriendlyDeviceName="phone"
        )
        assert verified["Status"] == "SUCCESS"
        answer = mfa.respond(cognito, client, "MFA_SETUP", verified["Session"])
        assert answer["AuthenticationResult"]["AccessToken"]

        user = cognito.get_user(AccessToken=answer["AuthenticationResult"]["AccessToken"])
        assert user["UserMFASettingList"] == ["SOFTWARE_TOKEN_MFA"]
        assert mfa.sign_in(cognito, client)["ChallengeName"] == "SOFTWARE_TOKEN_MFA"

    def test_counts_from_its_verification_on(self, cognito, client, session):
        associated = cognito.associate_software_token(Session=session)
        cognito.verify_software_token(Session=associated["Session"], UserCode=code_of(associated["SecretCode"]))

        assert mfa.sign_in(cognito, client)["ChallengeName"] == "SOFTWARE_TOKEN_MFA"

    def test_may_be_tried_again_after_a_wrong_code(self, cognito, client, session):
        associated = cognito.associate_software_token(Session=session)
        secret = associated["SecretCode"]
        wrong = next(f"{n:06d}" for n in range(9) if f"{n:06d}" not in {code_of(secret, o) for o in range(-2, 3)})

        refusal = refusal_of(cognito.verify_software_token, Session=associated["Session"], UserCode=wrong)

        assert refusal == ("EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA")
        assert cognito.verify_software_token(Session=associated["Session"], UserCode=code_of(secret))["Session"]

    def test_takes_each_session_once(self, cognito, session):
        cognito.associate_software_token(Session=session)

        assert refusal_of(cognito.associate_software_token, Session=session) == SESSION_USED

    def test_has_to_be_verified_before_the_answer(self, cognito, client, session):
        session = cognito.associate_software_token(Session=session)["Session"]

        refusal = refusal_of(mfa.respond, cognito=cognito, client=client, challenge="MFA_SETUP", session=session)

        assert refusal[0] == "SoftwareTokenMFANotFoundException"

    def test_is_not_added_by_an_old_session_once_there_is_another(self, cognito, client, jane, session):
        old = cognito.associate_software_token(Session=session)
        mfa.enrol(User.objects.get()) if not SoftwareToken.objects.exists() else SoftwareToken.objects.update(
            secret="", verified_at="2026-01-01T00:00:00Z"
        )

        refusal = refusal_of(cognito.verify_software_token, Session=old["Session"], UserCode=code_of(old["SecretCode"]))

        assert refusal == SESSION_INVALID

    def test_refuses_other_sessions(self, cognito, client, jane):
        assert refusal_of(cognito.associate_software_token, Session="x" * 40) == SESSION_INVALID
        assert refusal_of(cognito.associate_software_token)[0] == "InvalidParameterException"

        mfa.enrol(jane)
        session = mfa.sign_in(cognito, client)["Session"]
        assert refusal_of(cognito.associate_software_token, Session=session) == SESSION_INVALID


@pytest.mark.django_db(transaction=True)
class TestEmail:
    @pytest.fixture(autouse=True)
    def _jane_without_email(self, client, jane):
        UserPool.objects.update(email_mfa_enabled=True)
        User.objects.update(email="", email_key="", email_verified=None)

    def test_becomes_a_factor_with_its_code(self, cognito, client):
        answer = mfa.sign_in(cognito, client)
        assert answer["ChallengeParameters"]["MFAS_CAN_SETUP"] == '["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]'

        answer = mfa.respond(cognito, client, "MFA_SETUP", answer["Session"], EMAIL="jane@home.example")
        assert answer["ChallengeName"] == "EMAIL_OTP"
        assert User.objects.get().email == ""
        answer = mfa.respond(cognito, client, "EMAIL_OTP", answer["Session"], EMAIL_OTP_CODE=mfa.mailed_code())

        assert answer["AuthenticationResult"]["AccessToken"]
        jane = User.objects.get()
        assert (jane.email, jane.email_verified, jane.email_mfa_enabled) == ("jane@home.example", True, True)
        assert mfa.sign_in(cognito, client)["ChallengeName"] == "EMAIL_OTP"

    def test_has_to_be_one(self, cognito, client):
        session = mfa.sign_in(cognito, client)["Session"]

        refusal = refusal_of(
            mfa.respond, cognito=cognito, client=client, challenge="MFA_SETUP", session=session, EMAIL="nothing"
        )

        assert refusal[0] == "InvalidParameterException"

    def test_is_not_added_once_there_is_another_factor(self, cognito, client):
        session = mfa.sign_in(cognito, client)["Session"]
        answer = mfa.respond(cognito, client, "MFA_SETUP", session, EMAIL="mallory@example.com")
        mfa.enrol(User.objects.get())

        refusal = refusal_of(
            mfa.respond,
            cognito=cognito,
            client=client,
            challenge="EMAIL_OTP",
            session=answer["Session"],
            EMAIL_OTP_CODE=mfa.mailed_code(),
        )

        assert refusal == SESSION_INVALID
        assert User.objects.get().email == ""


class TestSelectMfaType:
    @pytest.fixture
    def session(self, cognito, client, jane):
        UserPool.objects.update(email_mfa_enabled=True)
        mfa.enrol(jane)
        User.objects.update(email_mfa_enabled=True)
        answer = mfa.sign_in(cognito, client)
        assert answer["ChallengeName"] == "SELECT_MFA_TYPE"
        assert answer["ChallengeParameters"]["MFAS_CAN_CHOOSE"] == '["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]'
        return answer["Session"]

    @pytest.mark.parametrize(
        ("given", "asked"),
        [
            ("SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA"),
            ("EMAIL_OTP", "EMAIL_OTP"),
            ("EMAIL_MFA", "EMAIL_OTP"),
        ],
    )
    def test_asks_for_what_was_chosen(self, cognito, client, session, given, asked):
        answer = mfa.respond(cognito, client, "SELECT_MFA_TYPE", session, ANSWER=given)

        assert answer["ChallengeName"] == asked

    @pytest.mark.parametrize("given", ["SMS_MFA", "MFA_SETUP", "nothing", ""])
    def test_refuses_what_was_not_offered(self, cognito, client, session, given):
        refusal = refusal_of(
            mfa.respond, cognito=cognito, client=client, challenge="SELECT_MFA_TYPE", session=session, ANSWER=given
        )

        assert refusal[0] == "InvalidParameterException"


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_at_once_enrol_one_app(cognito, client, jane):
    pairs = [cognito.associate_software_token(Session=mfa.sign_in(cognito, client)["Session"]) for _time in range(3)]
    newest = pairs[-1]["SecretCode"]
    calls = [
        lambda pair=pair: cognito.verify_software_token(Session=pair["Session"], UserCode=code_of(newest))
        for pair in pairs
    ]

    assert sum(isinstance(result, dict) for result in race(*calls)) == 1
