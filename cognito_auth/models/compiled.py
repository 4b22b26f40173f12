"""Queries and inserts of hot paths, turned into SQL once per process instead of at each call.

Building an ORM query costs several times what the database needs to answer it by primary key. Here
the ORM still writes the SQL (so swapped models, table names and joins stay right), but only once::

    USER_BY_SUB = CompiledQuery(lambda: User.objects.filter(sub=Parameter("sub", UUIDField())))
    user = USER_BY_SUB.first(sub=sub)

Owns: the cache of compiled SQL, per database alias. Does not own any query: they live beside what
uses them.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression
from django.db.models.query import get_related_populators  # type: ignore[attr-defined]


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
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            rows = cursor.fetchall()
        return [self._instance(list(row), connection) for row in rows]

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


class CompiledInsert:
    """``INSERT`` of one row, without building it anew at each call.

    Sends ``pre_save`` and ``post_save`` like ``save``, since projects hang their own rows on them; it
    does not call an overridden ``save``, so it is for models of this app only.
    """

    def __init__(self, model: Callable[[], type[models.Model]]) -> None:
        self._model = model
        self._statements: dict[str, tuple[str, list[models.Field[Any, Any]], bool]] = {}

    def execute(self, instance: models.Model, *, skip_conflict: bool = False) -> bool:
        """Insert ``instance`` and fill in a generated primary key.

        Returns:
            Whether the row was inserted. With ``skip_conflict`` a row that breaks a unique constraint
            is not, and nothing is raised: no savepoint is needed to go on in the same transaction.
        """
        using = router.db_for_write(_routed_model())
        connection = connections[using]
        sender = type(instance)
        models.signals.pre_save.send(sender=sender, instance=instance, raw=False, using=using, update_fields=None)
        if using not in self._statements:
            self._statements[using] = self._build(connection)
        sql, fields, has_generated_key = self._statements[using]
        if skip_conflict:
            sql += " ON CONFLICT DO NOTHING"
        if has_generated_key:
            sql += f" RETURNING {connection.ops.quote_name(str(sender._meta.pk.column))}"
        params = [field.get_db_prep_save(field.pre_save(instance, add=True), connection) for field in fields]
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            row = cursor.fetchone() if has_generated_key else None
            if (row is None) if has_generated_key else (cursor.rowcount == 0):
                return False
        if row is not None:
            instance.pk = row[0]
        instance._state.adding = False
        instance._state.db = using
        models.signals.post_save.send(
            sender=sender, instance=instance, created=True, raw=False, using=using, update_fields=None
        )
        return True

    def _build(self, connection: BaseDatabaseWrapper) -> tuple[str, list["models.Field[Any, Any]"], bool]:
        meta = self._model()._meta
        has_generated_key = isinstance(meta.pk, models.AutoField)
        fields = [field for field in meta.concrete_fields if not (has_generated_key and field.primary_key)]
        quote = connection.ops.quote_name
        columns = ", ".join(quote(str(field.column)) for field in fields)
        placeholders = ", ".join(["%s"] * len(fields))
        sql = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ({placeholders})"  # noqa: S608  (names only)
        return sql, fields, has_generated_key
