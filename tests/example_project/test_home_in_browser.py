"""The first page in Chromium: a person tries everything on it, on a phone and on a desk."""

import shutil

import pytest

from example_project.demo import pool
from example_project.demo.mailbox import Mailbox

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def site(live_server, settings, tmp_path):
    settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "BASE_URL": live_server.url}
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    pool.ensure()
    return live_server


@pytest.fixture
def browser(site):
    """Chromium; the database is used before and after only, since Playwright keeps an event loop running."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
class TestHome:
    def test_everything_can_be_tried(self, browser, site, tmp_path):
        page = browser.new_page()
        problems = []
        # Playwright cannot take a built-in method.
        page.on("pageerror", lambda error: problems.append(error))  # noqa: PLW0108
        page.goto(site.url)

        def press(name, expected):
            page.get_by_role("button", name=name, exact=True).click()
            page.locator("#answer-title", has_text=f"{name}: {expected}").wait_for()

        press("GET /whoami", 401)
        press("SignUp", 200)
        page.get_by_label("Code").fill(Mailbox(tmp_path).wait(to="ada@example.com").code)
        press("ConfirmSignUp", 200)
        press("InitiateAuth", 200)
        press("GET /whoami", 200)
        press("GlobalSignOut", 200)
        press("GET /whoami", 401)

        assert problems == []

    @pytest.mark.parametrize("width", [320, 390, 1280])
    def test_fits_the_screen(self, browser, site, width):
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.goto(site.url)

        assert page.evaluate("document.documentElement.scrollWidth") == width

    def test_is_usable_by_keyboard(self, browser, site):
        page = browser.new_page()
        page.goto(site.url)

        page.keyboard.press("Tab")

        assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
        assert page.evaluate("[...document.querySelectorAll('input')].every(input => input.labels.length === 1)")
