"""What PostgreSQL's planner knows of the tables of users, while they are filled faster than it looks.

A table that was empty when a statement was planned is read from end to end ever after, and so is an
index by the checks of foreign keys: at 100,000 rows those take longer than everything else together.
Autovacuum looks once a minute, where it is on.
Source: PostgreSQL "Populating a Database", "Run ANALYZE Afterwards".
"""

from django.contrib.auth import get_user_model
from django.db import connections, router

from cognito_auth.models import UserAlias, UserPool


def analyze() -> None:
    """Tell the planner of the new rows now; a table that somebody cleans up at the moment is left out."""
    connection = connections[router.db_for_write(UserPool)]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in (get_user_model(), UserAlias):
                cursor.execute(f"ANALYZE (SKIP_LOCKED) {connection.ops.quote_name(model._meta.db_table)}")


def analyze_if_outgrown(inserted: int) -> None:
    """Tell the planner of the new rows if it knows of fewer users than half of ``inserted``."""
    connection = connections[router.db_for_write(UserPool)]
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(get_user_model()._meta.db_table)
        # Negative for a table that was never looked at.
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = to_regclass(%s)", [table])
        row = cursor.fetchone()
    if row is not None and row[0] * 2 < inserted:
        analyze()
