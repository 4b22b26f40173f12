"""Signing out everywhere else."""

import datetime

import pytest

from cognito_auth import signals
from cognito_auth.exceptions import ResourceNotFoundException
from cognito_auth.models import AuthEvent, BrowserSession, TokenFamily
from cognito_auth.services import password_change, sign_out
from cognito_auth.services.oauth import browser_sessions
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.sign_in.attempt import SignedIn
from tests.factories import UserFactory, UserPoolClientFactory, moment

NOW = moment()
ORIGIN = RequestOrigin(ip_address="192.0.2.7", user_agent="")


@pytest.fixture
def client(db):
    return UserPoolClientFactory()


@pytest.fixture
def user(client):
    return UserFactory(pool=client.pool, confirmed=True)


def begin(client, user):
    signed_in = SignedIn(user, NOW, user.token_epoch, ("pwd",))
    return browser_sessions.begin(client, signed_in, origin=ORIGIN, now=NOW)


def family_of(client, user, **values):
    end = NOW + datetime.timedelta(days=1)
    return TokenFamily.objects.create(
        user=user, client=client, scope="", authenticated_at=NOW, expires_at=end, token_epoch=user.token_epoch, **values
    )


def are_alive(client, *values):
    return [browser_sessions.find(client.pool, value, now=NOW) is not None for value in values]


class TestEverywhereElse:
    def test_leaves_this_browser_and_nothing_else(self, client, user):
        (here, mine), (_there, theirs) = begin(client, user), begin(client, user)
        families = [family_of(client, user), family_of(client, user, browser_session=here)]

        sign_out.everywhere_else(here, client_id=client.pk, origin=ORIGIN, now=NOW)

        assert are_alive(client, mine, theirs) == [True, False]
        user.refresh_from_db()
        assert all(family.token_epoch != user.token_epoch for family in families)
        assert user.tokens_revoked_at == NOW
        assert AuthEvent.objects.get().type == "SignOut"

    def test_tells_the_project(self, client, user):
        told = []
        here, _value = begin(client, user)
        signals.user_signed_out.connect(receiver := lambda client_id, **_more: told.append(client_id))

        sign_out.everywhere_else(here, client_id=client.pk, origin=ORIGIN, now=NOW)
        signals.user_signed_out.disconnect(receiver)

        assert told == [client.pk]

    @pytest.mark.parametrize("how", ["ended", "signed out"])
    def test_is_refused_to_a_session_that_has_ended(self, client, user, how):
        (here, mine), (there, theirs) = begin(client, user), begin(client, user)
        if how == "ended":
            BrowserSession.objects.filter(pk=here.pk).update(ended_at=NOW)
        else:
            sign_out.everywhere_else(there, origin=ORIGIN, now=NOW)

        with pytest.raises(ResourceNotFoundException):
            sign_out.everywhere_else(here, origin=ORIGIN, now=NOW)

        assert are_alive(client, mine, theirs) == [False, True]

    def test_is_refused_when_the_user_is_gone(self, client, user):
        here, _value = begin(client, user)
        type(user).objects.all().delete()

        with pytest.raises(ResourceNotFoundException):
            sign_out.everywhere_else(here, origin=ORIGIN, now=NOW)


class TestAChangeOfPassword:
    def test_leaves_the_browser_it_comes_from(self, client, user):
        (here, mine), (_there, theirs) = begin(client, user), begin(client, user)
        family = family_of(client, user, browser_session=here)

        password_change.change(
            user, "Passw0rd!", "0ther-Passw0rd!", client=client, family_id=None, browser=here, origin=ORIGIN, now=NOW
        )

        assert are_alive(client, mine, theirs) == [True, False]
        assert family.token_epoch != user.token_epoch
