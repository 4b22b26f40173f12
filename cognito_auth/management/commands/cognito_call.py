"""Call an operation of the API from the shell, with all rights and without a signature.

    manage.py cognito_call AdminGetUser '{"UserPoolId": "eu-west-1_AbC123xyZ", "Username": "jane"}'
    manage.py cognito_call CreateUserPool - < pool.json

The response is printed as JSON. A refusal goes to standard error, with the sentence that says what to
do, and the exit code is 1.
"""

import argparse
import base64
import datetime
import json
import sys
import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cognito_auth.conf import settings
from cognito_auth.exceptions import CognitoError
from cognito_auth.operations import dispatch, registry, service_model
from cognito_auth.operations.call import TRUSTED, Call
from cognito_auth.services.request_origin import RequestOrigin


class Command(BaseCommand):
    help = "Call an operation of the API, e.g. AdminGetUser, and print its response as JSON."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("operation", help="Name of the operation in the API, e.g. ListUsers.")
        parser.add_argument("request", nargs="?", default="{}", help="The request as JSON; - reads standard input.")
        parser.add_argument("--region", help="Region in the ids of new pools. Default: COGNITO_AUTH['REGION'].")
        parser.add_argument(
            "--strict-json", action="store_true", help="Refuse members that the operation does not know."
        )

    def handle(self, *args: Any, operation: str, request: str, strict_json: bool, **options: Any) -> None:
        payload = _read(sys.stdin.read() if request == "-" else request)
        call = Call(
            now=datetime.datetime.now(tz=datetime.UTC),
            region=options["region"] or settings.region,
            principal=TRUSTED,
            origin=RequestOrigin(user_agent="manage.py cognito_call"),
            request_id=str(uuid.uuid4()),
        )
        try:
            if strict_json:
                _refuse_unknown_members(operation, payload)
            response = dispatch.execute(operation, payload, call)
        except CognitoError as error:
            sentences = [f"{error.code}: {error.message}".removesuffix(": "), error.detail]
            raise CommandError("\n".join(filter(None, sentences))) from error
        self.stdout.write(json.dumps(response, indent=2, ensure_ascii=False, default=_encode))


def _read(text: str) -> dict[str, Any]:
    try:
        payload = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CommandError(f"The request is not JSON: {error}") from error
    if not isinstance(payload, dict):
        raise CommandError("The request must be a JSON object.")
    return payload


def _refuse_unknown_members(operation: str, payload: dict[str, Any]) -> None:
    known = service_model.shape(registry.get(operation).model["input"])["members"]
    unknown = sorted(payload.keys() - known.keys())
    if unknown:
        raise CommandError(f"{operation} has no {', '.join(unknown)}. It has: {', '.join(known) or 'nothing'}.")


def _encode(value: bytes) -> str:
    """Return binary members as the API writes them."""
    return base64.b64encode(value).decode()
