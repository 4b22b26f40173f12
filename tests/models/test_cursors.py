"""models.cursors: the cursors that hot paths share, and prepared statements where the project allows them."""

import datetime

import pytest
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import UUIDField
from django.utils import timezone

from cognito_auth.models import User
from cognito_auth.models.compiled import CompiledQuery, Parameter
from cognito_auth.models.cursors import cursor_of
from cognito_auth.models.statements import Statement, execute_at_once, execute_together
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="needs PostgreSQL")

_BY_SUB = CompiledQuery(lambda: User.objects.filter(sub=Parameter("sub", UUIDField())))


@pytest.fixture
def prepares(monkeypatch):
    """Allow prepared statements, as ``OPTIONS = {"prepare_threshold": 0}`` does."""
    connection.ensure_connection()
    monkeypatch.setattr(connection.connection, "prepare_threshold", 0)
    _forget_cursors()
    yield
    _forget_cursors()


def _forget_cursors():
    for name in ("_cognito_auth_cursor", "_cognito_auth_plain_cursor"):
        # "connection" is a proxy.
        connections[DEFAULT_DB_ALIAS].__dict__.pop(name, None)


def _prepared():
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [row[0] for row in cursor.fetchall()]


class TestCursorOf:
    def test_reads_dates_as_the_orm_does(self):
        user = UserFactory(password_set_at=timezone.now())

        found = _BY_SUB.first(sub=user.sub)

        assert found.password_set_at == User.objects.get(pk=user.pk).password_set_at
        assert found.password_set_at.utcoffset() == datetime.timedelta(0)

    def test_is_made_anew_for_a_new_connection(self):
        default = connections[DEFAULT_DB_ALIAS]
        before = cursor_of(default).cursor
        assert cursor_of(default).cursor is before

        default.__dict__["_cognito_auth_cursor"] = type("Other", (), {"connection": None})()

        assert cursor_of(default).cursor is not before

    @on_postgresql
    def test_prepares_only_if_the_project_allows_it(self, monkeypatch):
        monkeypatch.setattr(connection.connection, "prepare_threshold", None)
        _forget_cursors()
        before = _prepared()

        _BY_SUB.first(sub=UserFactory().sub)

        assert _prepared() == before

    @on_postgresql
    def test_prepares_what_is_read(self, prepares):
        user = UserFactory()

        assert _BY_SUB.first(sub=user.sub) == user

        assert any('"sub" = ($1)' in statement for statement in _prepared())


@on_postgresql
def test_shows_in_a_log_what_was_executed(prepares, django_assert_num_queries):
    user = UserFactory()

    with django_assert_num_queries(1) as captured:
        _BY_SUB.first(sub=user.sub)

    assert user.sub.hex in captured[0]["sql"].replace("-", "")


@on_postgresql
@pytest.mark.parametrize("count", [1, 2])
def test_counts_what_each_statement_wrote(prepares, count):
    users = UserFactory.create_batch(count)
    others = Statement("UPDATE cognito_auth_user SET nickname = %s WHERE id = ANY(%s)", ["Jo", [u.pk for u in users]])
    nobody = Statement("DELETE FROM cognito_auth_attemptcounter WHERE key = %s", ["none"])

    assert execute_at_once([others, nobody]) == [count, 0]
    assert [outcome.rowcount for outcome in execute_together([others, nobody])] == [count, 0]
