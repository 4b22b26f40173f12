"""Asking a challenge anew, for the login pages."""

import pytest

from cognito_auth import reasons
from cognito_auth.choices import AuthFlow
from cognito_auth.exceptions import NotAuthorizedException
from cognito_auth.services.messages.sms.locmem import outbox
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.sign_in import engine, opening
from cognito_auth.services.sign_in.attempt import Challenge
from tests.concurrency import race
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory, moment
from tests.mfa import ALL_FACTORS, enrol

pytestmark = pytest.mark.django_db(transaction=True)
NOW = moment()


@pytest.fixture
def client():
    outbox.clear()
    pool = UserPoolFactory(mfa_configuration="ON", account_recovery={"RecoveryMechanisms": []}, **ALL_FACTORS)
    enrol(
        UserFactory(pool=pool, username="jane", confirmed=True, phone_number="+14155550123", phone_number_verified=True)
    )
    return UserPoolClientFactory(pool=pool)


def start(client, *, is_browser=True):
    parameters = {"USERNAME": "jane", "PASSWORD": "Passw0rd!"}
    flow = AuthFlow.USER_PASSWORD_AUTH
    opened = opening.read(client.pk, flow, parameters)
    return engine.start(opened, flow, parameters, is_browser=is_browser, origin=RequestOrigin(), now=NOW)


def choose(client, challenge, factor="SMS_MFA"):
    answers = {"USERNAME": "jane", "ANSWER": factor}
    return engine.respond(
        client, challenge.name, challenge.session, answers, is_browser=True, origin=RequestOrigin(), now=NOW
    )


def again(client, challenge, **options):
    return engine.ask_again(
        client, challenge.name, challenge.session, "jane", origin=RequestOrigin(), now=NOW, **options
    )


class TestAskAgain:
    def test_sends_another_code_for_another_session(self, client):
        first = choose(client, start(client))
        second = again(client, first)

        assert isinstance(second, Challenge)
        assert second.name == "SMS_MFA"
        assert second.session != first.session
        assert len(outbox) == 2

    def test_uses_the_old_session_up(self, client):
        first = choose(client, start(client))
        again(client, first)

        with pytest.raises(NotAuthorizedException) as refused:
            again(client, first)

        assert refused.value.reason is reasons.SESSION_USED

    def test_takes_the_choice_back(self, client):
        assert again(client, choose(client, start(client)), wants_other=True).name == "SELECT_MFA_TYPE"

    def test_proves_nothing(self, client):
        challenge = choose(client, start(client), "SOFTWARE_TOKEN_MFA")

        for wants_other in (False, True):
            challenge = again(client, challenge, wants_other=wants_other)

            assert isinstance(challenge, Challenge)

    def test_takes_no_session_of_the_api(self, client):
        challenge = start(client, is_browser=False)

        with pytest.raises(NotAuthorizedException) as refused:
            again(client, challenge)

        assert refused.value.reason is reasons.SESSION_INVALID

    def test_is_not_for_challenges_that_take_one_answer(self, client):
        with pytest.raises(NotAuthorizedException) as refused:
            again(client, start(client))

        assert refused.value.reason is reasons.SESSION_INVALID

    def test_is_refused_to_who_was_disabled_meanwhile(self, client):
        challenge = choose(client, start(client))
        client.pool.users.update(is_active=False)

        with pytest.raises(NotAuthorizedException) as refused:
            again(client, challenge)

        assert refused.value.reason is reasons.USER_DISABLED

    @pytest.mark.postgresql
    def test_gives_one_of_two_at_the_same_time_a_session(self, client):
        challenge = choose(client, start(client))

        results = race(*[lambda: again(client, challenge)] * 3)

        assert sum(isinstance(result, Challenge) for result in results) == 1
        assert len(outbox) == 2
