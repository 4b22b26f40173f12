"""Fresh PostgreSQL databases for benchmarks."""

import contextlib
import os
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg


def server_url() -> str:
    """Return the server's URL: ``BENCHMARK_DATABASE_URL``, by default the local one."""
    return os.environ.get("BENCHMARK_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")


@contextlib.contextmanager
def fresh(name: str) -> Iterator[str]:
    """Make an empty database, give its URL, and drop it at the end."""
    recreate(name)
    try:
        yield url_of(name)
    finally:
        drop(name)


def url_of(name: str) -> str:
    """Return the URL of a database of the server."""
    parts = urlsplit(server_url())
    return urlunsplit(parts._replace(path=f"/{name}"))


def recreate(name: str) -> None:
    """Drop the database if it is there and make an empty one."""
    drop(name)
    with psycopg.connect(server_url(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')


def drop(name: str) -> None:
    """Drop the database if it is there."""
    with psycopg.connect(server_url(), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def analyze(name: str) -> None:
    """Let the planner know the data."""
    with psycopg.connect(url_of(name), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
