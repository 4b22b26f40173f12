"""Settings with a trusted pool, and a user who is signed in."""

import pytest
from django.utils import timezone

from cognito_auth.services.tokens import issue
from tests import tokens
from tests.factories import UserFactory, UserPoolClientFactory


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def cognito_settings(settings):
    """Change entries of ``COGNITO_AUTH``: ``cognito_settings(TOKEN_CACHE_SIZE=0)``."""

    def change(**entries):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, **entries}

    return change


@pytest.fixture
def trusted_pool(cognito_settings):
    """Trust the pool elsewhere, with changes to its entry."""

    def trust(**changes):
        cognito_settings(TRUSTED_POOLS=[tokens.trusted_pool(**changes)])

    trust()
    return trust


@pytest.fixture
def client(db):
    return UserPoolClientFactory()


@pytest.fixture
def user(client):
    return UserFactory(pool=client.pool, confirmed=True)


@pytest.fixture
def sign_in(user, client, now):
    """Return a function that signs the user in."""

    def begin(at=now, **options):
        return issue.issue(user, client, authenticated_at=at, token_epoch=user.token_epoch, now=at, **options)

    return begin
