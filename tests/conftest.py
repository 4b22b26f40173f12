"""Fixtures of all tests."""

import pytest
from django.core.cache import cache
from django.db import connection


@pytest.fixture(autouse=True)
def _empty_cache():
    """Counters of one test do not reach the next."""
    cache.clear()
    yield


def pytest_collection_modifyitems(items):
    """Skip what needs PostgreSQL, saying so, where the database is another."""
    if connection.vendor == "postgresql":
        return
    skip = pytest.mark.skip(reason="needs PostgreSQL: set DATABASE_URL=postgres://…")
    for item in items:
        if "postgresql" in item.keywords:
            item.add_marker(skip)
