"""Writes of hot paths: inserts compiled once, and statements that go to the database together.

Each round trip costs more than a statement, so what belongs together is sent together.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from cognito_auth.models.adaptation import Adapt, adaptation_of, takes_literals
from cognito_auth.models.cursors import alias_for_write, cursor_of, prepares

# Statements differ by which columns are empty, which callers choose.
_KEPT_STATEMENTS = 256


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with its parameters, for :func:`execute_together`.

    ``returns`` says whether it gives a row back, ``follows`` whether it needs what those before it did.
    """

    sql: str
    params: Sequence[Any]
    returns: bool = False
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one statement did: rows written, and the first row it returned."""

    rowcount: int
    row: Sequence[Any] | None


def execute_together(statements: Sequence[Statement]) -> list[Outcome]:
    """Execute statements in order, all or nothing, and in one round trip where the database allows it.

    Inside a transaction they are part of it.
    """
    using = alias_for_write()
    connection = connections[using]
    outcomes: list[Outcome] = []
    if takes_literals(connection):
        # PostgreSQL runs the statements of one query in one transaction.
        cursor = cursor_of(connection, for_several=len(statements) > 1)
        params = [value for statement in statements for value in statement.params]
        cursor.execute("; ".join(statement.sql for statement in statements), params)
        for statement in statements:
            if outcomes:
                cursor.nextset()
            outcomes.append(_outcome(cursor, statement))
        return outcomes
    with transaction.atomic(using=using, savepoint=False), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.sql, statement.params)
            outcomes.append(_outcome(cursor, statement))
    return outcomes


def delete_statement(model: type[models.Model], column: str, value: Any) -> Statement:
    """Return the statement that deletes the rows with ``value`` in a column; no signals, no cascade."""
    quote = connections[alias_for_write()].ops.quote_name
    return Statement(f"DELETE FROM {quote(model._meta.db_table)} WHERE {quote(_column(model, column))} = %s", [value])  # noqa: S608


def _column(model: type[models.Model], name: str) -> str:
    return str(_field(model, name).column)


def execute_at_once(statements: Sequence[Statement], *, is_unhurried: bool = False) -> list[int]:
    """Execute statements all or nothing and return how many rows each wrote.

    As :func:`execute_together`, but where statements are prepared they become one, with a ``WITH``
    for each: PostgreSQL then plans all of them once per connection. Its parts see the tables as they
    were before any of them, so this is not done if one follows on another.

    ``is_unhurried`` does not wait until it is on the disk: all workers see it at once, but if the
    database's machine crashes within a second, it is as if it had never been (all of it, never a part).
    """
    connection = connections[alias_for_write()]
    # Of a larger transaction it is not ours to say.
    is_unhurried = is_unhurried and connection.vendor == "postgresql" and not connection.in_atomic_block
    if not prepares(connection) or any(statement.returns or statement.follows for statement in statements):
        first = [_UNHURRIED] if is_unhurried and takes_literals(connection) else []
        return [outcome.rowcount for outcome in execute_together([*first, *statements])[len(first) :]]
    cursor = cursor_of(connection)
    params = [value for statement in statements for value in statement.params]
    cursor.execute(_as_one(tuple(statement.sql for statement in statements), is_unhurried), params)
    return list(cursor.fetchone()[: len(statements)])


_UNHURRIED = Statement("SET LOCAL synchronous_commit TO OFF", ())


@lru_cache(maxsize=_KEPT_STATEMENTS)
def _as_one(sqls: tuple[str, ...], is_unhurried: bool) -> str:
    parts = ", ".join(f"part{number} AS ({sql} RETURNING 1)" for number, sql in enumerate(sqls))
    found = [f"(SELECT count(*) FROM part{number})" for number in range(len(sqls))]  # noqa: S608
    if is_unhurried:
        found.append("set_config('synchronous_commit', 'off', true)")
    return f"WITH {parts} SELECT {', '.join(found)}"


def _outcome(cursor: Any, statement: Statement) -> Outcome:
    row = cursor.fetchone() if statement.returns else None
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

    @property
    def shape(self) -> tuple[Any, ...]:
        """What its SQL depends on."""
        return (self.model, self.locked, *self.values)

    def params(self, connection: BaseDatabaseWrapper) -> list[Any]:
        """Return its values as the database takes them."""
        adaptations = _adaptations(self.model, tuple(self.values), connection.alias)
        return [
            value if adapt is None else adapt(value)
            for adapt, value in zip(adaptations, self.values.values(), strict=True)
        ]


@lru_cache(maxsize=_KEPT_STATEMENTS)
def _adaptations(model: type[models.Model], names: tuple[str, ...], alias: str) -> list[Adapt | None]:
    return [adaptation_of(_field(model, name), connections[alias]) for name in names]


class _CompiledRow(NamedTuple):
    """The SQL that inserts a row of given columns, and what makes each value into a parameter."""

    sql: str
    adaptations: list[Adapt | None]


class CompiledInsert:
    """``INSERT`` of one row, without building it anew at each call.

    ``save`` is not called. With ``sends_signals`` the row's ``pre_save`` and ``post_save`` are sent, for
    models that projects hang their own rows on.
    """

    def __init__(self, model: Callable[[], type[models.Model]], *, sends_signals: bool = False) -> None:
        self._model = model
        self._sends_signals = sends_signals
        self._prepared: dict[str, list[tuple[models.Field[Any, Any], Adapt | None]]] = {}
        self._sql: dict[tuple[Any, ...], str] = {}
        self._rows: dict[tuple[Any, ...], _CompiledRow] = {}

    def execute(self, instance: models.Model, *, skip_conflict: bool = False) -> bool:
        """Insert ``instance``, fill in a generated primary key, and tell whether it was inserted.

        With ``skip_conflict`` a row that breaks a unique constraint is left out and nothing is raised:
        no savepoint is needed to go on in the same transaction.
        """
        statement = self.statement(instance, skip_conflict=skip_conflict)
        connection = connections[alias_for_write()]
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, statement.params)
            return self.settle(instance, _outcome(cursor, statement))

    def settle(self, instance: models.Model, outcome: Outcome) -> bool:
        """Note on the instance what became of its statement; tell whether it was inserted."""
        if not outcome.rowcount:
            return False
        if outcome.row is not None:
            instance.pk = outcome.row[0]
        using = alias_for_write()
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
        using = alias_for_write()
        connection = connections[using]
        if self._sends_signals:
            models.signals.pre_save.send(
                sender=type(instance), instance=instance, raw=False, using=using, update_fields=None
            )
        taken = taken or {}
        columns, parts, params = [], [], []
        for field, adapt in self._columns(connection):
            value = getattr(instance, field.attname) if adapt is None else adapt(field.pre_save(instance, True))
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
            params += only_if.params(connection)
        key = (using, skip_conflict, only_if and only_if.shape, *parts)
        sql = self._sql.get(key)
        if sql is None:
            if len(self._sql) >= _KEPT_STATEMENTS:
                self._sql.clear()
            sql = self._sql[key] = self._build(connection, columns, parts, skip_conflict, only_if)
        return Statement(sql, params, returns=isinstance(self._model()._meta.pk, models.AutoField))

    def row(
        self, values: Mapping[str, Any], *, only_if: OnlyIf | None = None, taken: Mapping[str, str] | None = None
    ) -> Statement:
        """Return the statement that inserts a row given by all its columns, without making an instance.

        For rows that are written and seldom read, as those of a log. ``only_if`` and ``taken`` as in
        :meth:`statement`; what is taken is not among ``values``.
        """
        using = alias_for_write()
        connection = connections[using]
        key = (using, only_if and only_if.shape, *values, *(taken or {}))
        compiled = self._rows.get(key)
        if compiled is None:
            compiled = self._rows[key] = self._compile_row(connection, tuple(values), only_if, taken or {})
        params = [
            value if adapt is None or value is None else adapt(value)
            for adapt, value in zip(compiled.adaptations, values.values(), strict=True)
        ]
        if only_if is not None:
            params += only_if.params(connection)
        return Statement(compiled.sql, params)

    def _compile_row(
        self, connection: BaseDatabaseWrapper, names: Sequence[str], only_if: OnlyIf | None, taken: Mapping[str, str]
    ) -> "_CompiledRow":
        columns = {field.attname: (field, adapt) for field, adapt in self._columns(connection)}
        if set(names) | set(taken) != set(columns):
            raise TypeError(f"A row of {self._model().__name__} is given by all its columns.")
        fields = [columns[name][0] for name in (*names, *taken)]
        parts = ["%s"] * len(names) + [f"={source}" for source in taken.values()]
        sql = self._build(connection, fields, parts, skip_conflict=False, only_if=only_if, returns=False)
        return _CompiledRow(sql, [columns[name][1] for name in names])

    def _columns(self, connection: BaseDatabaseWrapper) -> list[tuple["models.Field[Any, Any]", Adapt | None]]:
        found = self._prepared.get(connection.alias)
        if found is None:
            fields = self._model()._meta.concrete_fields
            found = [(field, adaptation_of(field, connection)) for field in fields]
            self._prepared[connection.alias] = found
        return found

    def _build(
        self,
        connection: BaseDatabaseWrapper,
        columns: Sequence["models.Field[Any, Any]"],
        parts: Sequence[str],
        skip_conflict: bool,
        only_if: OnlyIf | None,
        *,
        returns: bool = True,
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
        if returns and isinstance(meta.pk, models.AutoField):
            sql += f" RETURNING {quote(str(meta.pk.column))}"
        return sql


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


def _selected(connection: BaseDatabaseWrapper, only_if: OnlyIf, field: "models.Field[Any, Any]", part: str) -> str:
    if part.startswith("="):
        return connection.ops.quote_name(str(_field(only_if.model, part[1:]).column))
    # In a SELECT, PostgreSQL does not take the types of values from the table.
    return f"CAST({part} AS {field.db_type(connection)})" if connection.vendor == "postgresql" else part


def _from(connection: BaseDatabaseWrapper, only_if: OnlyIf) -> str:
    quote = connection.ops.quote_name
    meta = only_if.model._meta
    condition = " AND ".join(f"{quote(str(_field(only_if.model, name).column))} = %s" for name in only_if.values)
    lock = " FOR KEY SHARE" if only_if.locked and connection.vendor == "postgresql" else ""
    return f"FROM {quote(meta.db_table)} WHERE {condition}{lock}"
