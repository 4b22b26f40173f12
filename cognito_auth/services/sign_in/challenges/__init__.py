"""Things that may be asked on the way to tokens, one file each.

Answers are keyed as in the API (``NEW_PASSWORD``, ``userAttributes.name``), and unknown keys are
ignored: clients send leftovers of earlier steps along.
"""

import datetime
from collections.abc import Callable, Mapping
from typing import Protocol

from cognito_auth.models import UserPoolClient
from cognito_auth.services.sign_in.attempt import SignIn


class ChallengeHandler(Protocol):
    """One challenge; subclass it for what most challenges share."""

    @property
    def name(self) -> str:
        """The API's ``ChallengeName``."""

    def applies(self, sign_in: SignIn) -> bool:
        """Tell whether this sign-in still has to pass it."""

    def begin(self, sign_in: SignIn, session: str) -> dict[str, str]:
        """Prepare it (inside the step's transaction) and return the challenge's parameters.

        What is put into ``sign_in.state`` here is there again when the answer comes. ``session`` is the
        string that the answer will come with.
        """

    def session_hash_in(
        self, client: UserPoolClient, answers: Mapping[str, str], *, now: datetime.datetime
    ) -> str | None:
        """Return the digest of the session that an answer without one implies, or ``None``.

        Some clients leave the session out. ``None`` for challenges that cannot do without.
        """
        return None

    def answer(self, sign_in: SignIn, answers: Mapping[str, str]) -> Callable[[], None]:
        """Check the answer, counting guesses, and return the change to make if the step holds.

        The change is made inside the transaction that uses up the session. Raising leaves the
        session open, so that the person may answer again.
        """
