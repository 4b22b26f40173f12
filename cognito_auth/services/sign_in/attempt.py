"""What is known about a sign-in while it goes on."""

import datetime
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cognito_auth.models import AbstractCognitoUser, RefreshToken, UserPool, UserPoolClient
from cognito_auth.models.statements import Statement
from cognito_auth.services.request_origin import RequestOrigin


@dataclass(slots=True)
class SignIn:
    """A sign-in in progress.

    Attributes:
        username: the name as the person gave it.
        user: set by the flow, once the first factor is proved.
        token_epoch: the user's when the sign-in began; a sign-out or disabling since then ends it.
        passed: names of flows and challenges that were passed, in order.
        state: what flows and challenges keep between steps, JSON-native.
        later: what the step has to write when it holds, all together.
        use_up: uses up the session that is being answered at once, for challenges that take one answer.
        is_browser: on the login pages, which know a browser by its session and not by tokens.
        validation_data: what the app sent along with the start, for the triggers that come first.
        opening_user: who was found along with the client; see ``opening``.
        opening_token: the row of the refresh token, likewise.
        event_id: the id that this step's event has to get, where the person is told of it.
        continues: the session of another operation that this sign-in goes on from, as the caller sent it.
    """

    client: UserPoolClient
    flow: str
    username: str
    origin: RequestOrigin
    now: datetime.datetime
    is_browser: bool = False
    validation_data: Mapping[str, str] = field(default_factory=dict)
    opening_user: AbstractCognitoUser | None = field(default=None, repr=False)
    opening_token: RefreshToken | None = field(default=None, repr=False)
    continues: str | None = field(default=None, repr=False)
    event_id: uuid.UUID | None = None
    user: AbstractCognitoUser | None = None
    token_epoch: int = 0
    passed: list[str] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)
    later: list[Statement] = field(default_factory=list)
    use_up: Callable[[], None] = field(default=lambda: None, repr=False)

    @property
    def pool(self) -> UserPool:
        """The pool that is signed in to."""
        return self.client.pool

    @property
    def known_user(self) -> AbstractCognitoUser:
        """The user; only after the first factor was proved."""
        assert self.user is not None
        return self.user

    def identify(self, user: AbstractCognitoUser, *, passed: str) -> None:
        """Note whose sign-in this is and what proved it."""
        self.user = user
        self.token_epoch = user.token_epoch
        self.passed.append(passed)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a sign-in on the login pages ends with: who it was, and what will stand in their tokens.

    Attributes:
        token_epoch: the user's when the sign-in began.
        amr: how the person proved who they are, RFC 8176 values in order.
    """

    user: AbstractCognitoUser
    authenticated_at: datetime.datetime
    token_epoch: int
    amr: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Challenge:
    """A question to the person: the API's ``ChallengeName`` with its parameters and session.

    Attributes:
        available: first factors to choose from, while none is proved.
        has_other_factors: whether the person may pass another second factor than the one that is asked for.
    """

    name: str
    parameters: Mapping[str, str]
    session: str = field(repr=False)
    available: tuple[str, ...] = ()
    has_other_factors: bool = False
