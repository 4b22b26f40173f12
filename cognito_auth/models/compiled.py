"""Queries of hot paths, turned into SQL once per process instead of at each call.

Building an ORM query costs several times what the database needs to answer it by primary key. Here
the ORM still writes the SQL (so swapped models, table names and joins stay right), but only once::

    USER_BY_SUB = CompiledQuery(lambda: User.objects.filter(sub=Parameter("sub", UUIDField())))
    user = USER_BY_SUB.first(sub=sub)

Owns: the cache of compiled SQL, per database alias. Does not own any query: they live beside what
uses them.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression
from django.db.models.query import get_related_populators

from cognito_auth.models.cursors import alias_for_read, cursor_of
from cognito_auth.models.instances import InstanceMaker


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

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """Return a placeholder and a marker that :class:`CompiledQuery` replaces."""
        return "%s", (_Marker(self.name, self.output_field),)


class _Compiled:
    """The SQL of one query on one database."""

    def __init__(self, queryset: "models.QuerySet[Any]", using: str) -> None:
        query = queryset.query
        self.using = using
        self.connection = connections[using]
        self.compiler = query.get_compiler(using)
        self.sql, params = self.compiler.as_sql()
        self.params = tuple(params)
        self.klass_info: dict[str, Any] = self.compiler.klass_info
        select_fields = self.klass_info["select_fields"]
        self.start, self.end = select_fields[0], select_fields[-1] + 1
        self.field_names = [column[0].target.attname for column in self.compiler.select[self.start : self.end]]
        self.annotations = dict(self.compiler.annotation_col_map or {})
        found = self.compiler.get_converters([column[0] for column in self.compiler.select])
        self.converters = [
            (position, *_quicker(converters, expression)) for position, (converters, expression) in found.items()
        ]
        self.maker = InstanceMaker(self.klass_info["model"])
        self.populators = get_related_populators(self.klass_info, self.compiler.select, using)  # type: ignore[call-arg]  # of Django 6.1
        _make_quicker(self.populators)

    def rows(self, values: Mapping[str, Any]) -> list[Sequence[Any]]:
        """Execute and return rows as the database driver gives them."""
        connection = connections[self.using]
        params = [
            marker.field.get_db_prep_value(values[marker.name], connection) if marker.__class__ is _Marker else marker
            for marker in self.params
        ]
        cursor = cursor_of(connection)
        cursor.execute(self.sql, params)
        rows: list[Sequence[Any]] = cursor.fetchall()
        return rows

    def instance_of(self, values: Sequence[Any]) -> Any:
        """Return a row as a model instance; ``values`` stay as they are."""
        connection, row = connections[self.using], list(values)
        for position, converters, expression in self.converters:
            value = row[position]
            for converter in converters:
                value = converter(value, expression, connection)
            row[position] = value
        instance = self.maker.from_db(self.using, self.field_names, row[self.start : self.end])
        for populator in self.populators:
            populator.populate(row, instance)
        for name, position in self.annotations.items():
            setattr(instance, name, row[position])
        return instance


def _quicker(converters: Sequence[Any], expression: Any) -> tuple[list[Any], Any]:
    """Return the converters with the ORM's one for JSON replaced: most JSON columns are null or empty."""
    field = getattr(expression, "target", None)
    if type(field) is models.JSONField and field.decoder is None:
        return [_read_json if converter == field.from_db_value else converter for converter in converters], expression
    return list(converters), expression


def _make_quicker(populators: Sequence[Any]) -> None:
    """Let joined models be made as the first one is."""
    for populator in populators:
        populator.model_cls = InstanceMaker(populator.model_cls)
        _make_quicker(populator.related_populators)


def _read_json(value: Any, _expression: Any, _connection: Any) -> Any:
    if value is None:
        return None
    if value == "[]":
        return []
    if value == "{}":
        return {}
    return json.loads(value)


class CompiledQuery:
    """A queryset that is turned into SQL once and executed many times.

    ``build`` returns a queryset of model instances (``select_related``, ``defer`` and annotations work,
    ``prefetch_related`` and ``values`` do not) with :class:`Parameter` for each value that
    changes. Compiled on first use, so models may be swapped.
    """

    def __init__(self, build: Callable[[], "models.QuerySet[Any]"]) -> None:
        self._build = build
        self._compiled: dict[str, _Compiled] = {}
        self._lock = threading.Lock()

    def all(self, **values: Any) -> list[Any]:
        """Return every row as a model instance."""
        compiled = self._for_read()
        return [compiled.instance_of(row) for row in compiled.rows(values)]

    def first(self, **values: Any) -> Any | None:
        """Return the first row as a model instance, or ``None``."""
        compiled = self._for_read()
        rows = compiled.rows(values)
        return compiled.instance_of(rows[0]) if rows else None

    def first_row(self, **values: Any) -> Sequence[Any] | None:
        """Return the first row as the database driver gives it, or ``None``; see :meth:`instance_of`."""
        rows = self._for_read().rows(values)
        return rows[0] if rows else None

    def instance_of(self, row: Sequence[Any]) -> Any:
        """Return a new model instance for a row of :meth:`first_row`."""
        return self._for_read().instance_of(row)

    def __iter__(self) -> Iterator[Any]:
        raise TypeError("Execute a CompiledQuery with all() or first().")

    def _for_read(self) -> _Compiled:
        using = alias_for_read()
        compiled = self._compiled.get(using)
        if compiled is None:
            with self._lock:
                compiled = self._compiled.setdefault(using, _Compiled(self._build(), using))
        return compiled
