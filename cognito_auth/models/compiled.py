"""Queries and inserts of hot paths, turned into SQL once per process instead of at each call.

Building an ORM query costs several times what the database needs to answer it by primary key. Here
the ORM still writes the SQL (so swapped models, table names and joins stay right), but only once::

    USER_BY_SUB = CompiledQuery(lambda: User.objects.filter(sub=Parameter("sub", UUIDField())))
    user = USER_BY_SUB.first(sub=sub)

Statements that only write can go to the database together (:func:`execute_together`), since each
round trip costs more than the statement.

Owns: the cache of compiled SQL, per database alias. Does not own any query: they live beside what
uses them.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connections, models, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression
from django.db.models.query import get_related_populators  # type: ignore[attr-defined]

# Statements differ by which columns are empty, which callers choose.
_KEPT_STATEMENTS = 256


class _Marker:
    """Stands for a parameter in the compiled list of parameters."""

    __slots__ = ("field", "name")

    def __init__(self, name: str, field: "models.Field[Any, Any]") -> None:
        self.name = name
        self.field = field


class Parameter(Expression):
    """A value that is given at each execution, by name."""

    def __init__(self, name: str, output_field: "models.Field[Any, Any]") -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """Return a placeholder and a marker that :class:`CompiledQuery` replaces."""
        return "%s", [_Marker(self.name, self.output_field)]


def _cursor_of(connection: BaseDatabaseWrapper) -> Any:
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
        return connection._prepare_cursor(cursor)


@lru_cache(maxsize=512)
def _with_question_marks(sql: str, *, param_names: None = None) -> str:
    return sql.replace("%s", "?").replace("%%", "%")


class _Compiled:
    """The SQL of one query on one database."""

    def __init__(self, queryset: "models.QuerySet[Any]", using: str) -> None:
        query = queryset.query
        self.using = using
        self.connection = connections[using]
        self.compiler = query.get_compiler(using)
        self.sql, params = self.compiler.as_sql()
        self.params = tuple(params)
        self.klass_info: dict[str, Any] = self.compiler.klass_info  # type: ignore[assignment]
        select_fields = self.klass_info["select_fields"]
        self.start, self.end = select_fields[0], select_fields[-1] + 1
        self.field_names = [column[0].target.attname for column in self.compiler.select[self.start : self.end]]
        self.annotations = dict(self.compiler.annotation_col_map or {})
        self.converters = list(self.compiler.get_converters([column[0] for column in self.compiler.select]).items())

    def rows(self, values: Mapping[str, Any]) -> list[Any]:
        """Execute and return model instances."""
        connection = connections[self.using]
        params = [
            marker.field.get_db_prep_value(values[marker.name], connection) if marker.__class__ is _Marker else marker
            for marker in self.params
        ]
        cursor = _cursor_of(connection)
        cursor.execute(self.sql, params)
        return [self._instance(list(row), connection) for row in cursor.fetchall()]

    def _instance(self, row: list[Any], connection: BaseDatabaseWrapper) -> Any:
        for position, (converters, expression) in self.converters:
            value = row[position]
            for converter in converters:
                value = converter(value, expression, connection)
            row[position] = value
        instance = self.klass_info["model"].from_db(self.using, self.field_names, row[self.start : self.end])
        for populator in get_related_populators(self.klass_info, self.compiler.select, self.using):
            populator.populate(row, instance)
        for name, position in self.annotations.items():
            setattr(instance, name, row[position])
        return instance


class CompiledQuery:
    """A queryset that is turned into SQL once and executed many times.

    ``build`` returns a queryset of whole model instances (``select_related`` and annotations work,
    ``prefetch_related``, ``only`` and ``values`` do not) with :class:`Parameter` for each value that
    changes. Compiled on first use, so models may be swapped.
    """

    def __init__(self, build: Callable[[], "models.QuerySet[Any]"]) -> None:
        self._build = build
        self._compiled: dict[str, _Compiled] = {}
        self._lock = threading.Lock()

    def all(self, **values: Any) -> list[Any]:
        """Return every row as a model instance."""
        return self._for_read().rows(values)

    def first(self, **values: Any) -> Any | None:
        """Return the first row as a model instance, or ``None``."""
        rows = self._for_read().rows(values)
        return rows[0] if rows else None

    def __iter__(self) -> Iterator[Any]:
        raise TypeError("Execute a CompiledQuery with all() or first().")

    def _for_read(self) -> _Compiled:
        using = router.db_for_read(_routed_model())
        compiled = self._compiled.get(using)
        if compiled is None:
            with self._lock:
                compiled = self._compiled.setdefault(using, _Compiled(self._build(), using))
        return compiled


def _routed_model() -> type[models.Model]:
    from cognito_auth.models.user_pools import UserPool

    return UserPool


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with its parameters, for :func:`execute_together`."""

    sql: str
    params: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one statement did: rows written, and the first row it returned."""

    rowcount: int
    row: Sequence[Any] | None


def execute_together(statements: Sequence[Statement]) -> list[Outcome]:
    """Execute statements in order, all or nothing, and in one round trip where the database allows it.

    Inside a transaction they are part of it.
    """
    using = router.db_for_write(_routed_model())
    connection = connections[using]
    if connection.vendor == "postgresql" and not connection.features.uses_server_side_binding:
        # PostgreSQL runs the statements of one query in one transaction.
        with connection.cursor() as cursor:
            params = [value for statement in statements for value in statement.params]
            cursor.execute("; ".join(statement.sql for statement in statements), params)
            outcomes = [_outcome(cursor)]
            while cursor.nextset():
                outcomes.append(_outcome(cursor))
        return outcomes
    outcomes = []
    with transaction.atomic(using=using, savepoint=False), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.sql, statement.params)
            outcomes.append(_outcome(cursor))
    return outcomes


def _outcome(cursor: Any) -> Outcome:
    row = cursor.fetchone() if cursor.description else None
    # SQLite counts rows of a statement with RETURNING only once they are fetched.
    return Outcome(max(cursor.rowcount, 0 if row is None else 1), row)


@dataclass(frozen=True, slots=True)
class OnlyIf:
    """A row that has to be there for another to be inserted: its model and the columns that tell it.

    ``locked`` keeps it from being deleted at the same time.
    """

    model: type[models.Model]
    values: Mapping[str, Any]
    locked: bool = False


class CompiledInsert:
    """``INSERT`` of one row, without building it anew at each call.

    ``save`` is not called. With ``sends_signals`` the row's ``pre_save`` and ``post_save`` are sent, for
    models that projects hang their own rows on.
    """

    def __init__(self, model: Callable[[], type[models.Model]], *, sends_signals: bool = False) -> None:
        self._model = model
        self._sends_signals = sends_signals
        self._sql: dict[tuple[Any, ...], str] = {}

    def execute(self, instance: models.Model, *, skip_conflict: bool = False) -> bool:
        """Insert ``instance``, fill in a generated primary key, and tell whether it was inserted.

        With ``skip_conflict`` a row that breaks a unique constraint is left out and nothing is raised:
        no savepoint is needed to go on in the same transaction.
        """
        statement = self.statement(instance, skip_conflict=skip_conflict)
        connection = connections[router.db_for_write(_routed_model())]
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, statement.params)
            return self.settle(instance, _outcome(cursor))

    def settle(self, instance: models.Model, outcome: Outcome) -> bool:
        """Note on the instance what became of its statement; tell whether it was inserted."""
        if not outcome.rowcount:
            return False
        if outcome.row is not None:
            instance.pk = outcome.row[0]
        using = router.db_for_write(_routed_model())
        instance._state.adding = False
        instance._state.db = using
        if self._sends_signals:
            models.signals.post_save.send(
                sender=type(instance), instance=instance, created=True, raw=False, using=using, update_fields=None
            )
        return True

    def statement(
        self,
        instance: models.Model,
        *,
        skip_conflict: bool = False,
        only_if: OnlyIf | None = None,
        taken: Mapping[str, str] | None = None,
    ) -> Statement:
        """Return the statement that inserts ``instance``.

        With ``only_if`` nothing is inserted unless that row is there; ``taken`` maps columns of the new
        row to columns of that one, where their values are not known yet.
        """
        using = router.db_for_write(_routed_model())
        connection = connections[using]
        if self._sends_signals:
            models.signals.pre_save.send(
                sender=type(instance), instance=instance, raw=False, using=using, update_fields=None
            )
        taken = taken or {}
        columns, parts, params = [], [], []
        for field in instance._meta.concrete_fields:
            value = field.get_db_prep_save(field.pre_save(instance, add=True), connection)
            if field.attname in taken:
                parts.append(f"={taken[field.attname]}")
            elif value is None and isinstance(field, models.AutoField):
                continue
            elif value is None or value == "":
                # Most columns of a user are empty: as literals they cost nothing to send.
                parts.append("NULL" if value is None else "''")
            else:
                parts.append("%s")
                params.append(value)
            columns.append(field)
        if only_if is not None:
            of_condition = only_if.model._meta.get_field
            params += [
                of_condition(name).get_db_prep_value(value, connection) for name, value in only_if.values.items()
            ]  # type: ignore[union-attr]
        key = (using, skip_conflict, only_if and (only_if.model, *only_if.values, only_if.locked), *parts)
        sql = self._sql.get(key)
        if sql is None:
            if len(self._sql) >= _KEPT_STATEMENTS:
                self._sql.clear()
            sql = self._sql[key] = self._build(connection, columns, parts, skip_conflict, only_if)
        return Statement(sql, params)

    def _build(
        self,
        connection: BaseDatabaseWrapper,
        columns: Sequence["models.Field[Any, Any]"],
        parts: Sequence[str],
        skip_conflict: bool,
        only_if: OnlyIf | None,
    ) -> str:
        quote = connection.ops.quote_name
        meta = self._model()._meta
        names = ", ".join(quote(str(field.column)) for field in columns)
        if only_if is None:
            rows = f"VALUES ({', '.join(parts)})"
        else:
            values = (_selected(connection, only_if, *pair) for pair in zip(columns, parts, strict=True))
            rows = f"SELECT {', '.join(values)} {_from(connection, only_if)}"
        sql = f"INSERT INTO {quote(meta.db_table)} ({names}) {rows}"
        if skip_conflict:
            sql += " ON CONFLICT DO NOTHING"
        if isinstance(meta.pk, models.AutoField):
            sql += f" RETURNING {quote(str(meta.pk.column))}"
        return sql


def _selected(connection: BaseDatabaseWrapper, only_if: OnlyIf, field: "models.Field[Any, Any]", part: str) -> str:
    if part.startswith("="):
        return connection.ops.quote_name(str(only_if.model._meta.get_field(part[1:]).column))  # type: ignore[union-attr]
    # In a SELECT, PostgreSQL does not take the types of values from the table.
    return f"CAST({part} AS {field.db_type(connection)})" if connection.vendor == "postgresql" else part


def _from(connection: BaseDatabaseWrapper, only_if: OnlyIf) -> str:
    quote = connection.ops.quote_name
    meta = only_if.model._meta
    condition = " AND ".join(f"{quote(str(meta.get_field(name).column))} = %s" for name in only_if.values)  # type: ignore[union-attr]
    lock = " FOR KEY SHARE" if only_if.locked and connection.vendor == "postgresql" else ""
    return f"FROM {quote(meta.db_table)} WHERE {condition}{lock}"
