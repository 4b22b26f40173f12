"""The main job of the package, step by step: from sign-up to being refused after sign-out.

Everything goes through real HTTP with the real SDK; nothing here imports ``cognito_auth``.
"""

import base64
import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from example_project.demo.mailbox import Mail, Mailbox
from example_project.demo.terminal import Terminal

PASSWORD = "Passw0rd!"
_BODY_SHOWN = 160
_EMAIL_LINES_SHOWN = 12


class StepFailed(Exception):
    """A step did not end as it must."""


@dataclass
class Journey:
    """One person's way through the pool.

    ``cognito`` is a boto3 client of ``cognito-idp``, unsigned: everything here is done by the person.
    """

    terminal: Terminal
    mailbox: Mailbox
    cognito: Any
    client_id: str
    base_url: str
    username: str = field(default_factory=lambda: f"jane-{secrets.token_hex(3)}")

    def play(self) -> None:
        """Take every step.

        Raises:
            StepFailed: one did not end as it must; it has been shown.
        """
        self._sign_up()
        self._confirm(self._read_mail())
        tokens = self._sign_in()
        sub = decode(tokens["IdToken"])[1]["sub"]
        self._call_view(sub, token=tokens["IdToken"], expected=200, why="with the ID token")
        self._call_view(sub, token=None, expected=401, why="without a token")
        self._sign_out(tokens["AccessToken"])
        self._call_view(sub, token=tokens["IdToken"], expected=401, why="the same token, after sign-out")

    @property
    def _email(self) -> str:
        return f"{self.username}@example.com"

    def _sign_up(self) -> None:
        with self._step("SignUp") as done:
            answer = self.cognito.sign_up(
                ClientId=self.client_id,
                Username=self.username,
                Password=PASSWORD,
                UserAttributes=[{"Name": "email", "Value": self._email}, {"Name": "given_name", "Value": "Jane"}],
            )
            sent_to = answer["CodeDeliveryDetails"]["Destination"]
            done(f"{self.username}, a code goes to {sent_to}")

    def _read_mail(self) -> Mail:
        with self._step("The e-mail") as done:
            mail = self.mailbox.wait(to=self._email)
            if not mail.code:
                raise StepFailed("There is no code in it.")
            done(f"code {self.terminal.style(mail.code, 'bold', 'yellow')}")
        self.terminal.quote([f"From: {mail.sender}", f"To: {mail.to}", f"Subject: {mail.subject}", ""])
        lines = mail.text.splitlines()
        self.terminal.quote(lines[:_EMAIL_LINES_SHOWN] + (["…"] if len(lines) > _EMAIL_LINES_SHOWN else []))
        return mail

    def _confirm(self, mail: Mail) -> None:
        with self._step("ConfirmSignUp") as done:
            self.cognito.confirm_sign_up(ClientId=self.client_id, Username=self.username, ConfirmationCode=mail.code)
            done("the account is confirmed, the e-mail address verified")

    def _sign_in(self) -> dict[str, Any]:
        with self._step("InitiateAuth") as done:
            answer = self.cognito.initiate_auth(
                ClientId=self.client_id,
                AuthFlow="USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": self._email, "PASSWORD": PASSWORD},
            )
            tokens: dict[str, Any] = answer["AuthenticationResult"]
            done(f"signed in with the e-mail address; three tokens, good for {tokens['ExpiresIn']} s")
        for title, name in (("ID token", "IdToken"), ("Access token", "AccessToken")):
            header, claims = decode(tokens[name])
            self.terminal.quote([self.terminal.style(f"{title}, {header['alg']}, key {header['kid'][:12]}…", "bold")])
            self.terminal.members(claims)
            self.terminal.quote([""])
        self.terminal.quote([self.terminal.style("Refresh token, opaque", "bold"), f"{tokens['RefreshToken'][:40]}…"])
        return tokens

    def _call_view(self, sub: str, *, token: str | None, expected: int, why: str) -> None:
        with self._step("GET /users/<sub>") as done:
            status, body = get(f"{self.base_url}/users/{sub}", token=token)
            if status != expected:
                raise StepFailed(f"{status} instead of {expected}, {why}: {json.dumps(body)[:200]}")
            done(f"{status} {why}")
        text = json.dumps(body, ensure_ascii=False)
        self.terminal.quote([text if len(text) <= _BODY_SHOWN else f"{text[:_BODY_SHOWN]}…"])

    def _sign_out(self, access_token: str) -> None:
        with self._step("GlobalSignOut") as done:
            self.cognito.global_sign_out(AccessToken=access_token)
            done("every token of this person is dead from now on")

    @contextmanager
    def _step(self, title: str) -> Iterator[Callable[[str], None]]:
        """Show how a step ends; whatever goes wrong inside ends the journey."""
        try:
            yield lambda detail: self.terminal.passed(title, detail)
        except StepFailed as error:
            self.terminal.failed(title, str(error))
            raise
        except Exception as error:
            # The demonstration reports any failure as a failed step, whatever library it comes from.
            self.terminal.failed(title, f"{type(error).__name__}: {error}")
            raise StepFailed(str(error)) from error


def decode(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return header and claims of a JWT, for showing: the signature is not checked."""
    header, claims, _signature = token.split(".")
    return _json_of(header), _json_of(claims)


def get(address: str, *, token: str | None) -> tuple[int, Any]:
    """Return status and body of a GET request: JSON-native, or the text if it is none."""
    request = urllib.request.Request(address, headers={"Accept": "application/json"})  # noqa: S310  (our own address)
    if token is not None:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
            return response.status, _body_of(response.read())
    except urllib.error.HTTPError as error:
        return error.code, _body_of(error.read())


def _body_of(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return content.decode("utf-8", "replace")


def _json_of(part: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return value
