"""The journal refuses change, whoever asks: the database's own guard."""

import sqlite3

import psycopg
import pytest

from engine.store import Database
from engine.store.feed import read_page
from tests.databases import CountingIds
from tests.store.small_case import open_case

CHANGES = (
    "UPDATE entry SET body = body",
    "DELETE FROM entry",
    "TRUNCATE entry",
    "UPDATE feed SET position = position",
    "DELETE FROM feed",
    "TRUNCATE feed",
)


def run(database: Database, *statements: str) -> None:
    """Runs SQL beside the store, as an administrator with a shell would."""
    if database.dialect == "sqlite":
        beside = sqlite3.connect(str(database.url.database), isolation_level=None)
        try:
            for statement in statements:
                beside.execute(statement)
        finally:
            beside.close()
        return
    plain = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@pytest.mark.parametrize("change", CHANGES)
def test_journal_refuses(database: Database, ids: CountingIds, change: str) -> None:
    case_id = open_case(database, ids.new())
    before = read_page(database, after=0, limit=10)
    with pytest.raises((sqlite3.DatabaseError, psycopg.DatabaseError)):
        run(database, change)
    assert read_page(database, after=0, limit=10) == before
    assert before[0].stream == f"case:{case_id}"


def test_switched_replication_role_does_not_open_the_journal(
    database: Database, ids: CountingIds
) -> None:
    if database.dialect == "sqlite":
        return  # no such thing
    open_case(database, ids.new())
    with pytest.raises(psycopg.DatabaseError, match="append-only"):
        run(database, "SET session_replication_role = replica", "DELETE FROM entry")


def test_replacing_an_entry_is_refused_on_sqlite(database: Database, ids: CountingIds) -> None:
    if database.dialect != "sqlite":
        return  # no such statement
    open_case(database, ids.new())
    replace = (
        "INSERT OR REPLACE INTO entry (stream_id, seq, at, hash, body) "
        "SELECT stream_id, seq, at, hash, x'00' FROM entry"
    )
    with pytest.raises(sqlite3.DatabaseError):
        run(database, replace)
    [entry] = read_page(database, after=0, limit=10)
    assert entry.body != b"\x00"
