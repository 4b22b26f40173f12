"""A user's sessions in the admin site."""

import pytest
from django.utils import timezone

from cognito_auth.services import sessions
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.tokens import issue
from tests.admin.pages import said, url
from tests.factories import UserFactory, UserPoolClientFactory


@pytest.fixture
def jane(pool):
    return UserFactory(pool=pool, username="jane", confirmed=True)


@pytest.fixture
def session(jane, pool):
    """Jane's session, signed in from a browser."""
    now = timezone.now()
    origin = RequestOrigin(ip_address="192.0.2.7", user_agent="Mozilla/5.0 (X11; Linux x86_64) Firefox/142.0")
    client = UserPoolClientFactory(pool=pool, name="shop")
    issue.issue(jane, client, authenticated_at=now, token_epoch=0, now=now, origin=origin)
    return sessions.alive(jane, now=now).get()


class TestSessions:
    def test_are_shown_with_device_address_and_app(self, browser, jane, session):
        page = browser.get(url("user", "change", jane.pk)).content.decode()

        for words in ("Firefox, Linux", "192.0.2.7", "shop", "Sign out"):
            assert words in page

    def test_are_ended_one_by_one(self, browser, jane, session):
        address = url("user", "end_session", jane.pk, sessions.id_of(session.pk))

        assert browser.get(address).status_code == 405
        response = browser.post(address)
        again = browser.post(address)

        assert response.url == again.url == url("user", "change", jane.pk)
        assert said(again)[-1].startswith("There is no such session")
        session.refresh_from_db()
        assert session.revoked_at is not None
        assert "Sessions</h2>" not in browser.get(url("user", "change", jane.pk)).content.decode()

    def test_are_ended_only_by_those_who_may_change_users(self, staff_browser, jane, session):
        client = staff_browser("view_user")
        address = url("user", "end_session", jane.pk, sessions.id_of(session.pk))

        page = client.get(url("user", "change", jane.pk)).content.decode()

        assert "Firefox, Linux" in page
        assert address not in page
        assert client.post(address).status_code == 403
