"""No encrypted column is forgotten when the encryption key is changed."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models
from django.utils import timezone

import cognito_auth
from cognito_auth import crypto
from cognito_auth.models.fields import EncryptedTextField
from cognito_auth.services import reencryption
from tests import identity_providers
from tests.factories import UserFactory, UserPoolClientFactory

NEW_KEY = "new-key-" + "2" * 32
# A token of Fernet begins with its version, 0x80, and a time of this century. It may stand within other text.
_CIPHERTEXT = re.compile(r"gAAAA[\w-]{60,}={0,2}", re.ASCII)
_PACKAGE = Path(cognito_auth.__file__).parent
# Who encrypts: the column type; a stand-in for a secret, which is kept in memory only; and a cookie, which the
# browser keeps for some minutes.
_ENCRYPTING = {"models/fields.py", "services/tokens/client_token.py", "web/cookies.py"}


def encrypts(field):
    """Tell whether a field, whatever its type, gives ciphertext to the database."""
    for sample in ("text", {"name": "text"}, ["text"], b"text"):
        try:
            stored = field.get_db_prep_save(sample, connection)
        except Exception:
            continue
        stored = bytes(stored).decode("latin-1") if isinstance(stored, (bytes, memoryview)) else str(stored)
        if _CIPHERTEXT.search(stored):
            return True
    return False


def encrypted_fields():
    """Return every field that encrypts, of every table, by trying it out."""
    return [
        field
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_concrete_fields
        if encrypts(field)
    ]


def make_row(model, known):
    """Make a row of a model: what it must have, and something in every encrypted column."""
    values = {}
    for field in model._meta.concrete_fields:
        if encrypts(field):
            values[field.name] = f"secret of {field.name}"
        elif field.null or field.auto_created or field.has_default():
            continue
        elif field.is_relation:
            values[field.name] = next(row for row in known if isinstance(row, field.related_model))
        elif isinstance(field, models.DateTimeField):
            values[field.name] = timezone.now()
        elif isinstance(field, models.JSONField):
            values[field.name] = {}
        else:
            values[field.name] = field.choices[0][0] if field.choices else "x"
    return model._base_manager.create(**values)


def ciphertexts():
    """Return all ciphertext in the database, in columns of every type: by table and column."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    text = bytes(value).decode("latin-1") if isinstance(value, (bytes, memoryview)) else str(value)
                    found.setdefault((table, name), []).extend(_CIPHERTEXT.findall(text))
    return {place: texts for place, texts in found.items() if texts}


def place_of(field):
    return field.model._meta.db_table, field.column


class TestColumns:
    def test_are_all_that_encrypt_whatever_their_type(self):
        listed = {(column.model._meta.db_table, column.field) for column in reencryption.columns()}

        encrypting = encrypted_fields()

        assert {place_of(field) for field in encrypting} == listed
        assert len(listed) >= 11

    def test_would_be_missed_by_a_type_of_another_kind(self):
        """The test above sees a column that encrypts without being of the known type."""

        class EncryptedJSON(models.JSONField):
            def get_db_prep_save(self, value, connection):
                return crypto.encrypt(str(value))

        assert encrypts(EncryptedJSON())
        assert encrypts(EncryptedTextField())
        assert not any(encrypts(kind()) for kind in (models.TextField, models.JSONField, models.BinaryField))

    def test_are_the_only_places_that_encrypt(self):
        """Ciphertext that other code put into a plain column would be left behind."""
        encrypting = set()
        for path in _PACKAGE.rglob("*.py"):
            name = str(path.relative_to(_PACKAGE))
            tree = ast.parse(path.read_text())
            for node in ast.walk(tree):
                imported = node.module if isinstance(node, ast.ImportFrom) else None
                if imported == "cognito_auth.crypto" or (imported or "").startswith("cryptography.fernet"):
                    encrypting.add(name)
                if isinstance(node, ast.Attribute) and node.attr == "encrypt":
                    encrypting.add(name)

        assert encrypting - {"crypto.py"} == _ENCRYPTING


@pytest.mark.django_db
class TestReencrypt:
    def test_leaves_no_ciphertext_of_the_old_key_anywhere(self, settings):
        client = UserPoolClientFactory()
        known = [client, client.pool, UserFactory(pool=client.pool), identity_providers.make(client.pool)]
        encrypting = encrypted_fields()
        for model in {field.model for field in encrypting}:
            make_row(model, known)
        before = ciphertexts()
        old = settings.COGNITO_AUTH["ENCRYPTION_KEYS"]
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "ENCRYPTION_KEYS": [NEW_KEY, *old]}
        assert not any(crypto.is_current(text) for texts in before.values() for text in texts)

        for column in reencryption.columns():
            for outcome in reencryption.reencrypt(column):
                assert outcome.unreadable == 0

        after = ciphertexts()
        assert set(before) == set(after) == {place_of(field) for field in encrypting}
        assert [place for place, texts in after.items() if not all(map(crypto.is_current, texts))] == []
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "ENCRYPTION_KEYS": [NEW_KEY]}
        for field in encrypting:
            stored = field.model._base_manager.values_list(field.name, flat=True)
            assert f"secret of {field.name}" in stored
