"""Passkeys that say whose they are."""

import json
from datetime import timedelta

import pytest
from fido2.utils import websafe_encode

from cognito_auth import reasons
from cognito_auth.exceptions import NotAuthorizedException
from cognito_auth.models import SignInAttempt
from cognito_auth.services.passkeys import registration
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.sign_in import named_by_passkey
from cognito_auth.services.sign_in.attempt import Challenge, SignedIn
from tests import mfa
from tests.concurrency import race
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory, moment
from tests.software_authenticator import SoftwareAuthenticator

pytestmark = pytest.mark.django_db
NOW = moment()


@pytest.fixture
def client():
    pool = UserPoolFactory(
        allowed_first_auth_factors=["PASSWORD", "WEB_AUTHN"],
        web_authn_configuration={"RelyingPartyId": "example.com", "UserVerification": "preferred"},
    )
    return UserPoolClientFactory(pool=pool, explicit_auth_flows=["ALLOW_USER_AUTH"])


@pytest.fixture
def user(client):
    return UserFactory(pool=client.pool, username="jane", confirmed=True)


@pytest.fixture
def authenticator(client, user):
    """An authenticator with a passkey of Jane's."""
    authenticator = SoftwareAuthenticator()
    answer = authenticator.create(registration.start(user, client, now=NOW))
    registration.complete(user, client, answer, now=NOW)
    return authenticator


@pytest.fixture
def signs_in(client, authenticator):
    def sign_in(*, asked_at=NOW, at=NOW, app=client, **bent):
        options, kept = named_by_passkey.ask(client.pool, now=asked_at)
        answer = authenticator.get(options, **bent)
        return named_by_passkey.answer(app, kept, json.dumps(answer), origin=RequestOrigin(), now=at)

    return sign_in


class TestAnswer:
    def test_signs_in_whom_the_passkey_names(self, signs_in, user):
        username, result = signs_in()

        assert username == "jane"
        assert isinstance(result, SignedIn)
        assert result.user == user
        assert result.amr in (("swk",), ("hwk",))

    def test_leads_to_the_second_factor(self, signs_in, client, user):
        client.pool.mfa_configuration, client.pool.software_token_mfa_enabled = "OPTIONAL", True
        client.pool.save()
        mfa.enrol(user)

        _username, result = signs_in()

        assert isinstance(result, Challenge)
        assert result.name == "SOFTWARE_TOKEN_MFA"

    def test_takes_one_answer_to_a_question(self, client, authenticator):
        options, kept = named_by_passkey.ask(client.pool, now=NOW)
        authenticator.counts = False
        answers = [json.dumps(authenticator.get(options)) for _time in range(2)]
        named_by_passkey.answer(client, kept, answers[0], origin=RequestOrigin(), now=NOW)

        with pytest.raises(NotAuthorizedException) as refused:
            named_by_passkey.answer(client, kept, answers[1], origin=RequestOrigin(), now=NOW)

        assert refused.value.reason is reasons.SESSION_USED

    def test_takes_no_late_answer(self, signs_in, client):
        late = NOW + timedelta(minutes=client.auth_session_validity_minutes)

        with pytest.raises(NotAuthorizedException) as refused:
            signs_in(at=late)

        assert refused.value.reason is reasons.SESSION_EXPIRED
        assert not SignInAttempt.objects.exists()

    def test_takes_no_answer_to_another_question(self, client, authenticator):
        options, _kept = named_by_passkey.ask(client.pool, now=NOW)
        _options, other = named_by_passkey.ask(client.pool, now=NOW)

        with pytest.raises(NotAuthorizedException):
            named_by_passkey.answer(
                client, other, json.dumps(authenticator.get(options)), origin=RequestOrigin(), now=NOW
            )

    def test_takes_nobody_who_is_disabled(self, signs_in, user):
        type(user).objects.update(is_active=False)

        with pytest.raises(NotAuthorizedException):
            signs_in()

    def test_takes_no_person_of_another_pool(self, signs_in):
        other = UserPoolFactory(
            allowed_first_auth_factors=["PASSWORD", "WEB_AUTHN"],
            web_authn_configuration={"RelyingPartyId": "example.com"},
        )
        app = UserPoolClientFactory(pool=other, explicit_auth_flows=["ALLOW_USER_AUTH"])

        with pytest.raises(NotAuthorizedException):
            signs_in(app=app)

    def test_takes_no_passkey_that_names_somebody_else(self, client, authenticator):
        john = UserFactory(pool=client.pool, username="john", confirmed=True)
        options, kept = named_by_passkey.ask(client.pool, now=NOW)
        answer = authenticator.get(options)
        answer["response"]["userHandle"] = websafe_encode(str(john.sub).encode())

        with pytest.raises(NotAuthorizedException):
            named_by_passkey.answer(client, kept, json.dumps(answer), origin=RequestOrigin(), now=NOW)

    @pytest.mark.parametrize("text", ["", "{", "[]", "1", '{"response": {"userHandle": null}}', "[" * 5000])
    def test_takes_no_nonsense(self, client, text):
        _options, kept = named_by_passkey.ask(client.pool, now=NOW)

        with pytest.raises(NotAuthorizedException):
            named_by_passkey.answer(client, kept, text, origin=RequestOrigin(), now=NOW)

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_takes_one_of_two_answers_at_the_same_time(self, client, authenticator):
        options, kept = named_by_passkey.ask(client.pool, now=NOW)
        authenticator.counts = False
        answer = json.dumps(authenticator.get(options))

        results = race(*[lambda: named_by_passkey.answer(client, kept, answer, origin=RequestOrigin(), now=NOW)] * 4)

        refused = [result for result in results if isinstance(result, NotAuthorizedException)]
        assert len(refused) == 3


class TestIsOffered:
    def test_needs_pool_and_client_to_offer_it(self, client):
        assert named_by_passkey.is_offered(client)
        client.explicit_auth_flows = ["ALLOW_USER_PASSWORD_AUTH"]
        assert not named_by_passkey.is_offered(client)
        client.explicit_auth_flows = ["ALLOW_USER_AUTH"]
        client.pool.web_authn_configuration = None
        assert not named_by_passkey.is_offered(client)
        client.pool.web_authn_configuration = {"RelyingPartyId": "example.com"}
        client.pool.allowed_first_auth_factors = ["PASSWORD", "EMAIL_OTP"]
        assert not named_by_passkey.is_offered(client)
