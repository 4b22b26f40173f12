"""Telling PostgreSQL's planner of rows that came fast."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from cognito_auth.services import planner_statistics
from tests.factories import UserFactory, UserPoolFactory

pytestmark = pytest.mark.django_db


def known():
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [get_user_model()._meta.db_table])
        return cursor.fetchone()[0]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has them")
class TestAnalyzeIfOutgrown:
    def test_tells_of_rows_that_the_planner_does_not_know(self):
        UserFactory.create_batch(10, pool=UserPoolFactory())

        planner_statistics.analyze_if_outgrown(10_000_000)

        assert known() >= 10

    def test_leaves_a_table_alone_that_was_large_before(self):
        pool = UserPoolFactory()
        UserFactory.create_batch(10, pool=pool)
        planner_statistics.analyze()
        before = known()
        UserFactory.create_batch(5, pool=pool)

        planner_statistics.analyze_if_outgrown(5)

        assert known() == before


@pytest.mark.skipif(connection.vendor == "postgresql", reason="PostgreSQL has them")
class TestElsewhere:
    def test_there_is_nothing_to_tell(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            planner_statistics.analyze()
            planner_statistics.analyze_if_outgrown(10_000)
