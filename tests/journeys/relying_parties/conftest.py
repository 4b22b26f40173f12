"""A pool on a running server, apps that are registered there, and a person who signs in."""

import json
import subprocess
from pathlib import Path

import pytest
from django.utils import timezone

from cognito_auth.models import UserPoolClientSecret
from cognito_auth.services.tokens import keys
from cognito_auth.services.tokens.issuer import issuer_of
from tests import npm
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory
from tests.journeys.relying_parties.person import Person

HERE = Path(__file__).resolve().parent
PASSWORD = "Passw0rd!"
CALLBACK = "https://app.example.com/callback"
GOODBYE = "https://app.example.com/bye"
# What has to be encoded twice, once as a form and once in Base64.
SECRET = "secret/with+signs:and%more=characters"


@pytest.fixture(scope="session")
def modules():
    """The directory in which the packages of npm are installed."""
    return npm.installed(HERE / "package.json")


@pytest.fixture
def pool(site, transactional_db):
    pool = UserPoolFactory()
    keys.ensure(pool, now=timezone.now())
    return pool


@pytest.fixture
def issuer(site, pool):
    return issuer_of(pool.pk)


@pytest.fixture
def person(pool):
    UserFactory(pool=pool, username="jane", email="jane@example.com", email_verified=True, confirmed=True)
    person = Person("jane", PASSWORD)
    yield person
    # An open connection would keep a thread of the server waiting.
    person.session.close()


@pytest.fixture
def registers(pool):
    """Register an app; ``secret`` for one that runs on a server."""

    def register(*, secret="", **fields):
        client = UserPoolClientFactory(
            pool=pool,
            **{
                "oauth_enabled": True,
                "allowed_oauth_flows": ["code"],
                "allowed_oauth_scopes": ["openid", "email", "profile"],
                "callback_urls": [CALLBACK],
                "logout_urls": [GOODBYE],
                **fields,
            },
        )
        if secret:
            UserPoolClientSecret.objects.create(client=client, slot=1, value=secret, created_at=timezone.now())
        return client

    return register


@pytest.fixture
def runs_node(modules, person):
    """Run a scenario of a script under Node and return what it found; the person does what it asks them to."""

    def run(script, scenario, **settings):
        command = ["node", str(HERE / script), scenario, json.dumps({"modules": str(modules), **settings})]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            for line in process.stdout:
                told = json.loads(line)
                if "found" in told:
                    return told["found"]
                if "visit" in told:
                    answer = person.go(told["visit"], until=told["until"])
                else:
                    page = person.go(told["approve"])
                    answer = person.send(page, user_code=told["code"], action="approve").status_code
                process.stdin.write(json.dumps(answer) + "\n")
                process.stdin.flush()
            raise AssertionError(process.stderr.read())
        finally:
            process.kill()
            process.communicate()

    return run
