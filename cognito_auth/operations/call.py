"""What an operation knows of its caller beside the request itself."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from cognito_auth.conf import settings
from cognito_auth.services.request_origin import RequestOrigin


@dataclass(frozen=True, slots=True)
class Principal:
    """Who signed a call, and what they may do.

    Attributes:
        name: of the access key, for messages.
        allowed_actions: patterns of operation names; ``*`` and ``?`` stand for any text and any character.
        allowed_pools: pool ids, or ``*`` for every pool and for operations on no particular pool.
        key_id: the access key that signed; empty for Python code.
        owner_id: primary key of the key's owner, as text; empty without one.
        owner_name: the owner's username; empty without one.
    """

    name: str
    allowed_actions: Sequence[str]
    allowed_pools: Sequence[str]
    key_id: str = ""
    owner_id: str = ""
    owner_name: str = ""

    @property
    def arn(self) -> str:
        """The name in the form of an IAM user's ARN."""
        return f"arn:aws:iam::{settings.account_id}:user/{self.name}"


TRUSTED = Principal("in-process", ("*",), ("*",))
"""Python code of the same project: it could read the database itself, so it may do everything."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an operation.

    Attributes:
        now: the moment the call arrived; nothing below reads the clock.
        region: which the caller signed for; new pools get it into their id.
        principal: who signed the call, or ``None`` for an unsigned one.
        origin: where it comes from.
        request_id: sent back, and written beside unexpected errors.
    """

    now: datetime.datetime
    region: str
    principal: Principal | None
    origin: RequestOrigin
    request_id: str
