"""Tokens as aws-jwt-verify sees them, the validator that AWS gives to APIs. It knows AWS's issuers only."""

import json
import subprocess
from pathlib import Path

import pytest
from django.utils import timezone

from cognito_auth.services.tokens import issue, keys
from tests import npm
from tests.factories import (
    GroupMembershipFactory,
    UserFactory,
    UserPoolClientFactory,
    UserPoolFactory,
    UserPoolGroupFactory,
)

NODE_TESTS = Path(__file__).resolve().parent.parent / "node"
SCOPE = "aws.cognito.signin.user.admin"


@pytest.fixture(scope="session")
def modules():
    return npm.installed(NODE_TESTS / "package.json")


@pytest.fixture
def client(db, settings):
    settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "BASE_URL": "https://cognito-idp.eu-west-1.amazonaws.com"}
    pool = UserPoolFactory(id="eu-west-1_AbC123xyZ")
    return UserPoolClientFactory(pool=pool)


@pytest.fixture
def user(client):
    user = UserFactory(pool=client.pool, username="jane", confirmed=True)
    GroupMembershipFactory(user=user, group=UserPoolGroupFactory(pool=client.pool, name="readers"))
    return user


@pytest.fixture
def verify(modules, client, user):
    """Issue tokens and return what the validator says of one of them."""
    now = timezone.now()
    tokens = issue.issue(user, client, authenticated_at=now, token_epoch=user.token_epoch, now=now)

    def verify(kind, **options):
        settings = {
            "modules": str(modules),
            "pool": client.pool_id,
            "keys": keys.jwks(client.pool_id, now=now),
            "token": tokens.id_token if kind == "id" else tokens.access_token,
            "options": {"tokenUse": kind, "clientId": client.pk, **options},
        }
        command = ["node", str(NODE_TESTS / "verify.mjs"), json.dumps(settings)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return verify


class TestCognitoJwtVerifier:
    @pytest.mark.parametrize("kind", ["id", "access"])
    def test_takes_both_tokens(self, verify, user, kind):
        assert verify(kind) == str(user.sub)

    def test_finds_groups_and_scopes(self, verify, user):
        assert verify("access", groups=["admins", "readers"], scope=["shop/read", SCOPE]) == str(user.sub)

    @pytest.mark.parametrize(
        ("kind", "options", "refusal"),
        [
            ("id", {"tokenUse": "access"}, "CognitoJwtInvalidTokenUseError"),
            ("access", {"tokenUse": "id"}, "CognitoJwtInvalidTokenUseError"),
            ("id", {"clientId": "another"}, "CognitoJwtInvalidClientIdError"),
            ("access", {"clientId": "another"}, "CognitoJwtInvalidClientIdError"),
            ("access", {"groups": ["admins"]}, "CognitoJwtInvalidGroupError"),
            ("access", {"scope": "shop/read"}, "JwtInvalidScopeError"),
        ],
    )
    def test_tells_tokens_apart(self, verify, kind, options, refusal):
        assert verify(kind, **options) == refusal
