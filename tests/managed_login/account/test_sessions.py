"""Where a person is signed in, on their account page."""

import pytest
from django.test import Client

import cognito_auth
from cognito_auth.models import AuthEvent, BrowserSession, TokenFamily
from cognito_auth.services import sessions
from tests.managed_login.account.conftest import visit
from tests.oauth.conftest import PASSWORD


@pytest.fixture
def app(user, oauth_client):
    """An app that is signed in by the API: its client and its access token."""
    cognito = cognito_auth.client()
    tokens = cognito.initiate_auth(
        ClientId=oauth_client.pk,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "jane", "PASSWORD": PASSWORD},
    )["AuthenticationResult"]

    def is_signed_in():
        try:
            cognito.get_user(AccessToken=tokens["AccessToken"])
        except cognito.exceptions.NotAuthorizedException:
            return False
        return True

    return is_signed_in


@pytest.fixture
def other(signs_in):
    """Another browser of Jane."""
    browser = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"})
    signs_in(browser)
    return browser


def is_signed_in(browser, pool):
    return visit(browser, f"/{pool.pk}/account").name == "account"


class TestTheList:
    def test_has_browsers_and_apps(self, account, app, other):
        page = account("sessions")

        assert "Firefox, Windows" in page.text
        assert page.text.count("this browser") >= 1
        assert "Apps web" in page.text

    def test_has_nobody_elses(self, account, pool, oauth_client):
        from django.utils import timezone

        from tests.factories import UserFactory

        joe = UserFactory(pool=pool, username="joe", confirmed=True)
        now = timezone.now()
        TokenFamily.objects.create(
            user=joe, client=oauth_client, scope="", authenticated_at=now, expires_at=now + timezone.timedelta(days=1)
        )

        page = account("sessions")

        assert "Apps" not in page.text.replace("apps", "")


class TestSignOut:
    def test_ends_an_app(self, account, app, pool):
        assert app()

        page = account("sessions", session=sessions.id_of(TokenFamily.objects.get().pk))

        assert "That session has ended." in page.text
        assert not app()

    def test_ends_another_browser(self, account, client, other, pool):
        digest = BrowserSession.objects.exclude(user_agent="").get().pk

        account("sessions", session=sessions.id_of_browser(digest))

        assert not is_signed_in(other, pool)
        assert is_signed_in(client, pool)

    def test_of_an_app_that_came_from_here_leaves_this_browser(self, account, client, app, pool):
        family = TokenFamily.objects.get()
        family.browser_session = BrowserSession.objects.get()
        family.save()

        account("sessions", session=sessions.id_of(family.pk))

        assert not app()
        assert is_signed_in(client, pool)

    def test_of_this_browser_says_goodbye(self, account, client, pool):
        page = account("sessions", action="here")

        assert "You are signed out" in page.text
        assert client.cookies["cognito"].value == ""
        assert BrowserSession.objects.get().ended_at is not None

    def test_everywhere_else_ends_all_but_this_browser(self, account, client, app, other, pool):
        page = account("sessions", action="others")

        assert "You are signed out everywhere else." in page.text
        assert not app()
        assert not is_signed_in(other, pool)
        assert is_signed_in(client, pool)
        assert AuthEvent.objects.filter(type="SignOut").exists() or AuthEvent.objects.filter(type="SIGN_OUT").exists()

    @pytest.mark.parametrize("session", ["gone", "tkn" + "0" * 25, "sso" + "z" * 25, "\x00", "x" * 5000])
    def test_of_what_is_not_there_is_no_failure(self, account, session):
        assert account("sessions", session=session).status == 200

    def test_does_not_reach_other_people(self, account, pool, oauth_client):
        from django.utils import timezone

        from tests.factories import UserFactory

        joe = UserFactory(pool=pool, username="joe", confirmed=True)
        now = timezone.now()
        family = TokenFamily.objects.create(
            user=joe, client=oauth_client, scope="", authenticated_at=now, expires_at=now + timezone.timedelta(days=1)
        )

        account("sessions", session=sessions.id_of(family.pk))
        account("sessions", action="others")

        family.refresh_from_db()
        joe.refresh_from_db()
        assert family.revoked_at is None
        assert joe.token_epoch == 0

    def test_of_one_is_not_offered_in_strict_pools_without_tracking(self, account, app, pool):
        pool.strict = True
        pool.save()

        page = account("sessions")
        sent = account("sessions", session=sessions.id_of(TokenFamily.objects.get().pk))

        assert 'name="session"' not in page.html
        assert sent.status == 400
        assert app()
        account("sessions", action="others")
        assert not app()


class TestSigningInAgain:
    def test_leaves_one_session_of_the_browser(self, account, client, signs_in):
        stolen = Client()
        stolen.cookies["cognito"] = client.cookies["cognito"].value

        signs_in(client, prompt="login")

        assert BrowserSession.objects.filter(ended_at=None).count() == 1
        assert "1 session" in account().text
