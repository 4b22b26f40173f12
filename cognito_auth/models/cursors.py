"""The cursor that compiled queries and statements share, kept with its connection."""

import datetime
from functools import lru_cache
from typing import Any

from django.db import router
from django.db.backends.base.base import BaseDatabaseWrapper


def cursor_of(connection: BaseDatabaseWrapper, *, for_several: bool = False) -> Any:
    """Return a cursor that is kept with the connection, wrapped as ``connection.cursor()`` would.

    psycopg finds out anew for each cursor how to read each type, and Django's SQLite cursor rewrites the
    placeholders at each execution: both cost more than fetching a row.

    Where the project allows prepared statements (``DATABASES``, ``OPTIONS``, ``prepare_threshold``), it is
    one that uses them, unless it is ``for_several`` statements at once, which cannot be prepared, or
    queries are logged, since a log shows them only with the parameters in their text.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    is_plain = for_several or connection.queries_logged
    name = "_cognito_auth_plain_cursor" if is_plain else "_cognito_auth_cursor"
    cursor = connection.__dict__.get(name)
    if cursor is None or getattr(cursor, "connection", None) is not connection.connection:
        cursor = connection.__dict__[name] = _create_cursor(connection, is_plain=is_plain)
    with connection.wrap_database_errors:
        return connection._prepare_cursor(cursor)  # type: ignore[attr-defined]  # what connection.cursor() does last


def prepares(connection: BaseDatabaseWrapper) -> bool:
    """Tell whether the project allows prepared statements; connects if that is still to be done."""
    connection.ensure_connection()
    return getattr(connection.connection, "prepare_threshold", None) is not None


def _create_cursor(connection: BaseDatabaseWrapper, *, is_plain: bool) -> Any:
    if connection.vendor == "postgresql":
        return _create_postgresql_cursor(connection, is_plain=is_plain)
    cursor = connection.create_cursor()
    if connection.vendor == "sqlite":
        cursor.convert_query = _with_question_marks
    return cursor


def _create_postgresql_cursor(connection: Any, *, is_plain: bool) -> Any:
    # Imported late: they need psycopg, which only sites on PostgreSQL have.
    from django.db.backends.postgresql import base, psycopg_any

    cursor = connection.create_cursor()
    if not psycopg_any.is_psycopg3:
        return cursor
    if prepares(connection) and not is_plain:
        # Django's usual cursor puts the parameters into the text, so that no two executions are alike.
        cursor = base.ServerBindingCursor(connection.connection)  # type: ignore[call-arg]  # not in the stubs
    if connection.timezone is datetime.UTC:
        # psycopg has this one in C, and gives UTC too; Django's, in Python, is for other time zones.
        cursor.adapters.register_loader("timestamptz", psycopg_any.TimestamptzLoader)  # type: ignore[attr-defined]
    else:
        psycopg_any.register_tzloader(connection.timezone, cursor)
    return cursor


@lru_cache(maxsize=512)
def _with_question_marks(sql: str, *, param_names: None = None) -> str:
    return sql.replace("%s", "?").replace("%%", "%")


def alias_for_read() -> str:
    """Return the database that hot paths read from."""
    return router.db_for_read(_routed_model())


def alias_for_write() -> str:
    """Return the database that hot paths write to."""
    return router.db_for_write(_routed_model())


def _routed_model() -> Any:
    # Imported late: models use this module.
    from cognito_auth.models.user_pools import UserPool

    return UserPool
