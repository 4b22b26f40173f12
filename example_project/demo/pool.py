"""The rows of the demonstration; made once, found again afterwards."""

import datetime
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.utils import timezone

from cognito_auth.conf import settings
from cognito_auth.models import AccessKey, ResourceServer, UserPool, UserPoolClient, UserPoolGroup
from cognito_auth.services import resource_servers, user_pool_clients, user_pools

NAME = "demo"
BASE_URL = "http://localhost:8000"
CLIENT_NAME = "demo web app"
GROUPS = ("admin", "premium")
SUPERUSER = "admin"
# What GET /orders of this project is behind, and a scope for those who would write.
RESOURCE_SERVER = "shop"
SCOPES = (
    {"ScopeName": "orders.read", "ScopeDescription": "Read orders"},
    {"ScopeName": "orders.write", "ScopeDescription": "Place and change orders"},
)
OAUTH_SCOPES = ("openid", "email", "profile", "aws.cognito.signin.user.admin", "shop/orders.read")
_MAX_ADDRESSES = 20


@dataclass(frozen=True)
class Demo:
    """The pool of the demonstration and its app client."""

    pool: UserPool
    client: UserPoolClient


def find() -> Demo | None:
    """Return the pool and client of the demonstration, or ``None`` before its first run."""
    client = UserPoolClient.objects.filter(pool__name=NAME, name=CLIENT_NAME).select_related("pool").first()
    return None if client is None else Demo(client.pool, client)


def ensure(base_url: str = BASE_URL) -> Demo:
    """Return the pool and client of the demonstration, making what is missing.

    ``base_url`` is where the site is served: browsers come back there.
    """
    now = timezone.now()
    demo = find()
    if demo is None:
        pool = UserPool.objects.filter(name=NAME).first() or user_pools.create(
            region=settings.region,
            name=NAME,
            fields={"auto_verified_attributes": ["email"], "alias_attributes": ["email"]},
            now=now,
        )
        flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        client = user_pool_clients.create(
            pool,
            name=CLIENT_NAME,
            fields={"explicit_auth_flows": flows, "prevent_user_existence_errors": True},
            generate_secret=False,
            secret=None,
            now=now,
        )
        demo = Demo(pool, client)
    for precedence, name in enumerate(GROUPS):
        UserPoolGroup.objects.get_or_create(pool=demo.pool, name=name, defaults={"precedence": precedence})
    if not ResourceServer.objects.filter(pool=demo.pool, identifier=RESOURCE_SERVER).exists():
        resource_servers.create(demo.pool, RESOURCE_SERVER, name="Shop", scopes=SCOPES, now=now)
    _open_to_browsers(demo.client, base_url, now=now)
    return demo


def _open_to_browsers(client: UserPoolClient, base_url: str, *, now: datetime.datetime) -> None:
    """Let people sign in to the client on the login pages, and come back to the demonstration's own."""
    fields = {
        "oauth_enabled": True,
        "allowed_oauth_flows": ["code"],
        "allowed_oauth_scopes": list(OAUTH_SCOPES),
        "callback_urls": _with([f"{base_url}/spa", f"{base_url}/site/callback"], client.callback_urls),
        "logout_urls": _with([f"{base_url}/", f"{base_url}/spa"], client.logout_urls),
        "supported_identity_providers": ["COGNITO"],
    }
    if any(getattr(client, name) != value for name, value in fields.items()):
        user_pool_clients.update(client, fields, now=now)


def _with(addresses: list[str], known: Sequence[str]) -> list[str]:
    """Return the addresses of this run, and of runs at other ports before."""
    return list(dict.fromkeys([*addresses, *known]))[:_MAX_ADDRESSES]


def ensure_superuser() -> str:
    """Make the superuser ``admin`` if there is none and return a fresh password of theirs."""
    users = get_user_model()._default_manager
    password = secrets.token_urlsafe(9)
    pool = UserPool.objects.get_default()
    user = users.filter(pool=pool, username=SUPERUSER).first()
    if user is None:
        users.create_superuser(SUPERUSER, "admin@example.com", password)
    else:
        user.set_password(password)
        user.save(update_fields=["password"])
    return password


def ensure_access_key() -> AccessKey:
    """Return the access key of the demonstration, which may do everything."""
    key = AccessKey.objects.filter(name=NAME, is_active=True).first()
    if key is None:
        key = AccessKey.objects.create(id=AccessKey.new_id(), secret=AccessKey.new_secret(), name=NAME)
    return key
