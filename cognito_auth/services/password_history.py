"""Passwords that a person may not choose again: the present one and those before it.

A pool remembers ``password_history_size`` passwords in all, the present one among them; 0 or nothing
remembers none, and costs no query. Each comparison is a slow hash (up to 24 of them), so they are made
before the user's row is locked, and only for who has proved who they are: nobody learns from a refusal
whether somebody exists or what their password was.

=============  ======================================================================
``check``      before: refuses a remembered password
``remember``   in the transaction that stores the new one: keeps the hash it replaces
=============  ======================================================================

Source: AWS API_PasswordPolicyType "PasswordHistorySize", "Adding user pool password requirements".
"""

import datetime
from collections.abc import Iterable

from django.contrib.auth.hashers import check_password, is_password_usable

from cognito_auth import reasons
from cognito_auth.models import AbstractCognitoUser, FormerPassword, UserPool

_BATCH = 500


def is_remembered(user: AbstractCognitoUser, password: str) -> bool:
    """Tell whether ``password`` is one of those that the pool remembers of ``user``."""
    size = user.pool.password_history_size
    if not size:
        return False
    former = FormerPassword.objects.latest_of(user.pk)[: size - 1]
    return _is_one_of(password, [user.password, *former])


def check(user: AbstractCognitoUser, password: str) -> None:
    """Refuse a password that the pool remembers of ``user``.

    Raises:
        PasswordHistoryPolicyViolationException: it was used before.
    """
    if is_remembered(user, password):
        raise reasons.PASSWORD_HISTORY()


def remember(user: AbstractCognitoUser, password: str, *, checked: str | None, now: datetime.datetime) -> None:
    """Keep the hash that is about to be replaced and drop what is too old.

    Call it in the transaction that stores ``password``, before it does. ``checked`` is the hash that
    :func:`check` took for the present one; if it was replaced meanwhile, the newer one is compared too.
    ``None``: temporary passwords, which are not compared.

    Raises:
        PasswordHistoryPolicyViolationException: the same password was set meanwhile.
    """
    size = user.pool.password_history_size
    if not size:
        return
    row = type(user)._default_manager.select_for_update().filter(pk=user.pk)
    replaced = row.values_list("password", flat=True).first()
    if replaced is None:  # deleted meanwhile, as the caller finds out
        return
    if checked is not None and replaced != checked and _is_one_of(password, [replaced]):
        raise reasons.PASSWORD_HISTORY()
    FormerPassword.objects.keep(user.pk, replaced, size=size - 1, now=now)


def forget(pool: UserPool) -> None:
    """Drop everything that is remembered of the pool's users."""
    rows = FormerPassword.objects.filter(user__pool=pool).order_by("pk").values_list("pk", flat=True)
    while batch := list(rows[:_BATCH]):
        FormerPassword.objects.filter(pk__in=batch).delete()


def _is_one_of(password: str, hashes: Iterable[str]) -> bool:
    return any(is_password_usable(known) and check_password(password, known) for known in hashes)
