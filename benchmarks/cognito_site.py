"""Our site under load: a fresh database with a pool, a client and an access key, and calls to it."""

import base64
import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from benchmarks.servers import ROOT, Caller, Server

POOL_ID = "eu-west-1_Benchmark"
CLIENT_ID = "benchmarkclient0000000000"
ACCESS_KEY_ID, SECRET_ACCESS_KEY = "AKIABENCHMARK0000000", "benchmark-secret-access-key-0000000000000"
PASSWORD = "Passw0rd!"
APPLICATION = "benchmarks.wsgi:application"


def environment(database_url: str, **more: str) -> dict[str, str]:
    """Return the environment variables of a process of our site."""
    return {"DJANGO_SETTINGS_MODULE": "benchmarks.settings", "DATABASE_URL": database_url, **more}


def prepare(database_url: str) -> None:
    """Make the tables and the rows that every benchmark needs."""
    import os

    process_environment = {**os.environ, **environment(database_url)}
    for arguments in (["manage.py", "migrate", "-v0"], ["-m", "benchmarks.prepare"]):
        subprocess.run([sys.executable, *arguments], cwd=ROOT, env=process_environment, check=True)


class CognitoApi:
    """Calls operations over one open connection."""

    def __init__(self, server: Server, *, credentials: tuple[str, str] = (ACCESS_KEY_ID, SECRET_ACCESS_KEY)) -> None:
        self._caller: Caller = server.connect()
        self._host = f"127.0.0.1:{server.port}"
        self._signer = SigV4Auth(Credentials(*credentials), "cognito-idp", "eu-west-1")

    def send(self, operation: str, payload: Mapping[str, Any]) -> tuple[int, Any]:
        """Send an unsigned operation and return status and answer."""
        return self._caller.send("/", payload, _headers(operation))

    def call(self, operation: str, **payload: Any) -> Any:
        """Call an unsigned operation that has to succeed."""
        return _succeeded(operation, self.send(operation, payload))

    def signed(self, operation: str, **payload: Any) -> Any:
        """Call a signed operation that has to succeed."""
        return _succeeded(operation, self._caller.send("/", payload, self.sign(operation, payload)))

    def sign(self, operation: str, payload: Mapping[str, Any]) -> dict[str, str]:
        """Return the headers of a signed call."""
        request = AWSRequest(
            "POST", f"http://{self._host}/", headers=_headers(operation), data=json.dumps(payload).encode()
        )
        self._signer.add_auth(request)
        return dict(request.headers.items())

    def sign_in(self, username: str) -> Any:
        """Sign in with a password and return the authentication result."""
        answer = self.call(
            "InitiateAuth",
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=CLIENT_ID,
            AuthParameters={"USERNAME": username, "PASSWORD": PASSWORD},
        )
        return answer["AuthenticationResult"]


def claims_of(token: str) -> Any:
    """Return the claims of a token without checking it."""
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def _headers(operation: str) -> dict[str, str]:
    return {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}",
    }


def _succeeded(operation: str, answer: tuple[int, Any]) -> Any:
    status, body = answer
    if status != 200:
        raise RuntimeError(f"{operation} answered {status}: {body}")
    return body
