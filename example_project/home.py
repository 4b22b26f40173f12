"""The first page: what runs here and how to try it."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

import cognito_auth
from cognito_auth.conf import settings as cognito_settings
from example_project.demo import pool, recipes


@dataclass(frozen=True)
class ProtectedView:
    """A line in the table of protected views."""

    path: str
    lets_in: str
    answers: str


@dataclass(frozen=True)
class Document:
    """A link to something that is served here."""

    address: str
    title: str
    about: str


@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Show the page; with the ids of the demonstration pool where there is one."""
    demo = pool.find()
    endpoint = f"{cognito_settings.base_url}/"
    context = {
        "endpoint": endpoint,
        "endpoint_path": request.path,
        "version": cognito_auth.__version__,
        "demo": demo,
        "recipes": [] if demo is None else _recipes(demo, endpoint),
        "views": _protected_views(),
        "documents": [] if demo is None else _documents(demo.pool.id),
        "mail_place": _mail_place(),
    }
    return render(request, "example_project/home.html", context)


def _recipes(demo: pool.Demo, endpoint: str) -> list[recipes.Recipe]:
    client_id, pool_id, region = demo.client.id, demo.pool.id, demo.pool.region
    return [
        recipes.curl(endpoint=endpoint, client_id=client_id),
        recipes.boto3(endpoint=endpoint, client_id=client_id, region=region),
        # The page is public, so no key is shown.
        recipes.aws_cli(endpoint=endpoint, pool_id=pool_id, region=region, key=None),
    ]


def _protected_views() -> list[ProtectedView]:
    return [
        ProtectedView("/whoami", _("Anybody with a valid token"), _("The claims of the token")),
        ProtectedView("/users/<sub>", _("The person themself, and the group admin"), _("The attributes of the person")),
        ProtectedView("/premium", _("The groups premium and admin"), _("A greeting")),
        ProtectedView("/orders", _("Access tokens with the scope shop/orders.read"), _("Two orders")),
    ]


def _documents(pool_id: str) -> list[Document]:
    return [
        Document(
            f"/{pool_id}/.well-known/jwks.json",
            _("Key set"),
            _("The public keys with which others check the tokens of this pool"),
        ),
        Document(
            f"/{pool_id}/.well-known/openid-configuration",
            _("Discovery document"),
            _("What an OpenID Connect client needs to know"),
        ),
    ]


def _mail_place() -> str:
    backend = settings.EMAIL_BACKEND
    if "filebased" in backend:
        return _("The mail is written to %(directory)s; “manage.py demo” also shows it in its terminal.") % {
            "directory": settings.EMAIL_FILE_PATH
        }
    if "console" in backend:
        return _("The mail appears in the terminal in which the server runs.")
    return ""
