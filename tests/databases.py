"""Databases for tests: every test of the store runs on SQLite and on a real PostgreSQL.

A template is migrated once per session; a test gets a copy of it. Fixtures are re-exported by the
conftest of whoever wants them:

    from tests.databases import database, database_kind, database_url, postgres, templates
"""

import itertools
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from engine.domain.ids import uuid7
from engine.store import Database, embedded_postgres, open_database

KINDS = ("sqlite", "postgresql")
START = datetime(2026, 3, 2, 1, tzinfo=UTC)


@dataclass(slots=True)
class SettableClock:
    """Time that moves when a test says so."""

    instant: datetime = START

    def now(self) -> datetime:
        return self.instant

    def forward(self, **delta: float) -> datetime:
        self.instant += timedelta(**delta)
        return self.instant


@dataclass(slots=True)
class CountingIds:
    """Ids that come in the same order in every run."""

    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def new(self) -> str:
        number = next(self.numbers)
        return uuid7(int(START.timestamp() * 1000) + number, number.to_bytes(10, "big"))


class PostgresForTests:
    """One server for the session; databases made from a template."""

    def __init__(self, folder: Path) -> None:
        named = os.environ.get("CASELOOP_TEST_POSTGRESQL")
        self._server = None if named else embedded_postgres.start(folder, durable=False)
        self._named = named
        self._numbers = itertools.count(1)
        self._prefix = f"caseloop_{os.getpid()}"

    def url(self, name: str) -> str:
        if self._server is not None:
            return self._server.url(name)
        assert self._named is not None
        head, _, query = self._named.partition("?")
        return f"{head.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")

    def create(self, template: str | None = None) -> str:
        """A new database, empty or a copy; its name."""
        name = f"{self._prefix}_{next(self._numbers)}"
        copy = "" if template is None else f"TEMPLATE {template} STRATEGY FILE_COPY"
        self._run(f"CREATE DATABASE {name} {copy}")
        return name

    def drop(self, name: str) -> None:
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()

    def _run(self, sql: str) -> None:
        plain = self.url("postgres").replace("+psycopg", "")
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(sql.encode())


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresForTests]:
    """A PostgreSQL for this session, or the server that CASELOOP_TEST_POSTGRESQL names.

    Not below pytest's own folder: every start of pytest closes that to other users, and a server
    that was started by root runs as one.
    """
    with TemporaryDirectory(prefix="caseloop-test-postgres-") as folder:
        server = PostgresForTests(Path(folder) / "data")
        yield server
        server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = open_database(f"sqlite:///{path}", lease_clock=SettableClock(), ids=CountingIds())
    database.upgrade()
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: PostgresForTests) -> str:
    """A migrated PostgreSQL database, to be copied."""
    name = postgres.create()
    database = open_database(postgres.url(name), lease_clock=SettableClock(), ids=CountingIds())
    database.upgrade()
    database.close()
    return name


@pytest.fixture(
    params=[pytest.param(k, marks=pytest.mark.postgres if k == "postgresql" else ()) for k in KINDS]
)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Which database this run is about."""
    kind: str = request.param
    return kind


@pytest.fixture
def database_url(
    database_kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[str]:
    """The URL of a migrated database of this test's own."""
    if database_kind == "sqlite":
        path = tmp_path / "case.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: PostgresForTests = request.getfixturevalue("postgres")
    name = server.create(request.getfixturevalue("postgres_template"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def case_clock() -> SettableClock:
    """Case time."""
    return SettableClock()


@pytest.fixture
def lease_clock() -> SettableClock:
    """Lease time."""
    return SettableClock()


@pytest.fixture
def ids() -> CountingIds:
    """New identifiers, the same in every run."""
    return CountingIds()


@pytest.fixture
def database(
    database_url: str, case_clock: SettableClock, lease_clock: SettableClock, ids: CountingIds
) -> Iterator[Database]:
    """An open database with both clocks in the test's hand."""
    opened = open_database(database_url, clock=case_clock, lease_clock=lease_clock, ids=ids)
    yield opened
    opened.close()
