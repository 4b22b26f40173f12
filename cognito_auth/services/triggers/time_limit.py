"""Running a handler for a limited time, as part of the operation that calls it.

A handler works with the rows that the operation is about, also with those it has written and not yet
committed, so it has to use the operation's database connections. And a thread cannot be stopped from
outside. Therefore it runs in a thread of its own that is lent the connections while the operation
waits. When the time is over they are taken away: the operation goes on with its connections, what the
handler did in the transaction is undone, and whatever it still asks of the database is refused. The
thread itself ends when the handler does.

A statement of the handler that is being executed at that moment is waited for; limit those in the
database (``statement_timeout``).
"""

import contextvars
import threading
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from django.db import InterfaceError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import translation

# What a Django connection knows of its transaction; lists are copied, so that a late handler cannot change them.
_STATE = (
    "connection",
    "autocommit",
    "in_atomic_block",
    "savepoint_state",
    "savepoint_ids",
    "atomic_blocks",
    "commit_on_exit",
    "needs_rollback",
    "rollback_exc",
    "closed_in_transaction",
    "errors_occurred",
    "run_on_commit",
    "run_commit_hooks_on_set_autocommit_on",
    "close_at",
    "health_check_enabled",
    "health_check_done",
    "force_debug_cursor",
    "execute_wrappers",
)
# Of compiled queries; a late handler must not have the caller's.
_KEPT_CURSOR = "_cognito_auth_cursor"

Result = TypeVar("Result")


class TimeIsOver(Exception):
    """The handler did not return in time."""


def run(function: Callable[[], Result], *, seconds: float | None) -> Result:
    """Return what ``function`` returns, or raise what it raises; ``None`` seconds: however long it takes.

    Raises:
        TimeIsOver: it did not return in time.
    """
    if seconds is None:
        return function()
    lent = [_LentConnection(connection) for connection in connections.all(initialized_only=True)]
    results: list[Result] = []
    errors: list[BaseException] = []

    language = translation.get_language()

    def work() -> None:
        for loan in lent:
            connections[loan.alias] = loan.connection
        try:
            # Django keeps the language per thread.
            with translation.override(language):
                results.append(function())
        except BaseException as error:  # noqa: BLE001  raised again in the caller's thread
            errors.append(error)
        finally:
            _close_others(lent)

    thread = threading.Thread(target=contextvars.copy_context().run, args=(work,), daemon=True, name="trigger")
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        for loan in lent:
            loan.revoke()
        raise TimeIsOver
    for loan in lent:
        loan.give_back(undo=bool(errors))
    if errors:
        raise errors[0]
    return results[0]


def _close_others(lent: "list[_LentConnection]") -> None:
    """Close what the handler opened beside the lent connections: it ends with the thread."""
    aliases = {loan.alias for loan in lent}
    for connection in connections.all(initialized_only=True):
        if connection.alias not in aliases:
            connection.close()


class _LentConnection:
    """A second Django connection object on the caller's open connection, which can be taken away."""

    def __init__(self, owner: BaseDatabaseWrapper) -> None:
        self.alias = owner.alias
        self._owner = owner
        # What a failing handler did is undone, whatever the caller makes of the failure.
        self._savepoint = owner.savepoint() if owner.in_atomic_block and not owner.needs_rollback else None
        self.connection: Any = connections.create_connection(owner.alias)
        for name in _STATE:
            value = getattr(owner, name)
            setattr(self.connection, name, list(value) if isinstance(value, list) else value)
        self.connection.queries_log = owner.queries_log
        # What the backends find out when they connect, such as SQLite's transaction mode.
        for name, value in vars(owner).items():
            if name != _KEPT_CURSOR:
                vars(self.connection).setdefault(name, value)
        self.connection.inc_thread_sharing()

    def give_back(self, *, undo: bool) -> None:
        """Go on with the caller's object where the handler stopped, or before it began."""
        if self._savepoint is None or not undo:
            for name in _STATE:
                setattr(self._owner, name, getattr(self.connection, name))
        if self._savepoint is not None and not self._owner.needs_rollback:
            (self._owner.savepoint_rollback if undo else self._owner.savepoint_commit)(self._savepoint)

    def revoke(self) -> None:
        """Take the connection away from a handler that is still running, and undo what it did."""
        was_in_transaction = self.connection.in_atomic_block
        self.connection.ensure_connection = _refuse
        self.connection.connection = None
        owner: Any = self._owner
        if self._savepoint is not None:
            owner.savepoint_rollback(self._savepoint)
        elif was_in_transaction and not owner.in_atomic_block and owner.connection is not None:
            owner._rollback()
            owner._set_autocommit(True)


def _refuse() -> NoReturn:
    raise InterfaceError("This trigger took too long; the operation it belongs to is over.")
