"""Connections that the server closed while they lay in the pool cost nobody a request."""

from collections.abc import Callable
from contextlib import ExitStack

import psycopg
import pytest
import sqlalchemy as sa

from engine.domain.errors import StoreUnavailableError
from engine.store import Database, Reader
from engine.store.queries.case import find_file
from engine.store.queries.cases import count_by_status

UNKNOWN = "00000000-0000-7000-8000-000000000001"
_POOLED = 3


def by_statement(reader: Reader) -> object:
    return find_file(reader, UNKNOWN)


def by_query(reader: Reader) -> object:
    return count_by_status(reader)


@pytest.fixture
def on_postgresql(database: Database, database_kind: str) -> Database:
    if database_kind == "sqlite":
        pytest.skip("a file is never away")
    return database


def fill_pool(database: Database) -> None:
    """Several reading connections, all of them used and given back."""
    with ExitStack() as stack:
        readers = [stack.enter_context(database.reads()) for _ in range(_POOLED)]
        for reader in readers:
            by_statement(reader)
            by_query(reader)


def close_all(database: Database) -> None:
    """What a restart does to the sessions of a database."""
    plain = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.mark.parametrize("read", [by_statement, by_query])
def test_reading_goes_on_when_the_server_closed_pooled_connections(
    on_postgresql: Database, read: Callable[[Reader], object]
) -> None:
    fill_pool(on_postgresql)
    close_all(on_postgresql)
    for _ in range(_POOLED):
        with on_postgresql.reads() as reader:
            assert not read(reader)


@pytest.mark.parametrize("read", [by_statement, by_query])
def test_reader_goes_on_when_its_connection_is_closed_between_two_questions(
    on_postgresql: Database, read: Callable[[Reader], object]
) -> None:
    fill_pool(on_postgresql)
    with on_postgresql.reads() as reader:
        assert not read(reader)
        close_all(on_postgresql)
        assert not read(reader)


def test_statement_survives_a_change_of_its_table(on_postgresql: Database) -> None:
    """PostgreSQL refuses a plan whose columns have changed; a new connection plans anew."""
    fill_pool(on_postgresql)
    change = "ALTER TABLE case_file ALTER COLUMN stage TYPE varchar(50)"
    plain = on_postgresql.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as other:
        other.execute(change)
    with on_postgresql.reads() as reader:
        assert by_statement(reader) is None


def test_database_that_stays_away_is_told_as_unavailable(on_postgresql: Database) -> None:
    """503 with a way out, not a fault of ours."""
    fill_pool(on_postgresql)
    plain = on_postgresql.url.set(drivername="postgresql", database="postgres")
    with psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True) as other:
        other.execute(f"DROP DATABASE {on_postgresql.url.database} WITH (FORCE)".encode())
    with pytest.raises(StoreUnavailableError) as refused, on_postgresql.reads() as reader:
        by_statement(reader)
    assert refused.value.retryable
    assert isinstance(refused.value.__cause__, sa.exc.SQLAlchemyError)
