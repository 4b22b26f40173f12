"""Doing something once it is certain that what it tells of has happened."""

from collections.abc import Callable

from django.db import router, transaction

from cognito_auth.models import UserPool


def run(action: Callable[[], object]) -> bool:
    """Register ``action`` for after the running transaction; tell whether there is one. If not, call it oneself."""
    connection = transaction.get_connection(router.db_for_write(UserPool))
    blocks = connection.atomic_blocks
    # The transaction that Django's TestCase puts around a test is not one of the caller's; Atomic
    # itself tells them apart like this for durable=True.
    if not blocks or blocks[-1]._from_testcase:
        return False
    transaction.on_commit(action, using=connection.alias)
    return True
