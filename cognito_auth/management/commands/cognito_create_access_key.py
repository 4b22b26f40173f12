"""Make an access key for boto3, the AWS CLI and other signed callers.

    eval "$(manage.py cognito_create_access_key --name deployment)"
    aws cognito-idp list-user-pools --max-results 10

Prints the lines that set a shell up for it; the secret is not shown again. With ``--access-key-id`` the
same key is made, or brought to what is given, however often the command runs.
"""

import argparse
import datetime
import re
import shlex
from collections.abc import Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from cognito_auth.conf import settings
from cognito_auth.models import AbstractCognitoUser, UserPool
from cognito_auth.operations import authorization, registry
from cognito_auth.services import access_keys
from cognito_auth.services.tokens import issuer

_KEY_ID = re.compile(r"[\w-]{1,128}", re.ASCII)
_SHORT_SECRET = 16


class Command(BaseCommand):
    help = "Make an access key and print the lines that set a shell up for it."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--access-key-id", help="Id of the key. Default: drawn.")
        parser.add_argument("--secret-access-key", help="Secret of the key. Default: drawn, or the one it has.")
        parser.add_argument("--name", default="", help="What it is for.")
        parser.add_argument("--owner", metavar="USERNAME", help="Member of staff whose disabling switches it off.")
        parser.add_argument(
            "--action",
            action="append",
            metavar="PATTERN",
            help="Operations it may call, e.g. 'AdminGet*'; repeatable. Default: all.",
        )
        parser.add_argument(
            "--pool",
            action="append",
            metavar="ID",
            help="User pools it may touch; repeatable. Default: all, and making new ones.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        key_id, secret = options["access_key_id"], options["secret_access_key"]
        _check_given(key_id, secret)
        _check_reach(options["action"] or [], options["pool"] or [])
        if secret is not None and len(secret) < _SHORT_SECRET:
            self.stderr.write("A secret this short can be guessed: use it for tests only.")
        key = access_keys.create(
            key_id=key_id,
            secret=secret,
            name=options["name"],
            owner=_owner(options["owner"]),
            allowed_actions=options["action"] or ["*"],
            allowed_pools=options["pool"] or ["*"],
            now=datetime.datetime.now(tz=datetime.UTC),
        )
        for name, value in (
            ("AWS_ACCESS_KEY_ID", key.pk),
            ("AWS_SECRET_ACCESS_KEY", key.secret),
            ("AWS_DEFAULT_REGION", settings.region),
            ("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", issuer.prefix()),
        ):
            self.stdout.write(f"export {name}={shlex.quote(value)}")


def _check_given(key_id: str | None, secret: str | None) -> None:
    # An id with a slash or space could not be found again in a signature.
    if key_id is not None and not _KEY_ID.fullmatch(key_id):
        raise CommandError("An access key id has 1 to 128 letters, digits, underscores and hyphens.")
    if secret is not None and not secret:
        raise CommandError("A secret access key cannot be empty.")


def _check_reach(actions: Sequence[str], pools: Sequence[str]) -> None:
    """Refuse what gives the key nothing: a slip of the pen would be found out by the first call only."""
    for pattern in actions:
        if not any(authorization.is_meant(pattern, name) for name in registry.load()):
            raise CommandError(f"No operation is called {pattern}.")
    unknown = [pool_id for pool_id in pools if pool_id != "*" and not UserPool.objects.filter(pk=pool_id).exists()]
    if unknown:
        raise CommandError(f"There is no user pool {', '.join(unknown)}.")


def _owner(username: str | None) -> AbstractCognitoUser | None:
    if username is None:
        return None
    model: type[AbstractCognitoUser] = get_user_model()
    try:
        owner: AbstractCognitoUser = model._default_manager.get_by_natural_key(username)
    except model.DoesNotExist:
        raise CommandError(f"The default pool has no user {username}.") from None
    return owner
