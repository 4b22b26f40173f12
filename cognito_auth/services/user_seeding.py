"""Filling a pool with made-up people, fast, to try it at the size it will have.

Everybody is confirmed, with a verified e-mail address, and has the same password. They are called
``seeded-000000001`` and so on (in pools without usernames, that is in the address only). No signal
is sent and no message.
"""

import datetime
import json
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import connections, models, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Value

from cognito_auth import names
from cognito_auth.choices import UserStatus
from cognito_auth.models import AbstractCognitoUser, UserAlias, UserPool
from cognito_auth.services import user_names

PREFIX = "seeded-"
BATCH = 10_000
_DOMAIN = "@example.com"
_GIVEN_NAMES = ("Ana", "Ben", "Chloé", "David", "Eva", "Farid", "Gita", "Hugo", "Ines", "Jörg")
# Columns that differ from person to person; in this order they come first in each row.
_VARYING = ("username", "username_key", "sub", "email", "email_key", "phone_number", "given_name", "family_name")


def seeded(pool: UserPool) -> int:
    """Return how many people of ``pool`` were made here: the number in the last one's address."""
    last = (
        get_user_model()
        ._default_manager.filter(pool=pool, email_key__gte=PREFIX, email_key__lt=names.after_prefix(PREFIX))
        .exclude(email_key="")
        .order_by("-email_key")
        .values_list("email_key", flat=True)
        .first()
    )
    return int(last.removeprefix(PREFIX).removesuffix(_DOMAIN)) if last else 0


def seed(
    pool: UserPool, count: int, *, password: str | None = None, batch: int = BATCH, now: datetime.datetime
) -> Iterator[int]:
    """Make people until there are ``count`` of them, and yield the number after each batch.

    Each batch is whole or not there, so a run that was stopped is finished by the next. Without
    ``password`` nobody can sign in.
    """
    template = _template(pool, password, now=now)
    done = seeded(pool)
    while done < count:
        numbers = range(done + 1, min(done + batch, count) + 1)
        _insert(template, numbers)
        done = numbers[-1]
        yield done


def _template(pool: UserPool, password: str | None, *, now: datetime.datetime) -> AbstractCognitoUser:
    """Return the unsaved person whose other columns everybody gets."""
    user: AbstractCognitoUser = get_user_model()(
        pool=pool,
        status=UserStatus.CONFIRMED,
        password=make_password(password),
        password_set_at=now,
        created_at=now,
        last_modified_at=now,
        email_verified=True,
    )
    if "phone_number" in (*pool.username_attributes, *pool.alias_attributes):
        user.phone_number = "+"
        user.phone_number_verified = True
    return user


def _varying(template: AbstractCognitoUser, number: int) -> tuple[str, ...]:
    """Return the values of the columns ``_VARYING`` of one person."""
    sub = str(uuid.uuid4())
    name = f"{PREFIX}{number:09}"
    username = sub if template.pool.has_username_attributes else name
    email = f"{name}{_DOMAIN}"
    phone_number = f"+999{number:09}" if template.phone_number else ""
    given_name = _GIVEN_NAMES[number % len(_GIVEN_NAMES)]
    return username, username, sub, email, email, phone_number, given_name, f"Family{number % 1000:03}"


def _insert(template: AbstractCognitoUser, numbers: range) -> None:
    connection = connections[router.db_for_write(type(template))]
    with transaction.atomic(using=connection.alias):
        if connection.vendor == "postgresql":
            _copy(connection, template, numbers)
        else:
            _insert_rows(connection, template, numbers)
        _insert_aliases(template, numbers)


def _constant_fields(template: AbstractCognitoUser) -> "list[models.Field[Any, Any]]":
    fields = template._meta.concrete_fields
    return [field for field in fields if not field.primary_key and field.name not in _VARYING]


def _columns(template: AbstractCognitoUser, connection: BaseDatabaseWrapper) -> str:
    constant = [str(field.column) for field in _constant_fields(template)]
    return ", ".join(map(connection.ops.quote_name, (*_VARYING, *constant)))


def _copy(connection: BaseDatabaseWrapper, template: AbstractCognitoUser, numbers: range) -> None:
    """Insert by PostgreSQL's COPY, the fastest way in; the rows are written as text."""
    constant = "\t".join(_copy_text(template, field) for field in _constant_fields(template))
    table = connection.ops.quote_name(template._meta.db_table)
    with connection.cursor() as cursor:
        statement = f"COPY {table} ({_columns(template, connection)}) FROM STDIN"
        with cursor.copy(statement) as copy:
            for number in numbers:
                copy.write("\t".join((*_varying(template, number), constant)) + "\n")


def _copy_text(template: AbstractCognitoUser, field: "models.Field[Any, Any]") -> str:
    r"""Return a value in COPY's text format: ``\N`` is NULL, backslash and line characters are escaped."""
    value = getattr(template, field.attname)
    if value is None:
        return r"\N"
    text = json.dumps(value) if isinstance(field, models.JSONField) else field.value_to_string(template)
    return text.replace("\\", r"\\").replace("\t", r"\t").replace("\n", r"\n").replace("\r", r"\r")


def _insert_rows(connection: BaseDatabaseWrapper, template: AbstractCognitoUser, numbers: range) -> None:
    constant = [
        field.get_db_prep_save(getattr(template, field.attname), connection) for field in _constant_fields(template)
    ]
    sub = template._meta.get_field("sub")
    table = connection.ops.quote_name(template._meta.db_table)
    placeholders = ", ".join(["%s"] * (len(_VARYING) + len(constant)))
    rows = []
    for number in numbers:
        varying: list[Any] = list(_varying(template, number))
        varying[2] = sub.get_db_prep_save(uuid.UUID(varying[2]), connection)
        rows.append([*varying, *constant])
    with connection.cursor() as cursor:
        sql = f"INSERT INTO {table} ({_columns(template, connection)}) VALUES ({placeholders})"  # noqa: S608
        cursor.executemany(sql, rows)


def _insert_aliases(template: AbstractCognitoUser, numbers: range) -> None:
    """Insert the sign-in names of a batch, which are the same kinds for everybody."""
    for name, column in _alias_columns(template).items():
        users = type(template)._default_manager.filter(
            pool=template.pool,
            email_key__gte=f"{PREFIX}{numbers[0]:09}{_DOMAIN}",
            email_key__lte=f"{PREFIX}{numbers[-1]:09}{_DOMAIN}",
        )
        rows = users.values_list("pool_id", "pk", Value(name), F(column))
        _insert_from(rows, ("pool_id", "user_id", "name", "value_key"))


def _alias_columns(template: AbstractCognitoUser) -> dict[str, str]:
    """Return the kinds of sign-in names that people of this pool have, and which column has the key."""
    columns = {"email": "email_key", "phone_number": "phone_number", "username": "username_key"}
    sample = type(template)(pool=template.pool)
    for field, value in zip(_VARYING, _varying(template, 1), strict=True):
        setattr(sample, field, value)
    sample.email_verified, sample.phone_number_verified = template.email_verified, template.phone_number_verified
    return {name: columns[name] for name in user_names.aliases_of(sample)}


def _insert_from(rows: "models.QuerySet[Any, Any]", columns: Sequence[str]) -> None:
    """Insert what a query returns, without taking it through Python."""
    connection = connections[router.db_for_write(UserAlias)]
    quote = connection.ops.quote_name
    sql, params = rows.query.get_compiler(connection.alias).as_sql()
    table = quote(UserAlias._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({', '.join(map(quote, columns))}) {sql}", params)
