"""A real server on a real port, with its e-mails in files."""

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.servers import basehttp
from django.urls import reverse

from cognito_auth.models import AccessKey
from example_project.demo.mailbox import Mailbox
from tests.factories import AccessKeyFactory

_AWS = Path(sys.executable).with_name("aws")
_cleanup_headers = basehttp.ServerHandler.cleanup_headers


@dataclass(frozen=True)
class Site:
    """Where things are on the running server."""

    base_url: str
    endpoint: str
    mailbox: Mailbox
    key: AccessKey


def _close_the_connection(handler):
    """Answer without keep-alive: a client that nobody closes would hold a thread, and that the database."""
    handler.headers["Connection"] = "close"
    _cleanup_headers(handler)


@pytest.fixture(params=["at the root", "under a prefix"])
def site(request, live_server, settings, tmp_path, monkeypatch):
    """The example project, with the user pools at the root and under a prefix."""
    monkeypatch.setattr(basehttp.ServerHandler, "cleanup_headers", _close_the_connection)
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


@pytest.fixture
def aws(site, tmp_path):
    """Run ``aws cognito-idp <arguments>`` and return its JSON, or its error text."""
    if not _AWS.exists():
        pytest.skip("needs the AWS CLI beside the Python that runs the tests: pip install awscli")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | {
        "AWS_ACCESS_KEY_ID": site.key.id,
        "AWS_SECRET_ACCESS_KEY": site.key.secret,
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
    }

    def run(*arguments):
        command = [sys.executable, _AWS, "--endpoint-url", site.endpoint, "--output", "json", "cognito-idp", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            return done.stderr.strip()
        return json.loads(done.stdout) if done.stdout.strip() else {}

    return run
