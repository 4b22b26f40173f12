"""Which version of a row a query sees."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, TextField


class RowVersion(Func):
    """The id of the transaction that wrote a row (PostgreSQL's ``xmin``); NULL on other databases.

    ``column`` is the path to any column of the row itself, as ``"pool__name"``; a key would do for the row
    that refers to it. A transaction leaves at most one version of a row behind, so to who reads outside
    a transaction of their own one id means one content. Ids come round again after 2^32 transactions.
    """

    arity = 1

    def __init__(self, column: str) -> None:
        super().__init__(F(column), output_field=TextField())

    def as_sql(  # type: ignore[override]  # the stubs differ between releases of Django
        self, compiler: Any, connection: BaseDatabaseWrapper, **_context: Any
    ) -> Any:
        """Return NULL: there is nothing like it."""
        return "NULL", ()

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper, **_context: Any) -> Any:
        """Return the system column of the row."""
        column: Any = self.source_expressions[0]
        return f"{compiler.quote_name_unless_alias(column.alias)}.xmin::text", ()
