"""Databases with the sample city for crash runs: a file, or a PostgreSQL that keeps running."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from engine.store import embedded_postgres, open_database
from tests.databases import CountingIds, SettableClock
from tests.installations import load_city

DATABASES = ("sqlite", "postgresql")


@contextmanager
def target(database: str, folder: Path) -> Iterator[str]:
    """The URL of a new database of this kind with the sample city in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if database == "sqlite":
        url = f"sqlite:///{folder / 'caseloop.db'}"
        prepare(url)
        yield url
        return
    server = embedded_postgres.start(folder / "server")
    try:
        with psycopg.connect(server.url().replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("CREATE DATABASE crash")
        url = server.url("crash")
        prepare(url)
        yield url
    finally:
        server.stop()


def prepare(url: str) -> None:
    """Makes the tables and loads the city."""
    clock = SettableClock()
    database = open_database(url, clock=clock, lease_clock=clock, ids=CountingIds())
    database.upgrade()
    load_city(database)
    database.close()
