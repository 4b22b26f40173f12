"""Columns that the hot paths do not read.

Pools and clients have dozens of settings that matter only to who administers them or to messages. A
sign-in loads them without (``RARELY_READ``); the first use of one loads all of them.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models


class RarelyReadMixin(models.Model):
    """Loads deferred columns together, in one query instead of one each."""

    RARELY_READ: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    def refresh_from_db(
        self, using: str | None = None, fields: Iterable[str] | None = None, from_queryset: Any = None
    ) -> None:
        """Read values again; asked for one that was deferred, read all that were."""
        if fields is not None:
            deferred = self.get_deferred_fields()
            fields = list(fields)
            if deferred.issuperset(fields):
                fields = list(deferred)
        super().refresh_from_db(using=using, fields=fields, from_queryset=from_queryset)
