"""The uploaded file."""

import io

import pytest
from django.db import connection, connections
from django.utils import timezone

from cognito_auth.services.user_import import files, jobs
from tests.factories import UserPoolFactory

pytestmark = pytest.mark.django_db

CONTENT = bytes(range(256)) * 1000 * 12


class TestStore:
    def test_keeps_every_byte(self):
        job = jobs.create(UserPoolFactory(), "people", now=timezone.now())

        size = files.store(job, io.BytesIO(CONTENT), now=timezone.now())

        assert size == len(CONTENT)
        assert b"".join(files.read(job)) == CONTENT
        assert b"".join(files.read(job, from_byte=1_500_000)) == CONTENT[1_500_000:]

    @pytest.mark.skipif(connection.vendor != "postgresql", reason="only psycopg keeps statements")
    def test_leaves_no_pieces_in_the_statements_that_the_connection_keeps(self):
        job = jobs.create(UserPoolFactory(), "people", now=timezone.now())
        wrapper = connections["default"]
        driver = wrapper.connection
        before, driver.prepare_threshold = driver.prepare_threshold, 5
        wrapper.__dict__.pop("_cognito_auth_cursor", None)
        try:
            files.store(job, io.BytesIO(CONTENT), now=timezone.now())
            kept = [query for query, _types in [*driver._prepared._counts, *driver._prepared._names]]
        finally:
            driver.prepare_threshold = before
            wrapper.__dict__.pop("_cognito_auth_cursor", None)

        assert kept
        assert max(map(len, kept)) < 10_000
