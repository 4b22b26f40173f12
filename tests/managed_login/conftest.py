"""A pool with a client, and what a person does with a browser: reading a page, sending its form."""

import re
from html import unescape

import pytest
from django.test import TestCase

from tests.oauth.conftest import asks, oauth_client, pool, user  # noqa: F401  fixtures


class Page:
    """An answer, followed to the page that the browser ends at (or the client's address)."""

    def __init__(self, browser, response, path):
        self.browser, self.response, self.path = browser, response, path

    @property
    def text(self):
        """What a person reads, without markup."""
        body = re.sub(r"<(script|style).*?</\1>", "", self.response.content.decode(), flags=re.DOTALL)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())

    @property
    def html(self):
        return self.response.content.decode()

    @property
    def status(self):
        return self.response.status_code

    @property
    def name(self):
        """The last part of the page's address."""
        return self.path.partition("?")[0].split("/", 2)[-1]

    @property
    def is_done(self):
        """Whether the browser was sent to the client with a code."""
        return self.path.startswith("https://app.example.com/callback?code=")

    def send(self, **fields):
        """Send the form of this page."""
        return visit(self.browser, self.path, **fields)

    def error_at(self, name):
        """Return what stands beside a field, which says so itself."""
        field_id = f"field-{name.replace(':', '-')}"
        element = re.search(rf'<input id="{field_id}".*?>', self.html, re.DOTALL).group()
        assert 'aria-invalid="true"' in element, element
        assert f"{field_id}-error" in element, element
        found = re.search(rf'id="{field_id}-error">(.*?)</p>', self.html, re.DOTALL)
        return unescape(found.group(1).strip())

    @property
    def alert(self):
        found = re.search(r'role="alert">.*?<p>(.*?)</p>', self.html, re.DOTALL)
        return unescape(found.group(1).strip()) if found else None


def visit(browser, path, **fields):
    """Open an address, or send a form to it, and follow redirects inside the site."""
    # Messages leave when what they tell of is stored.
    with TestCase.captureOnCommitCallbacks(execute=True):
        response = browser.post(path, fields) if fields else browser.get(path)
    for _time in range(5):
        if response.status_code not in (301, 302):
            return Page(browser, response, path)
        path = response["Location"]
        if "://" in path:
            return Page(browser, response, path)
        response = browser.get(path)
    raise AssertionError("The pages go round in circles.")


@pytest.fixture
def opens(client, asks):  # noqa: F811
    """Open a page with a good authorization request."""

    def open_page(page="login", browser=client, **changes):
        return visit(browser, asks(page, **changes))

    return open_page
