"""E-mails of Django's file backend, read back."""

import email
import email.policy
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path


@dataclass(frozen=True)
class Mail:
    """One e-mail as the person sees it."""

    to: str
    sender: str
    subject: str
    text: str

    @property
    def code(self) -> str:
        """The six-digit code in the text, or an empty string."""
        found = re.search(r"(?<!\d)\d{6}(?!\d)", self.text)
        return found[0] if found else ""


class Mailbox:
    """A directory in which the server writes its e-mails."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._read: dict[Path, int] = {}

    def new(self) -> Iterator[Mail]:
        """Yield the e-mails that arrived since the last call."""
        for path in sorted(self.directory.glob("*.log"), key=lambda path: path.stat().st_mtime_ns):
            messages = _messages(path.read_bytes())
            yield from messages[self._read.get(path, 0) :]
            self._read[path] = len(messages)

    def wait(self, *, to: str, timeout_seconds: float = 10) -> Mail:
        """Return the next e-mail to an address.

        Raises:
            TimeoutError: none came.
        """
        until = time.monotonic() + timeout_seconds
        while time.monotonic() < until:
            # All of them are read before one is chosen, so that none is given twice.
            found = next((mail for mail in list(self.new()) if to in mail.to), None)
            if found is not None:
                return found
            time.sleep(0.05)
        raise TimeoutError(f"No e-mail to {to} arrived in {self.directory}.")


def _messages(content: bytes) -> list[Mail]:
    # The file backend ends each message with a line of 79 dashes.
    parts = re.split(rb"^-{79}\r?\n", content, flags=re.MULTILINE)[:-1]
    return [_mail(email.message_from_bytes(part, _class=EmailMessage, policy=email.policy.default)) for part in parts]


def _mail(message: EmailMessage) -> Mail:
    body = message.get_body(preferencelist=("plain", "html"))
    text = "" if body is None else str(body.get_content()).strip()
    return Mail(to=str(message["To"]), sender=str(message["From"]), subject=str(message["Subject"]), text=text)
