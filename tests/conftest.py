"""Fixtures of all tests."""

import pytest
from django.core.cache import cache
from django.db import connection

from cognito_auth.operations import dispatch
from tests import aws
from tests.contract import conformity


@pytest.fixture(autouse=True)
def _empty_cache():
    """Counters of one test do not reach the next."""
    cache.clear()


@pytest.fixture(autouse=True)
def _only_what_the_service_model_declares(monkeypatch):
    """Every call of every test raises declared errors and answers in its declared shape."""
    monkeypatch.setattr(dispatch, "execute", conformity.execute)
    conformity.take_violations()
    yield
    assert conformity.take_violations() == []


def pytest_collection_modifyitems(items):
    """Skip what needs PostgreSQL, saying so, where the database is another."""
    if connection.vendor == "postgresql":
        return
    skip = pytest.mark.skip(reason="needs PostgreSQL: set DATABASE_URL=postgres://…")
    for item in items:
        if "postgresql" in item.keywords:
            item.add_marker(skip)


@pytest.fixture
def cognito(db):
    """The in-process client: boto3's methods without HTTP."""
    import cognito_auth

    return cognito_auth.client(region_name="eu-west-1")


@pytest.fixture(scope="session")
def _boto3_over_django():
    """A real boto3 client whose requests go to Django's test client; made once, since that is slow."""
    return aws.client()


@pytest.fixture
def boto3_client(db, _boto3_over_django):
    """A real boto3 client, signing with an access key that may do everything."""
    from tests.factories import AccessKeyFactory

    AccessKeyFactory(id=aws.ACCESS_KEY_ID, secret=aws.SECRET_ACCESS_KEY, name="tests")
    return _boto3_over_django
