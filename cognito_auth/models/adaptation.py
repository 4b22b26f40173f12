"""Values of columns as parameters of SQL, in the form that costs least to send.

A field's own ``get_db_prep_value`` is asked for nearly nothing by most columns, and psycopg turns
dates, UUIDs and JSON into text in Python, one class for each, but strings in C. So on PostgreSQL
these go as the text that they would become anyway.
"""

import datetime
import json
from collections.abc import Callable
from typing import Any

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

Adapt = Callable[[Any], Any]

# Types whose values PostgreSQL's driver takes as they are, and those that it is given as text.
_PLAIN = (
    models.BooleanField,
    models.CharField,
    models.ForeignKey,
    models.IntegerField,
    models.TextField,
)
_AS_TEXT: tuple[tuple["type[models.Field[Any, Any]]", Adapt], ...] = (
    (models.DateTimeField, datetime.datetime.isoformat),
    (models.UUIDField, str),
)
_HOOKS = ("pre_save", "get_prep_value", "get_db_prep_value", "get_db_prep_save")


def takes_literals(connection: BaseDatabaseWrapper) -> bool:
    """Tell whether parameters become literals in the text of a query, so that it may hold several statements."""
    return connection.vendor == "postgresql" and not getattr(connection.features, "uses_server_side_binding", False)


def adaptation_of(field: "models.Field[Any, Any]", connection: BaseDatabaseWrapper) -> Adapt | None:
    """Return what makes a value of ``field`` into a parameter, or ``None`` if it goes as it is."""
    if takes_literals(connection):
        if any(_is_as(field, plain) for plain in _PLAIN):
            return None
        for kind, as_text in _AS_TEXT:
            if _is_as(field, kind):
                return _unless_none(as_text)
        if type(field) is models.JSONField and field.encoder is None:
            return _unless_none(json.dumps)
    alias = connection.alias
    return lambda value: field.get_db_prep_save(value, connections[alias])


def _unless_none(adapt: Adapt) -> Adapt:
    return lambda value: None if value is None else adapt(value)


def _is_as(field: "models.Field[Any, Any]", plain: "type[models.Field[Any, Any]]") -> bool:
    """Tell whether a field is a ``plain`` one that keeps its hooks and makes no value of its own."""
    if not isinstance(field, plain) or getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return False
    return all(getattr(type(field), hook) is getattr(plain, hook) for hook in _HOOKS)
