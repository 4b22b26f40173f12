"""Reading the codes out of messages that were sent."""

import re

from django.core import mail


def code_from_email(position: int = -1) -> str:
    """Return the six-digit code of an e-mail in the outbox, by default the latest."""
    found = re.search(r"(?<!\d)(\d{6})(?!\d)", mail.outbox[position].body)
    assert found, f"no code in: {mail.outbox[position].body!r}"
    return found[1]


def another(code: str) -> str:
    """Return a code that is not ``code``."""
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"
