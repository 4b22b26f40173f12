"""Passwords: the pool's policy, storing, checking, temporary ones.

Source: AWS "Adding user pool password requirements".
"""

import datetime
import secrets
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import check_password, make_password
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from cognito_auth import reasons
from cognito_auth.models import AbstractCognitoUser, UserPool

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SYMBOLS = frozenset("^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+- ")
_UPPER = frozenset(string.ascii_uppercase)
_LOWER = frozenset(string.ascii_lowercase)
_DIGITS = frozenset(string.digits)
_TEMPORARY_LENGTH = 12
_TEMPORARY_SYMBOLS = "!@#$%&*+-="


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A rule of the policy that a password breaks: the API's text and ours."""

    text: str
    advice: "str | _StrPromise"


def broken_rules(pool: UserPool, password: str) -> list[BrokenRule]:
    """Return every rule of the pool's policy that ``password`` breaks, in the API's order."""
    characters = frozenset(password)
    rules = []
    if len(password) < pool.password_minimum_length:
        minimum = pool.password_minimum_length
        advice = ngettext_lazy(
            "It needs at least {minimum} character.", "It needs at least {minimum} characters.", minimum
        )
        rules.append(BrokenRule("Password not long enough", format_lazy(advice, minimum=minimum)))
    if pool.password_require_uppercase and not characters & _UPPER:
        rules.append(BrokenRule("Password must have uppercase characters", _("Add an uppercase letter (A–Z).")))
    if pool.password_require_lowercase and not characters & _LOWER:
        rules.append(BrokenRule("Password must have lowercase characters", _("Add a lowercase letter (a–z).")))
    if pool.password_require_numbers and not characters & _DIGITS:
        rules.append(BrokenRule("Password must have numeric characters", _("Add a digit (0–9).")))
    # A space at either end is no symbol (AWS).
    if pool.password_require_symbols and not frozenset(password.strip(" ")) & SYMBOLS:
        rules.append(BrokenRule("Password must have symbol characters", _("Add a symbol, such as ! or #.")))
    return rules


def check_policy(pool: UserPool, password: str, *, temporary: bool = False) -> None:
    """Refuse a password that breaks the pool's policy, naming the first rule as the API does.

    The detail for people names all of them.

    Raises:
        InvalidPasswordException: it breaks the policy; ``temporary`` chooses the wording of invitations.
    """
    rules = broken_rules(pool, password)
    if rules:
        reason = reasons.TEMPORARY_PASSWORD_POLICY if temporary else reasons.PASSWORD_POLICY
        advice = format_lazy(" ".join(["{}"] * len(rules)), *[rule.advice for rule in rules])
        raise reason(rule=rules[0].text, advice=advice)


def set_password(user: AbstractCognitoUser, password: str, *, now: datetime.datetime) -> None:
    """Put the hash of ``password`` on the instance; the caller saves."""
    user.password = make_password(password)
    user.password_set_at = now


def verify(user: AbstractCognitoUser | None, password: str) -> bool:
    """Tell whether ``password`` is the user's, doing the same work when there is no user."""
    if user is None:
        make_password(password)
        return False

    def upgrade(raw: str) -> None:
        # A hash made with older parameters is replaced at the first chance.
        fresh = make_password(raw)
        if type(user)._default_manager.filter(pk=user.pk, password=user.password).update(password=fresh):
            user.password = fresh

    return check_password(password, user.password, setter=upgrade)


def generate_temporary(pool: UserPool) -> str:
    """Return a random temporary password with every class of characters, as long as the policy wants."""
    length = max(pool.password_minimum_length, _TEMPORARY_LENGTH)
    classes = [string.ascii_uppercase, string.ascii_lowercase, string.digits, _TEMPORARY_SYMBOLS]
    characters = [secrets.choice(alphabet) for alphabet in classes]
    everything = "".join(classes)
    characters += [secrets.choice(everything) for _position in range(length - len(characters))]
    secrets.SystemRandom().shuffle(characters)
    return "".join(characters)


def is_temporary_expired(user: AbstractCognitoUser, *, now: datetime.datetime) -> bool:
    """Tell whether the user's temporary password is too old to sign in with."""
    return user.password_set_at is not None and now >= user.password_set_at + user.pool.temporary_password_validity
