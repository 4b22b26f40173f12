"""Which users would have the same sign-in name, or none, when the pool's sign-in settings change.

Equal names are found without holding all of them in memory: the pool is read as often as needed,
each time looking at the names of one part of the range of hashes.
"""

import zlib
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cognito_auth import names
from cognito_auth.models import AbstractCognitoUser, UserPool
from cognito_auth.services import user_names

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_USERS_PER_PASS = 200_000


def passes_for(total_users: int) -> int:
    """Return how often a pool of this size is read."""
    return total_users // _USERS_PER_PASS + 1


class Claims:
    """The sign-in names, in one part of all hashes, that users would have in ``pool``."""

    def __init__(self, pool: UserPool, *, part: int, parts: int) -> None:
        self.pool = pool
        self.part = part
        self.parts = parts
        self._owners: dict[str, object] = {}

    def of(self, user: AbstractCognitoUser, *, is_first: bool) -> "list[tuple[str, str | _StrPromise]]":
        """Return why the user could not sign in as the pool would be: pairs of name and sentence.

        ``is_first`` also looks at what concerns this user alone.
        """
        user.pool = self.pool
        user.set_keys()
        aliases = user_names.aliases_of(user)
        problems = _problems_alone(user, aliases) if is_first else []
        for name, key in {"username": user.username_key, **aliases}.items():
            if zlib.crc32(key.encode("utf-8", "surrogatepass")) % self.parts != self.part:
                continue
            if self._owners.setdefault(key, user.pk) != user.pk:
                problems.append((name, format_lazy(_("Another user has the same {name}."), name=name)))
        return problems


def _problems_alone(user: AbstractCognitoUser, aliases: dict[str, str]) -> "list[tuple[str, str | _StrPromise]]":
    if user.username == str(user.sub) and not any(name != "username" for name in aliases):
        # Signed up with an address: nobody knows their username.
        return [("username", _("Would have no name left to sign in with."))]
    for name, looks_like in (("email", names.looks_like_email), ("phone_number", names.looks_like_phone_number)):
        if name in user.pool.alias_attributes and looks_like(user.username):
            return [("username", format_lazy(_("The username has the form of {name}, an alias."), name=name))]
    return []
