"""Encrypting stored secrets anew with the newest key, so that older keys can be thrown away.

Every column of type ``EncryptedTextField`` of every installed app is gone through. What the newest
key has encrypted already is left alone, so a run that was stopped is finished by the next.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import F, TextField, Value
from django.db.models.functions import Cast

from cognito_auth import crypto
from cognito_auth.models.fields import EncryptedTextField

BATCH = 500


@dataclass(frozen=True, slots=True)
class Column:
    """A column of secrets."""

    model: type[models.Model]
    field: str

    def __str__(self) -> str:
        return f"{self.model._meta.label}.{self.field}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one batch; ``unreadable`` ones need a key that is not configured."""

    seen: int
    reencrypted: int
    unreadable: int


def columns() -> list[Column]:
    """Return every column of secrets, of concrete tables of all installed apps."""
    return [
        Column(model, field.name)
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.local_concrete_fields
        if isinstance(field, EncryptedTextField)
    ]


def reencrypt(column: Column, *, batch: int = BATCH) -> Iterator[Outcome]:
    """Go through one column and yield what became of each batch."""
    # As text, the field neither decrypts nor refuses to be compared.
    rows = column.model._base_manager.annotate(stored=Cast(F(column.field), TextField()))
    rows = rows.exclude(stored="").exclude(stored=None).order_by("pk")
    last: Any = None
    while True:
        page = rows if last is None else rows.filter(pk__gt=last)
        found = list(page.values_list("pk", "stored")[:batch])
        if not found:
            return
        outcomes = [_reencrypt_row(column, pk, stored) for pk, stored in found]
        yield Outcome(len(found), outcomes.count(True), outcomes.count(None))
        last = found[-1][0]


def _reencrypt_row(column: Column, pk: Any, stored: str) -> bool | None:
    """Return whether the row was written anew, or ``None`` if it cannot be read."""
    if crypto.is_current(stored):
        return False
    try:
        renewed = crypto.rotate(stored)
    except crypto.DecryptionError:
        return None
    # Only if nobody has written another secret meanwhile.
    same = column.model._base_manager.annotate(stored=Cast(F(column.field), TextField())).filter(pk=pk, stored=stored)
    return bool(same.update(**{column.field: Value(renewed, output_field=TextField())}))
