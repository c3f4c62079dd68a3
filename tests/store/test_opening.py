"""Opening a database: one process per file, readers that cannot write, no way over a fork."""

import fcntl
import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from engine.domain.errors import (
    EngineError,
    SettingsError,
    StoreError,
    StoreUnavailableError,
)
from engine.store import Database, open_database
from engine.store.lockfile import LockFile, find_owner, lock_path
from engine.store.tables import case_counter
from tests.databases import CountingIds, PostgresForTests, SettableClock
from tests.store.small_case import advance, open_case

SECOND_PROCESS = """
import sys
from tests.databases import CountingIds, SettableClock
from engine.domain.errors import StoreUnavailableError
from engine.store import open_database
try:
    open_database(sys.argv[1], lease_clock=SettableClock(), ids=CountingIds())
except StoreUnavailableError as exc:
    print(exc.message)
    sys.exit(7)
"""


def open_file(path: Path) -> Database:
    return open_database(f"sqlite:///{path}", lease_clock=SettableClock(), ids=CountingIds())


def test_second_process_is_told_who_has_the_file(tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    database = open_file(path)
    assert database.lock is not None
    database.lock.announce("http://127.0.0.1:8080", "token")
    second = subprocess.run(
        [sys.executable, "-c", SECOND_PROCESS, f"sqlite:///{path}"],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    database.close()
    assert second.returncode == 7, second.stderr
    assert "the server at http://127.0.0.1:8080" in second.stdout


def test_file_is_free_after_closing(tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    open_file(path).close()
    assert find_owner(path) is None
    open_file(path).close()


def test_lock_file_is_the_owners_alone_and_names_him(tmp_path: Path) -> None:
    lock = LockFile(tmp_path / "case.db")
    lock.announce("http://127.0.0.1:1", "secret")
    path = lock_path(tmp_path / "case.db")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text()) == {
        "address": "http://127.0.0.1:1",
        "token": "secret",
        "pid": os.getpid(),
    }
    owner = find_owner(tmp_path / "case.db")
    lock.release()
    assert owner == ("http://127.0.0.1:1", "secret", os.getpid())


def test_lock_file_left_by_a_dead_process_means_nothing(tmp_path: Path) -> None:
    path = lock_path(tmp_path / "case.db")
    path.write_text('{"address": "http://127.0.0.1:1", "token": "t", "pid": 1}')
    assert find_owner(tmp_path / "case.db") is None
    open_file(tmp_path / "case.db").close()


def test_start_waits_for_somebody_who_only_looks(tmp_path: Path) -> None:
    """`find_owner` holds the lock for an instant; a start at that instant is not refused."""
    path = tmp_path / "case.db"
    open_file(path).close()
    looking, ended = threading.Event(), threading.Event()

    def look() -> None:
        handle = os.open(lock_path(path), os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_SH)
        looking.set()
        ended.wait(0.1)
        os.close(handle)

    looker = threading.Thread(target=look)
    looker.start()
    assert looking.wait(10)
    open_file(path).close()
    looker.join()


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://root@localhost/case",
        "postgresql+psycopg2://localhost/case",
        "case.db",
    ],
)
def test_url_of_no_database_of_ours_is_refused(url: str) -> None:
    with pytest.raises(SettingsError):
        open_database(url, lease_clock=SettableClock(), ids=CountingIds())


def test_sqlite_needs_a_lease_clock(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="clock"):
        open_database(f"sqlite:///{tmp_path}/a.db", lease_clock=None, ids=CountingIds())


def test_reader_cannot_write(database: Database) -> None:
    with database.reads() as reader:
        write = sa.insert(case_counter).values(district="n", day="d", taken=1)
        with pytest.raises(StoreError):
            reader.select(write)  # type: ignore[arg-type]  # what no query may be


def test_reader_sees_what_was_committed(database: Database, ids: CountingIds) -> None:
    with database.reads() as reader:
        assert reader.select(sa.select(case_counter)) == []
        with database.unit_of_work() as work:
            work.fact("number:north/2026-03-02", None)
            work.commit()
        assert reader.select(sa.select(case_counter.c.taken)) == [(1,)]


def test_database_does_not_survive_a_fork(database: Database, ids: CountingIds) -> None:
    case_id = open_case(database, ids.new())
    with database.reads() as reader:
        reader.select(sa.select(case_counter))
    child = os.fork()
    if child == 0:
        try:
            advance(database, case_id)
        except StoreError:
            os._exit(0)
        os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert advance(database, case_id) == 2


def test_old_sqlite_is_warned_about(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 40, 1))
    assert len(database.warnings()) == (1 if database.dialect == "sqlite" else 0)
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 51, 3))
    assert database.warnings() == []


@pytest.mark.postgres
def test_lost_connection_is_unavailable_and_the_next_command_works(
    postgres: PostgresForTests, postgres_template: str, ids: CountingIds
) -> None:
    name = postgres.create(postgres_template)
    database = open_database(postgres.url(name), lease_clock=SettableClock(), ids=ids)
    case_id = open_case(database, ids.new())
    plain = postgres.url("postgres").replace("+psycopg", "")
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    with (
        database.unit_of_work() as work,
        psycopg.connect(plain, autocommit=True) as beside,
    ):
        work.load(case_id)
        beside.execute(kill, [name])
        with pytest.raises(StoreUnavailableError):
            work.fact("unit:none", None)
    assert advance(database, case_id) == 2
    database.close()
    postgres.drop(name)


@pytest.mark.postgres
def test_idle_connection_that_died_is_replaced(
    postgres: PostgresForTests, postgres_template: str, ids: CountingIds
) -> None:
    """A restart of the server between two commands costs no command."""
    name = postgres.create(postgres_template)
    database = open_database(postgres.url(name), lease_clock=SettableClock(), ids=ids)
    case_id = open_case(database, ids.new())
    with psycopg.connect(
        postgres.url("postgres").replace("+psycopg", ""), autocommit=True
    ) as beside:
        kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        beside.execute(kill, [name])
    assert advance(database, case_id) == 2
    database.close()
    postgres.drop(name)


def test_server_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    database = open_database(
        f"postgresql+psycopg://postgres@/none?host={tmp_path}", lease_clock=None, ids=CountingIds()
    )
    with pytest.raises(StoreUnavailableError), database.unit_of_work() as work:
        work.load(None)
    with pytest.raises(StoreUnavailableError), database.reads() as reader:
        reader.select(sa.select(case_counter))
    database.close()


def test_missing_tables_are_a_store_error(tmp_path: Path) -> None:
    database = open_file(tmp_path / "empty.db")
    with pytest.raises(EngineError), database.unit_of_work() as work:
        work.load("00000000-0000-7000-8000-000000000000")
    database.close()
