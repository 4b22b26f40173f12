"""A Django site that signs people in with mozilla-django-oidc."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from example_project.demo.server import any_free_port
from tests.journeys.relying_parties.conftest import SECRET

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def other_site(registers, issuer, tmp_path):
    """The address of the site, which runs in a process of its own."""
    port = any_free_port()
    address = f"http://localhost:{port}/"
    client = registers(secret=SECRET, callback_urls=[f"{address}oidc/callback/"], require_pkce=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.relying_parties.django_site"],
        cwd=ROOT,
        env=environment
        | {
            "SITE_PORT": str(port),
            "SITE_DATABASE": str(tmp_path / "site.sqlite3"),
            "SITE_ISSUER": issuer,
            "SITE_CLIENT_ID": client.pk,
            "SITE_CLIENT_SECRET": SECRET,
        },
        stdout=subprocess.PIPE,
        stderr=(tmp_path / "log").open("w"),
        text=True,
    )
    try:
        assert process.stdout.readline() == "ready\n", (tmp_path / "log").read_text()
        yield address
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("site", ["under a prefix"], indirect=True)
class TestMozillaDjangoOidc:
    def test_signs_a_person_in(self, other_site, person):
        page = person.go(other_site)

        assert page.status_code == 200, page.text
        assert page.url == other_site
        assert page.json() == {
            "email": "jane@example.com",
            "backend": "mozilla_django_oidc.auth.OIDCAuthenticationBackend",
        }
        assert len(person.pages) == 1
