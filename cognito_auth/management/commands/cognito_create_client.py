"""Make an app client with defaults that suit people.

    manage.py cognito_create_client eu-west-1_AbC123xyZ web
    manage.py cognito_create_client eu-west-1_AbC123xyZ backend --secret

It allows signing in with a password and refreshing tokens, and answers alike for unknown users and
wrong passwords. Prints the client's id, and its secret, if it has one, this once.
"""

import argparse
import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cognito_auth.exceptions import CognitoError
from cognito_auth.operations.validation import validator_of
from cognito_auth.services import user_pool_clients, user_pools

_FLOWS = (
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_USER_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
)
_DEFAULT_FLOWS = ("ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH")


class Command(BaseCommand):
    help = "Make an app client and print its id, and once its secret."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("user_pool_id", help="The pool that it belongs to.")
        parser.add_argument("name", help="Name of the client.")
        parser.add_argument("--secret", action="store_true", help="Give it a secret; for apps that run on a server.")
        parser.add_argument(
            "--flow",
            action="append",
            choices=_FLOWS,
            help="Ways to sign in; repeatable. Default: passwords and refresh.",
        )
        parser.add_argument(
            "--show-whether-users-exist",
            action="store_true",
            help="Answer differently for unknown users, as AWS does unless told otherwise.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        fields = {
            "explicit_auth_flows": options["flow"] or list(_DEFAULT_FLOWS),
            "prevent_user_existence_errors": not options["show_whether_users_exist"],
            "prevent_user_existence_errors_set": True,
        }
        try:
            pool = user_pools.get(options["user_pool_id"])
            validator_of("CreateUserPoolClientRequest")({"UserPoolId": pool.pk, "ClientName": options["name"]})
            client = user_pool_clients.create(
                pool,
                name=options["name"],
                fields=fields,
                generate_secret=options["secret"],
                now=datetime.datetime.now(tz=datetime.UTC),
            )
        except CognitoError as error:
            raise CommandError(error.detail or error.message) from error
        self.stdout.write(client.pk)
        for secret in user_pool_clients.secrets_of(client):
            self.stdout.write(secret)
