"""Jane at her account page, signed in with a browser a moment ago."""

import pytest
from django.utils import timezone

from cognito_auth.models import BrowserSession
from tests.managed_login import conftest as pages
from tests.oauth.conftest import asks, oauth_client, pool, signs_in, user  # noqa: F401  fixtures

HOUR = timezone.timedelta(hours=1)


def grow_old(minutes):
    """Let all proofs of who somebody is be so old."""
    BrowserSession.objects.update(authenticated_at=timezone.now() - timezone.timedelta(minutes=minutes))


def visit(browser, path, **fields):
    """Open an address, or send a form to it, and follow redirects inside the site, 303 too."""
    page = pages.visit(browser, path, **fields)
    for _time in range(3):
        if page.status != 303:
            return page
        page = pages.visit(browser, page.response["Location"])
    raise AssertionError("The pages go round in circles.")


@pytest.fixture
def account(client, pool, signs_in):  # noqa: F811
    """Open a section of Jane's account, or send its form."""
    signs_in(client)

    def open_section(section="", browser=client, **fields):
        path = f"/{pool.pk}/account/{section}" if section else f"/{pool.pk}/account"
        return visit(browser, path, **fields)

    return open_section
