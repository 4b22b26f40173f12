"""Encrypting secrets anew."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from cognito_auth import crypto
from cognito_auth.models import AccessKey, UserPoolClientSecret
from cognito_auth.services import reencryption
from tests.factories import AccessKeyFactory, UserPoolClientFactory

pytestmark = pytest.mark.django_db
NEW = "new-key-" + "1" * 32


def rotate(**options):
    out = StringIO()
    call_command("cognito_rotate_encryption_keys", stdout=out, **options)
    return out.getvalue()


def stored(model, field):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {field} FROM {model._meta.db_table} ORDER BY 1")
        return [value for (value,) in cursor.fetchall()]


@pytest.fixture
def new_key(settings):
    """Put a new key before those that there are."""

    def add(*, keep=True):
        old = settings.COGNITO_AUTH["ENCRYPTION_KEYS"]
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "ENCRYPTION_KEYS": [NEW, *(old if keep else ())]}

    return add


class TestColumns:
    def test_finds_every_secret(self):
        names = {str(column) for column in reencryption.columns()}

        assert {
            "cognito_auth.AccessKey.secret",
            "cognito_auth.SigningKey.private_key_pem",
            "cognito_auth.UserPoolClientSecret.value",
            "cognito_auth.SignInAttempt.state_json",
        } <= names


class TestCommand:
    def test_lets_the_old_key_be_thrown_away(self, new_key):
        AccessKeyFactory.create_batch(5, secret="s3cret")
        UserPoolClientFactory(secret="client-secret")
        new_key()

        report = rotate(batch=2)

        new_key(keep=False)
        assert {key.secret for key in AccessKey.objects.all()} == {"s3cret"}
        assert UserPoolClientSecret.objects.get().value == "client-secret"
        assert "cognito_auth.AccessKey.secret: 5 secrets, 5 encrypted anew, 0 unreadable" in report
        assert "cognito_auth.AccessKey.secret: 4 so far" in report

    def test_leaves_alone_what_is_done(self, new_key):
        AccessKeyFactory()
        new_key()
        rotate()
        before = stored(AccessKey, "secret")

        report = rotate()

        assert stored(AccessKey, "secret") == before
        assert "1 secrets, 0 encrypted anew" in report

    def test_reports_what_no_key_can_read_and_does_the_rest(self, new_key, settings):
        AccessKeyFactory(secret="lost")
        new_key(keep=False)
        AccessKeyFactory(secret="known")

        with pytest.raises(CommandError, match="1 secrets cannot be read"):
            rotate()

        assert sum(crypto.is_current(value) for value in stored(AccessKey, "secret")) == 1

    def test_does_not_overwrite_what_changed_meanwhile(self, new_key):
        key = AccessKeyFactory(secret="before")
        (old,) = stored(AccessKey, "secret")
        new_key()
        AccessKey.objects.update(secret="after")

        assert reencryption._reencrypt_row(reencryption.Column(AccessKey, "secret"), key.pk, old) is False
        assert AccessKey.objects.get().secret == "after"

    def test_can_be_stopped(self, monkeypatch):
        def stop(*args, **options):
            raise KeyboardInterrupt

        monkeypatch.setattr(reencryption, "reencrypt", stop)

        with pytest.raises(CommandError, match="Run the command again"):
            rotate()

    def test_refuses_empty_batches(self):
        with pytest.raises(CommandError, match="--batch"):
            rotate(batch=0)
