"""Inserting many users at once, with the names they sign in with.

The database decides about each name, as for a single user: whoever takes one at the same moment
makes one row fail and not the batch.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth import get_user_model

from cognito_auth import reasons
from cognito_auth.choices import UserImportOutcome
from cognito_auth.models import AbstractCognitoUser, UserAlias, UserPool
from cognito_auth.services import user_names

ALREADY_EXISTS = "The user already exists."
_SUB_LENGTH = 36


@dataclass(frozen=True, slots=True)
class Outcome:
    """Why the row at ``line`` made no user."""

    line: int
    outcome: UserImportOutcome
    message: str


@dataclass(frozen=True, slots=True)
class _Person:
    line: int
    user: AbstractCognitoUser
    aliases: Mapping[str, str]


def insert(pool: UserPool, people: Sequence[tuple[int, AbstractCognitoUser]]) -> list[Outcome]:
    """Insert users, given with their lines, and return those who could not be; in a transaction of the caller's."""
    found = [_Person(line, user, user_names.aliases_of(user)) for line, user in people]
    free, outcomes = _without_taken(pool, found)
    if not free:
        return outcomes
    users = get_user_model()._default_manager
    # In one order for everybody: two who wait for each other's names would wait for ever.
    by_key = sorted(free, key=lambda person: person.user.username_key)
    users.bulk_create([person.user for person in by_key], ignore_conflicts=True)
    subs = [person.user.sub for person in free]
    keys = dict(users.filter(pool=pool, sub__in=subs).values_list("sub", "pk"))
    inserted = [person for person in free if person.user.sub in keys]
    outcomes += [_already_exists(person) for person in free if person.user.sub not in keys]
    outcomes += _insert_aliases(pool, inserted, keys)
    return outcomes


def _without_taken(pool: UserPool, people: Sequence[_Person]) -> tuple[list[_Person], list[Outcome]]:
    """Sort out the people whose names are taken, by others or by earlier rows."""
    users = get_user_model()._default_manager.filter(pool=pool)
    usernames = set(
        users.filter(username_key__in=[person.user.username_key for person in people]).values_list(
            "username_key", flat=True
        )
    )
    wanted = {key for person in people for key in person.aliases.values()}
    aliases = set(UserAlias.objects.filter(pool=pool, value_key__in=wanted).values_list("value_key", flat=True))
    # Nobody is called like the sub of somebody else.
    possible = {uid for key in {*wanted, *(p.user.username for p in people)} if (uid := _as_sub(key)) is not None}
    if possible and not pool.has_username_attributes:
        subs = {str(sub) for sub in users.filter(sub__in=possible).values_list("sub", flat=True)}
        usernames |= subs
        aliases |= subs
    free, outcomes = [], []
    for person in people:
        taken = next((name for name, key in person.aliases.items() if key in aliases), None)
        if person.user.username_key in usernames:
            outcomes.append(_already_exists(person))
        elif taken is not None:
            outcomes.append(_taken(pool, person, taken))
        else:
            free.append(person)
            usernames.add(person.user.username_key)
            aliases.update(person.aliases.values())
    return free, outcomes


def _as_sub(name: str) -> uuid.UUID | None:
    if len(name) != _SUB_LENGTH:
        return None
    try:
        return uuid.UUID(name)
    except ValueError:
        return None


def _insert_aliases(pool: UserPool, people: Sequence[_Person], keys: Mapping[uuid.UUID, int]) -> list[Outcome]:
    """Insert the sign-in names; who does not get theirs is removed again."""
    rows = [
        UserAlias(pool_id=pool.pk, user_id=keys[person.user.sub], name=name, value_key=key)
        for person in people
        for name, key in person.aliases.items()
    ]
    if not rows:
        return []
    rows.sort(key=lambda alias: alias.value_key)
    UserAlias.objects.bulk_create(rows, ignore_conflicts=True)
    owned = set(UserAlias.objects.filter(user__in=list(keys.values())).values_list("user_id", "name"))
    losers = []
    outcomes = []
    for person in people:
        key = keys[person.user.sub]
        lost = next((name for name in person.aliases if (key, name) not in owned), None)
        if lost is not None:
            losers.append(key)
            outcomes.append(_taken(pool, person, lost))
    if losers:
        get_user_model()._default_manager.filter(pk__in=losers).delete()
    return outcomes


def _already_exists(person: _Person) -> Outcome:
    return Outcome(person.line, UserImportOutcome.SKIPPED, ALREADY_EXISTS)


def _taken(pool: UserPool, person: _Person, name: str) -> Outcome:
    # An address that is the username says who somebody is; an alias only that two people share it.
    if name in pool.username_attributes:
        return _already_exists(person)
    return Outcome(person.line, UserImportOutcome.FAILED, str(reasons.ALIAS_EXISTS(name=name).message))
