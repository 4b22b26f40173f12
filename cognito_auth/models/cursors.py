"""The cursor that compiled queries and statements share, kept with its connection."""

from functools import lru_cache
from typing import Any

from django.db import router
from django.db.backends.base.base import BaseDatabaseWrapper


def cursor_of(connection: BaseDatabaseWrapper) -> Any:
    """Return a cursor that is kept with the connection, wrapped as ``connection.cursor()`` would.

    psycopg finds out anew for each cursor how to read each type, and Django's SQLite cursor rewrites the
    placeholders at each execution: both cost more than fetching a row.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    cursor = connection.__dict__.get("_cognito_auth_cursor")
    if cursor is None or getattr(cursor, "connection", None) is not connection.connection:
        cursor = connection.create_cursor()
        if connection.vendor == "sqlite":
            cursor.convert_query = _with_question_marks
        connection.__dict__["_cognito_auth_cursor"] = cursor
    with connection.wrap_database_errors:
        return connection._prepare_cursor(cursor)  # type: ignore[attr-defined]  # what connection.cursor() does last


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
