"""Doing something once more where a simultaneous change was in its way."""

import logging
from collections.abc import Callable
from typing import TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, OperationalError, router, transaction

from cognito_auth.models import UserPool

# Source: PostgreSQL, appendix A, "deadlock_detected".
_DEADLOCK = "40P01"
_T = TypeVar("_T")

logger = logging.getLogger(__name__)


def run(action: Callable[[], _T]) -> _T:
    """Return what ``action`` does, in its second run if a simultaneous change was in the way of the first.

    A row may go between being read and being pointed to by a new one, which the database then refuses;
    and of two that wait for each other it ends one. The second run finds out what is left, and gives the
    refusal that belongs to it.
    """
    try:
        return action()
    except (IntegrityError, ObjectDoesNotExist, OperationalError) as error:
        # In a transaction of the caller nothing can be repeated.
        in_transaction = transaction.get_connection(router.db_for_write(UserPool)).in_atomic_block
        if in_transaction or (isinstance(error, OperationalError) and not _is_deadlock(error)):
            raise
        logger.info("Repeated after a simultaneous change: %s", type(error).__name__)
    return action()


def _is_deadlock(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlstate", None) == _DEADLOCK
