"""SMS_MFA and EMAIL_OTP as second factor."""

import pytest

from cognito_auth.models import TokenFamily, User
from cognito_auth.services.messages.sms import locmem
from tests import mfa
from tests.concurrency import race
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory
from tests.refusals import refusal_of

MISMATCH = ("CodeMismatchException", "Invalid code or auth state for the user.")
LOCKED = ("NotAuthorizedException", "Password attempts exceeded")


@pytest.fixture(autouse=True)
def _no_messages():
    locmem.outbox.clear()


@pytest.fixture
def client(db):
    return UserPoolClientFactory(pool=UserPoolFactory(mfa_configuration="OPTIONAL", **mfa.ALL_FACTORS))


@pytest.fixture
def jane(client):
    return UserFactory(pool=client.pool, username="jane", confirmed=True, phone_number="+14155550123")


def begin(cognito, client, **switched_on):
    User.objects.update(**switched_on)
    return mfa.sign_in(cognito, client)


def answer_is_refused(cognito, client, challenge, session, **answers):
    return refusal_of(mfa.respond, cognito=cognito, client=client, challenge=challenge, session=session, **answers)


@pytest.mark.django_db(transaction=True)
class TestSmsMfa:
    def test_sends_a_code_and_says_where(self, cognito, client, jane):
        answer = begin(cognito, client, sms_mfa_enabled=True)

        assert answer["ChallengeName"] == "SMS_MFA"
        assert answer["ChallengeParameters"] == {
            "CODE_DELIVERY_DELIVERY_MEDIUM": "SMS",
            "CODE_DELIVERY_DESTINATION": "+*******0123",
            "USER_ID_FOR_SRP": "jane",
        }
        assert locmem.outbox[0].to == "+14155550123"

    def test_takes_the_code_and_verifies_the_number(self, cognito, client, jane):
        session = begin(cognito, client, sms_mfa_enabled=True)["Session"]

        answer = mfa.respond(cognito, client, "SMS_MFA", session, SMS_MFA_CODE=mfa.texted_code())

        assert answer["AuthenticationResult"]["AccessToken"]
        assert User.objects.get().phone_number_verified is True

    def test_lets_the_person_try_again_until_the_lock(self, cognito, client, jane):
        session = begin(cognito, client, sms_mfa_enabled=True)["Session"]
        right = mfa.texted_code()
        wrong = "000000" if right != "000000" else "111111"

        for _time in range(5):
            assert answer_is_refused(cognito, client, "SMS_MFA", session, SMS_MFA_CODE=wrong) == MISMATCH
        assert answer_is_refused(cognito, client, "SMS_MFA", session, SMS_MFA_CODE=right) == LOCKED

    def test_takes_a_code_on_its_own_session_alone(self, cognito, client, jane):
        begin(cognito, client, sms_mfa_enabled=True)
        first = mfa.texted_code()
        session = mfa.sign_in(cognito, client)["Session"]

        if first != mfa.texted_code():
            assert answer_is_refused(cognito, client, "SMS_MFA", session, SMS_MFA_CODE=first) == MISMATCH

    def test_does_not_take_the_code_once_the_number_has_changed(self, cognito, client, jane):
        session = begin(cognito, client, sms_mfa_enabled=True)["Session"]
        User.objects.update(phone_number="+14155550199")

        code, _message = answer_is_refused(cognito, client, "SMS_MFA", session, SMS_MFA_CODE=mfa.texted_code())

        assert code == "NotAuthorizedException"
        assert User.objects.get().phone_number_verified is None

    def test_sends_no_more_than_the_limit(self, cognito, client, jane):
        User.objects.update(sms_mfa_enabled=True)
        refusals = []
        for _time in range(30):
            try:
                mfa.sign_in(cognito, client)
            except cognito.exceptions.TooManyRequestsException as refusal:
                refusals.append(refusal)

        assert refusals
        assert len(locmem.outbox) == 30 - len(refusals)


@pytest.mark.django_db(transaction=True)
class TestEmailOtp:
    @pytest.mark.parametrize("key", ["EMAIL_OTP_CODE", "EMAIL_MFA_CODE"])
    def test_takes_the_code_under_both_names(self, cognito, client, jane, key):
        answer = begin(cognito, client, email_mfa_enabled=True)
        assert answer["ChallengeName"] == "EMAIL_OTP"
        assert answer["ChallengeParameters"]["CODE_DELIVERY_DELIVERY_MEDIUM"] == "EMAIL"

        answer = mfa.respond(cognito, client, "EMAIL_OTP", answer["Session"], **{key: mfa.mailed_code()})

        assert answer["AuthenticationResult"]["AccessToken"]

    def test_sends_the_pools_own_text(self, cognito, client, jane):
        client.pool.email_mfa_configuration = {"Subject": "Your code", "Message": "It is {####}, hurry"}
        client.pool.save()

        begin(cognito, client, email_mfa_enabled=True)

        from django.core import mail

        assert mail.outbox[-1].subject == "Your code"
        assert mail.outbox[-1].body.startswith(f"It is {mfa.mailed_code()}, hurry")


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestInParallel:
    def test_compares_no_more_codes_than_one_after_the_other(self, cognito, client, jane):
        User.objects.update(sms_mfa_enabled=True)
        sessions = [mfa.sign_in(cognito, client)["Session"] for _time in range(12)]
        calls = [
            lambda session=session: mfa.respond(cognito, client, "SMS_MFA", session, SMS_MFA_CODE="none")
            for session in sessions
        ]
        compared = [result for result in race(*calls) if result.response["Error"]["Code"] == "CodeMismatchException"]

        assert 5 <= len(compared) <= 6

    def test_gives_tokens_to_one_of_two(self, cognito, client, jane):
        session = begin(cognito, client, sms_mfa_enabled=True)["Session"]
        code = mfa.texted_code()
        calls = [lambda: mfa.respond(cognito, client, "SMS_MFA", session, SMS_MFA_CODE=code)] * 3

        assert sum(isinstance(result, dict) for result in race(*calls)) == 1
        assert TokenFamily.objects.count() == 1
