"""The single-page app and the page behind ``@login_required``."""

import pytest
from django.utils import timezone

from example_project.demo import pool, recipes
from tests.factories import UserFactory
from tests.journeys.relying_parties import window
from tests.journeys.relying_parties.conftest import PASSWORD


class TestSinglePageApp:
    def test_has_no_inline_code(self, client, db):
        demo = pool.ensure()

        page = client.get("/spa")

        assert demo.client.pk in page.content.decode()
        assert "'unsafe" not in page["Content-Security-Policy"]
        assert page["Referrer-Policy"] == "no-referrer"

    def test_says_so_without_a_demonstration(self, client, db):
        assert "There is no demonstration pool yet" in client.get("/spa").content.decode()

    def test_may_be_begun_from_an_address_to_paste(self, client, db):
        demo = pool.ensure()
        address = recipes.authorize_address(base_url=pool.BASE_URL, pool_id=demo.pool.pk, client_id=demo.client.pk)

        answer = client.get(address.removeprefix(pool.BASE_URL))

        assert answer["Location"].startswith(f"/{demo.pool.pk}/login?")


class TestForms:
    def test_have_a_token_that_scripts_cannot_read(self, client, db):
        client.get("/admin/login/")

        assert client.cookies["csrftoken"]["httponly"]


class TestMe:
    def test_sends_people_to_the_login_pages(self, client, db, settings):
        demo = pool.ensure()
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "SITE_CLIENT_ID": demo.client.pk}

        answer = client.get("/me")

        assert answer["Location"] == "/site/login?next=/me"
        assert f"/{demo.pool.pk}/oauth2/authorize" in client.get(answer["Location"])["Location"]


class TestPool:
    def test_takes_browsers_back_at_each_port_it_ran_at(self, db):
        pool.ensure("http://localhost:8001")
        client = pool.ensure("http://localhost:8002").client

        assert client.callback_urls[0] == "http://localhost:8002/spa"
        assert "http://localhost:8001/spa" in client.callback_urls
        assert client.logout_urls[0] == "http://localhost:8002/"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@window.needs_chromium
class TestInABrowser:
    @pytest.fixture
    def demo(self, live_server, settings):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "BASE_URL": live_server.url}
        demo = pool.ensure(live_server.url)
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "SITE_CLIENT_ID": demo.client.pk}
        UserFactory(pool=demo.pool, username="jane", confirmed=True, password_set_at=timezone.now())
        return demo

    @pytest.fixture
    def page(self, demo, monkeypatch):
        with window.chromium(monkeypatch) as page:
            yield page

    def test_the_app_signs_in_renews_and_signs_out(self, page, live_server):
        def press(name, expected):
            page.get_by_role("button", name=name, exact=True).click()
            page.locator("#answer-title", has_text=expected).wait_for()

        page.goto(f"{live_server.url}/spa")
        page.get_by_role("button", name="Sign in", exact=True).click()
        window.sign_in(page, "jane", PASSWORD)
        page.locator("#answer-title", has_text="Signed in").wait_for()
        assert '"cognito:username": "jane"' in page.locator("#answer").text_content()
        assert page.url == f"{live_server.url}/spa"

        press("GET /whoami", "GET /whoami: 200")
        press("GET userInfo", "GET userInfo: 200")
        press("GET /orders", "GET /orders: 200")
        press("Renew the tokens", "New tokens")
        page.get_by_role("button", name="Sign out", exact=True).click()
        page.locator("#answer-title", has_text="The answer appears here.").wait_for()
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_selector("input[name=password]")
        assert page.problems == []

    def test_the_django_page_logs_in_and_out(self, page, live_server):
        page.goto(f"{live_server.url}/me")
        window.sign_in(page, "jane", PASSWORD)
        page.wait_for_url(f"{live_server.url}/me")
        assert "jane" in page.locator("dl").text_content()

        page.get_by_role("button", name="Log out").click()
        page.wait_for_url(f"{live_server.url}/")
        page.goto(f"{live_server.url}/me")
        page.wait_for_selector("input[name=password]")
        assert page.problems == []
