"""Writing a few columns of many rows, each with its own values.

``bulk_update`` builds one ``CASE`` with a branch per row, which costs ten times what the database
needs; here one prepared statement is executed for all rows.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connections, models, router


def update_rows(rows: Sequence[models.Model], field_names: Sequence[str]) -> None:
    """Write ``field_names`` of each of ``rows``, all of one model, by primary key (no signals)."""
    if not rows:
        return
    meta = rows[0]._meta
    connection = connections[router.db_for_write(type(rows[0]))]
    fields: list[models.Field[Any, Any]] = [meta.get_field(name) for name in field_names]  # type: ignore[misc]
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    key = meta.pk
    assert key is not None
    sql = f"UPDATE {quote(meta.db_table)} SET {columns} WHERE {quote(str(key.column))} = %s"  # noqa: S608  (names only)
    params = [
        [field.get_db_prep_save(getattr(row, field.attname), connection) for field in [*fields, key]] for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(sql, params)
