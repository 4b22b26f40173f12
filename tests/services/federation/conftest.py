"""A pool with a Google provider and a client that offers it."""

import datetime

import pytest
from django.utils import timezone

from cognito_auth.choices import LinkingPolicy
from cognito_auth.services.federation import sign_in as federation
from cognito_auth.services.federation.identity import ExternalIdentity
from cognito_auth.services.identity_providers import records
from cognito_auth.services.request_origin import RequestOrigin
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory

MAPPING = {"email": "email", "email_verified": "email_verified", "name": "name"}
CLAIMS = {"sub": "1234567890", "email": "jane@example.com", "email_verified": True, "name": "Jane Roe"}


@pytest.fixture
def now():
    return timezone.now().replace(microsecond=0) + datetime.timedelta(0)


@pytest.fixture
def pool(db):
    return UserPoolFactory()


@pytest.fixture
def provider(pool, now):
    return records.create(
        pool,
        "Google",
        "Google",
        provider_details={"client_id": "id", "client_secret": "secret", "authorize_scopes": "openid email profile"},
        mapping=MAPPING,
        linking=LinkingPolicy.NEVER,
        now=now,
    )


@pytest.fixture
def client(pool, provider):
    return UserPoolClientFactory(pool=pool, supported_identity_providers=["COGNITO", "Google"])


@pytest.fixture
def jane(pool):
    """An account of the pool itself with a verified address."""
    return UserFactory(pool=pool, username="jane", email="jane@example.com", confirmed=True)


@pytest.fixture
def signs_in(client, provider, now):
    def sign_in(claims=CLAIMS, **changes):
        provider.refresh_from_db()
        provider.pool = client.pool
        changes.setdefault("now", now)
        return federation.sign_in(client, ExternalIdentity(provider, claims), origin=RequestOrigin(), **changes)

    return sign_in
