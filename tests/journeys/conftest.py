"""A real server on a real port, with its e-mails in files."""

import threading
from dataclasses import dataclass

import pytest
from django.urls import reverse

from cognito_auth.models import AccessKey
from example_project.demo.mailbox import Mailbox
from tests.factories import AccessKeyFactory


@dataclass(frozen=True)
class Site:
    """Where things are on the running server."""

    base_url: str
    endpoint: str
    mailbox: Mailbox
    key: AccessKey


@pytest.fixture(params=["at the root", "under a prefix"])
def site(request, live_server, settings, tmp_path):
    """The example project, with the user pools at the root and under a prefix."""
    if request.param == "under a prefix":
        settings.ROOT_URLCONF = "tests.journeys.prefix_urls"
    settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "BASE_URL": live_server.url}
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    yield Site(
        base_url=live_server.url,
        endpoint=live_server.url + reverse("cognito_auth:api"),
        mailbox=Mailbox(tmp_path / "mail"),
        key=AccessKeyFactory(),
    )
    # The last answers end before the server gives up its database.
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=5)
