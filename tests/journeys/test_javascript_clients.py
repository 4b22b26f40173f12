"""People in JavaScript apps: amazon-cognito-identity-js, aws-amplify and the AWS SDK, under Node."""

import json
import subprocess
from pathlib import Path

import pytest
from django.utils import timezone

from cognito_auth.services import srp_verifiers
from cognito_auth.services.tokens import keys
from tests import npm
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory

NODE_TESTS = Path(__file__).resolve().parent.parent / "node"
PASSWORD, NEW_PASSWORD = "Passw0rd!", "0ther-Passw0rd!"
FLOWS = ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


@pytest.fixture(scope="session")
def modules():
    """The directory in which the clients are installed; kept for the next run."""
    return npm.installed(NODE_TESTS / "package.json")


@pytest.fixture
def run(site, modules):
    """Run a scenario of clients.mjs for a new person and return what it prints."""

    def run(scenario, *, device_configuration=None, mfa="OFF", **fields):
        pool = UserPoolFactory(
            device_configuration=device_configuration,
            mfa_configuration=mfa,
            software_token_mfa_enabled=mfa != "OFF",
        )
        keys.ensure(pool, now=timezone.now())
        client = UserPoolClientFactory(pool=pool, explicit_auth_flows=FLOWS, hides_users=True)
        user = UserFactory(pool=pool, username="jane", **fields)
        srp_verifiers.remember(user, PASSWORD)
        settings = {
            "modules": str(modules),
            "endpoint": site.endpoint,
            "pool": pool.pk,
            "client": client.pk,
            "username": "jane",
            "password": PASSWORD,
            "newPassword": NEW_PASSWORD,
        }
        command = ["node", str(NODE_TESTS / "clients.mjs"), scenario, json.dumps(settings)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return run


REMEMBERS = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("site", ["at the root"], indirect=True)
class TestIdentityJs:
    def test_signs_in_by_srp_from_a_device_refreshes_and_signs_out(self, run):
        found = run("identitySignIn", confirmed=True, device_configuration=REMEMBERS)

        assert found == {"username": "jane", "renewed": True, "sameDevice": True, "devices": 1}

    def test_changes_a_temporary_password(self, run):
        assert run("identityNewPassword", invited=True) == {"username": "jane"}

    def test_goes_on_after_its_device_was_forgotten(self, run):
        found = run("identityForgottenDevice", confirmed=True, device_configuration=REMEMBERS)

        assert found == {"newDevice": True}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("site", ["at the root"], indirect=True)
class TestAmplify:
    def test_signs_in_by_srp_from_a_device_refreshes_and_signs_out(self, run):
        assert run("amplifySignIn", confirmed=True, device_configuration=REMEMBERS) == {
            "wrong": "NotAuthorizedException",
            "step": "DONE",
            "renewed": True,
            "username": "jane",
            "devices": 1,
            "again": "DONE",
        }

    def test_changes_a_temporary_password(self, run):
        assert run("amplifyNewPassword", invited=True) == {
            "step": "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED",
            "isSignedIn": True,
        }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("site", ["at the root"], indirect=True)
class TestAuthenticatorApp:
    def test_is_switched_on_and_asked_for_by_amplify(self, run):
        assert run("amplifyAuthenticatorApp", confirmed=True, mfa="OPTIONAL") == {
            "preference": "TOTP",
            "step": "CONFIRM_SIGN_IN_WITH_TOTP_CODE",
            "wrong": "CodeMismatchException",
            "isSignedIn": True,
        }

    def test_is_set_up_at_the_first_sign_in_by_amplify(self, run):
        assert run("amplifyAppAtFirstSignIn", confirmed=True, mfa="ON") == {
            "step": "CONTINUE_SIGN_IN_WITH_TOTP_SETUP",
            "isSignedIn": True,
        }

    def test_is_set_up_at_the_first_sign_in_by_identity_js(self, run):
        assert run("identityAppAtFirstSignIn", confirmed=True, mfa="ON") == {"username": "jane"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("site", ["at the root"], indirect=True)
class TestAwsSdk:
    def test_signs_in_without_credentials(self, run):
        assert run("sdk", confirmed=True) == {"wrong": True, "username": "jane"}
