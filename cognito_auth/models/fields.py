"""Column types of this app."""

from typing import Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from cognito_auth import crypto


class KeyField(models.CharField):  # type: ignore[type-arg]  # django-stubs: generic in stubs only
    """Text compared and sorted by its code points, whatever the database's locale.

    PostgreSQL gets ``COLLATE "C"``, so that one ordinary index serves equality, order and prefix
    ranges (SQLite's default already compares so).
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        """Name the "C" collation on PostgreSQL."""
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text encrypted at rest with the keys of ``COGNITO_AUTH["ENCRYPTION_KEYS"]``.

    In Python it is plain text, in the database a Fernet token. It cannot be searched: two equal
    texts have different tokens, so every lookup but ``isnull`` is refused.
    """

    def from_db_value(self, value: str | None, *args: Any) -> str | None:
        """Decrypt what the database holds."""
        return value if value is None or value == "" else crypto.decrypt(value)

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt what goes to the database."""
        value = super().get_prep_value(value)
        return value if value is None or value == "" else crypto.encrypt(value)

    def get_lookup(self, lookup_name: str) -> Any:
        """Refuse to search in encrypted text."""
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted and cannot be searched.")
        return super().get_lookup(lookup_name)
