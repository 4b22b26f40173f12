"""The pytest fixtures that the package gives to projects."""

import json
import subprocess
import sys

import pytest
from django.urls import reverse
from django.utils import timezone

from cognito_auth import testing
from cognito_auth.models import User
from cognito_auth.services.tokens import revoke


class TestPlugin:
    def test_does_not_import_django(self):
        """Runs of projects without Django load the plugin too."""
        code = "import sys, cognito_auth.testing; sys.exit('django' in sys.modules)"

        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


class TestCognitoUser:
    def test_is_confirmed_and_can_sign_in(self, cognito_user):
        jane = cognito_user("jane", groups=["premium", "staff"], custom_attributes={"custom:team": "red"})

        jane = User.objects.get(pk=jane.pk)
        assert jane.status == "CONFIRMED"
        assert jane.check_password(testing.DEFAULT_PASSWORD)
        assert jane.custom_attributes == {"custom:team": "red"}
        assert {membership.group.name for membership in jane.memberships.all()} == {"premium", "staff"}


class TestCognitoTokens:
    @pytest.fixture
    def whoami(self, client):
        return lambda headers: client.get("/whoami", headers=headers)

    def test_are_accepted_by_a_view(self, cognito_tokens, whoami):
        jane = cognito_tokens("jane", groups=["premium"])

        answer = whoami(jane.headers)

        assert answer.status_code == 200
        assert answer.json()["cognito:groups"] == ["premium"]

    def test_take_a_user_that_is_there(self, cognito_tokens, cognito_user):
        jane = cognito_user("jane")

        assert cognito_tokens(jane).user is jane

    def test_are_refused_after_a_sign_out(self, cognito_tokens, whoami):
        jane = cognito_tokens("jane")

        revoke.sign_out_everywhere(jane.user, now=timezone.now())

        assert whoami(jane.headers).status_code == 401

    def test_work_at_the_api(self, cognito_tokens, client):
        jane = cognito_tokens("jane")

        answer = client.post(
            reverse("cognito_auth:api"),
            json.dumps({"AccessToken": jane.access_token}),
            content_type="application/x-amz-json-1.1",
            headers={"X-Amz-Target": "AWSCognitoIdentityProviderService.GetUser"},
        )

        assert json.loads(answer.content)["Username"] == "jane"
