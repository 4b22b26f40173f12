"""How fresh a browser's session is, and which client the last one was of."""

import datetime

import pytest

from cognito_auth.models import BrowserSession
from cognito_auth.services.oauth import browser_sessions
from cognito_auth.services.oauth.errors import OAuthError
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.sign_in.attempt import SignedIn
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory, moment

NOW = moment()


@pytest.fixture
def client(db):
    return UserPoolClientFactory()


@pytest.fixture
def begun(client):
    user = UserFactory(pool=client.pool, confirmed=True)
    origin = RequestOrigin(ip_address=None, user_agent="")
    return browser_sessions.begin(client, SignedIn(user, NOW, 0, ("pwd",)), origin=origin, now=NOW)


class TestIsFresh:
    @pytest.mark.parametrize(("seconds", "expected"), [(0, True), (600, True), (601, False)])
    def test_counts_from_the_proof(self, begun, seconds, expected):
        now = NOW + datetime.timedelta(seconds=seconds)

        assert browser_sessions.is_fresh(begun[0], now=now) is expected

    def test_takes_a_shorter_time(self, begun):
        now = NOW + datetime.timedelta(minutes=6)

        assert not browser_sessions.is_fresh(begun[0], within=datetime.timedelta(minutes=5), now=now)


class TestLastClient:
    def test_is_that_of_a_session_that_has_ended(self, begun, client):
        BrowserSession.objects.update(ended_at=NOW)

        assert browser_sessions.last_client(client.pool, begun[1]) == client

    @pytest.mark.parametrize("value", [None, "", "nonsense"])
    def test_is_none_without_a_session(self, client, value):
        assert browser_sessions.last_client(client.pool, value) is None

    def test_is_none_in_another_pool(self, begun):
        assert browser_sessions.last_client(UserPoolFactory(), begun[1]) is None

    def test_is_none_when_the_client_was_deleted(self, begun, client):
        client.delete()

        assert browser_sessions.last_client(client.pool, begun[1]) is None


class TestBegin:
    def test_is_refused_for_somebody_who_is_deleted_meanwhile(self, transactional_db):
        client = UserPoolClientFactory()
        user = UserFactory(pool=client.pool, confirmed=True)
        signed_in = SignedIn(user, NOW, 0, ("pwd",))
        type(user).objects.filter(pk=user.pk).delete()

        with pytest.raises(OAuthError, match="access_denied"):
            browser_sessions.begin(client, signed_in, origin=RequestOrigin(), now=NOW)
