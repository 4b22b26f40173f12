"""Make a user pool with defaults that suit people.

    manage.py cognito_create_pool people
    manage.py cognito_create_pool staff --sign-in-with email --closed --region eu-central-1

E-mail addresses are verified, sign-in names are compared without case. The API's CreateUserPool has
AWS's defaults instead. Prints the id of the pool alone, so that scripts can use it.
"""

import argparse
import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cognito_auth.conf import settings
from cognito_auth.exceptions import CognitoError
from cognito_auth.operations.validation import validator_of
from cognito_auth.services import user_pools

_ADDRESSES = ("email", "phone_number")
_ALIASES = (*_ADDRESSES, "preferred_username")


class Command(BaseCommand):
    help = "Make a user pool and print its id."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("name", help="Name of the pool.")
        parser.add_argument("--region", help="First part of the pool's id. Default: the REGION setting.")
        parser.add_argument(
            "--verify",
            action="append",
            choices=(*_ADDRESSES, "none"),
            help="Addresses that get a code at sign-up; repeatable. Default: email.",
        )
        parser.add_argument(
            "--sign-in-with",
            action="append",
            choices=_ADDRESSES,
            help="People sign up and in with this instead of a username; repeatable.",
        )
        parser.add_argument(
            "--alias",
            action="append",
            choices=_ALIASES,
            help="People may also sign in with this, once verified; repeatable.",
        )
        parser.add_argument("--case-sensitive", action="store_true", help="Tell sign-in names apart by case.")
        parser.add_argument("--closed", action="store_true", help="Only administrators make users.")
        parser.add_argument("--strict", action="store_true", help="Keep AWS's limits and refusals everywhere.")

    def handle(self, *args: Any, **options: Any) -> None:
        verified = [name for name in options["verify"] or ["email"] if name != "none"]
        fields = {
            "auto_verified_attributes": verified,
            "username_attributes": options["sign_in_with"] or [],
            "alias_attributes": options["alias"] or [],
            "case_sensitive": options["case_sensitive"],
            "admin_create_user_only": options["closed"],
            "strict": options["strict"] or settings.strict,
        }
        try:
            validator_of("CreateUserPoolRequest")({"PoolName": options["name"]})
            pool = user_pools.create(
                region=options["region"] or settings.region,
                name=options["name"],
                fields=fields,
                now=datetime.datetime.now(tz=datetime.UTC),
            )
        except CognitoError as error:
            raise CommandError(error.detail or error.message) from error
        self.stdout.write(pool.pk)
