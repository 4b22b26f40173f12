"""The pages as the log-in of the project itself."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from django.utils import timezone

from cognito_auth.services import sign_out
from cognito_auth.services.request_origin import RequestOrigin
from tests.factories import UserPoolClientFactory
from tests.managed_login.conftest import visit
from tests.oauth.conftest import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
CALLBACK = "http://testserver/site/callback"
urlpatterns = [
    path("private/", login_required(lambda request: HttpResponse(f"Hello {request.user.username}"))),
    path("", include("cognito_auth.urls")),
]


@pytest.fixture(autouse=True)
def site_client(pool, settings):
    """The project is a client of its pool."""
    client = UserPoolClientFactory(
        pool=pool,
        oauth_enabled=True,
        allowed_oauth_flows=["code"],
        allowed_oauth_scopes=["openid"],
        callback_urls=[CALLBACK],
    )
    settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "SITE_CLIENT_ID": client.pk}
    settings.LOGIN_URL = "cognito_auth:site_login"
    settings.LOGIN_REDIRECT_URL = "/welcome/"
    return client


@pytest.fixture
def arrives(client, user):
    """Sign in from ``/site/login`` and return the address with the code that the browser is sent to."""

    def arrive(target="/private/", browser=client):
        page = visit(browser, "/site/login?" + urlencode({"next": target}))
        return page.send(username="jane", password=PASSWORD).path

    return arrive


def local(address):
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


class TestSiteLogin:
    def test_guards_a_page_of_the_project(self, client, user):
        form = visit(client, "/private/")
        there = form.send(username="jane", password=PASSWORD)
        page = visit(client, local(there.path))

        assert form.name == "login"
        assert there.path.startswith(f"{CALLBACK}?code=")
        assert page.response.content == b"Hello jane"

    def test_is_quick_for_who_is_signed_in_to_the_pages(self, client, arrives):
        client.get(local(arrives()))
        client.cookies.pop("sessionid")

        page = visit(client, "/private/")

        assert page.path.startswith(CALLBACK)

    def test_gives_the_session_a_new_key(self, client, arrives):
        location = arrives()
        before = client.session.session_key

        client.get(local(location))

        assert client.session.session_key != before
        assert SESSION_KEY in client.session

    @pytest.mark.parametrize(
        "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/" + "a" * 3000, ""]
    )
    def test_goes_nowhere_else(self, client, arrives, target):
        assert client.get(local(arrives(target)))["Location"] == "/welcome/"

    def test_logs_nobody_in_with_a_code_of_somebody_else(self, arrives):
        location = arrives()
        victim = Client()
        victim.get("/site/login")

        response = victim.get(local(location))

        assert response.status_code == 400
        assert SESSION_KEY not in victim.session

    def test_takes_a_code_once(self, client, arrives):
        location = local(arrives())

        assert client.get(location).status_code == 302
        assert client.get(location).status_code == 400

    def test_takes_no_code_with_the_state_of_another_attempt(self, client, arrives):
        first = parse_qs(urlsplit(arrives()).query)
        visit(client, "/site/login")
        other = client.session["cognito_auth_site_login"][-1]["state"]

        response = client.get("/site/callback?" + urlencode({"code": first["code"][0], "state": other}))

        assert response.status_code == 400
        assert SESSION_KEY not in client.session

    def test_takes_no_code_of_who_was_signed_out_meanwhile(self, client, arrives, user):
        location = local(arrives())
        sign_out.everywhere(user, origin=RequestOrigin(), now=timezone.now())

        assert client.get(location).status_code == 400

    @pytest.mark.parametrize("query", ["", "code=x", "state=x", "code=x&state=ü", "error=access_denied&state=x"])
    def test_says_in_words_that_it_failed(self, client, query):
        response = client.get(f"/site/callback?{query}")

        assert response.status_code == 400
        assert "You were not signed in." in response.content.decode()

    @pytest.mark.parametrize("client_id", [None, "gone"])
    @pytest.mark.parametrize("page", ["login", "callback"])
    def test_says_that_it_is_not_set_up(self, client, settings, client_id, page):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "SITE_CLIENT_ID": client_id}

        assert client.get(f"/site/{page}").status_code == 404

    def test_is_not_set_up_without_sessions(self, client, settings):
        names = ("SessionMiddleware", "AuthenticationMiddleware", "MessageMiddleware")
        settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith(names)]

        assert client.get("/site/login").status_code == 404
        assert client.post("/site/logout").status_code == 404


class TestSiteLogout:
    def test_ends_the_session_of_the_site(self, client, arrives):
        client.get(local(arrives()))

        response = client.post("/site/logout")

        assert response["Location"] == "/"
        assert SESSION_KEY not in client.session

    def test_goes_on_to_the_pages(self, client, arrives, site_client, pool):
        site_client.logout_urls = ["http://testserver/"]
        site_client.save()
        client.get(local(arrives()))

        location = client.post("/site/logout")["Location"]

        assert location.startswith(f"/{pool.pk}/logout?client_id={site_client.pk}&logout_uri=")

    def test_is_not_done_by_a_link_or_another_site(self, client):
        assert client.get("/site/logout").status_code == 405
        assert Client(enforce_csrf_checks=True).post("/site/logout").status_code == 403
