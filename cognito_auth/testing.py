"""Fixtures for pytest: a real pool, app client, users and valid tokens in the test database.

Installed with the package as a pytest plugin; needs pytest-django. ``cognito_tokens`` is the one
most tests want::

    def test_orders_need_a_person(client, cognito_tokens):
        jane = cognito_tokens("jane", groups=["premium"])

        assert client.get("/premium", headers=jane.headers).status_code == 200
        assert client.get("/premium").status_code == 401

Everything is made by the same code as in production, so whatever checks tokens in the project
accepts these, and refuses them after a sign-out.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

# The plugin is loaded in every pytest run, also in those without Django: imports of Django and of
# the models stand inside the fixtures.
if TYPE_CHECKING:
    from cognito_auth.models import AbstractCognitoUser, UserPool, UserPoolClient

DEFAULT_PASSWORD = "Passw0rd!"
AUTH_FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


@dataclass(frozen=True)
class SignedIn:
    """A user with the tokens of one sign-in."""

    user: AbstractCognitoUser
    access_token: str
    id_token: str
    refresh_token: str

    @property
    def headers(self) -> dict[str, str]:
        """Headers for Django's or DRF's test client, with the access token."""
        return {"Authorization": f"Bearer {self.access_token}"}


@pytest.fixture
def cognito_pool(db: None) -> UserPool:
    """Return a new pool that verifies e-mail addresses."""
    from cognito_auth.conf import settings
    from cognito_auth.services import user_pools

    fields = {"auto_verified_attributes": ["email"]}
    return user_pools.create(region=settings.region, name="tests", fields=fields, now=_now())


@pytest.fixture
def cognito_client_app(cognito_pool: UserPool) -> UserPoolClient:
    """Return a public app client of the pool that allows passwords and refresh."""
    from cognito_auth.services import user_pool_clients

    return user_pool_clients.create(
        cognito_pool,
        name="tests",
        fields={"explicit_auth_flows": AUTH_FLOWS},
        generate_secret=False,
        secret=None,
        now=_now(),
    )


@pytest.fixture
def cognito_user(cognito_pool: UserPool) -> Callable[..., AbstractCognitoUser]:
    """Return a function ``(username, *, groups=(), password=…, **fields) -> user``.

    The user is confirmed and has a verified e-mail address. ``fields`` are columns of the user model,
    e.g. ``custom_attributes={"custom:team": "red"}``. Groups are made as needed.
    """
    from django.contrib.auth import get_user_model
    from django.db import transaction

    from cognito_auth.models import GroupMembership, UserPoolGroup
    from cognito_auth.services import user_names

    def make(
        username: str, *, groups: Iterable[str] = (), password: str = DEFAULT_PASSWORD, **fields: Any
    ) -> AbstractCognitoUser:
        fields.setdefault("email", f"{username}@example.com")
        fields.setdefault("email_verified", True)
        with transaction.atomic():
            user: AbstractCognitoUser = get_user_model()._default_manager.create_user(
                username, password=password, pool=cognito_pool, **fields
            )
            user_names.sync_aliases(user)
            for name in groups:
                group, _is_new = UserPoolGroup.objects.get_or_create(pool=cognito_pool, name=name)
                GroupMembership.objects.create(group=group, user=user)  # type: ignore[misc]
        return user

    return make


@pytest.fixture
def cognito_tokens(
    cognito_client_app: UserPoolClient, cognito_user: Callable[..., AbstractCognitoUser]
) -> Callable[..., SignedIn]:
    """Return a function ``(username_or_user, **options of cognito_user) -> SignedIn``."""
    from cognito_auth.services.tokens import issue

    def sign_in(user: AbstractCognitoUser | str, **options: Any) -> SignedIn:
        if isinstance(user, str):
            user = cognito_user(user, **options)
        now = _now()
        tokens = issue.issue(user, cognito_client_app, authenticated_at=now, token_epoch=user.token_epoch, now=now)
        assert tokens.id_token is not None
        assert tokens.refresh_token is not None
        return SignedIn(user, tokens.access_token, tokens.id_token, tokens.refresh_token)

    return sign_in


def _now() -> datetime.datetime:
    return datetime.datetime.now(tz=datetime.UTC)
