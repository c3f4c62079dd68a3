"""The one writer of a SQLite file: a connection, a lock, plain statements.

A unit of work holds the writer's lock from BEGIN IMMEDIATE to its end, so two commands never
meet inside the database and `database is locked` cannot happen within the process.
"""

import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from engine.domain.errors import StoreError, StoreUnavailableError
from engine.store.drivers.session import Call, Outcome
from engine.store.errors import from_sqlite
from engine.store.statements import Compiled, DialectName, Statement

_CACHED_STATEMENTS = 512
_BUSY_SECONDS = 10.0
_WRITER_WAIT_SECONDS = 30.0


def connect(path: Path, *, readonly: bool = False) -> sqlite3.Connection:
    """A connection with the settings that every connection of ours has."""
    connection = sqlite3.connect(
        path,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=_CACHED_STATEMENTS,
        timeout=_BUSY_SECONDS,
    )
    # No mmap: a page cache shared with the file system makes a torn write visible to readers.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "mmap_size=0"):
        connection.execute(f"PRAGMA {pragma}").close()
    if readonly:
        connection.execute("PRAGMA query_only=ON").close()
    return connection


class SqliteWriter:
    """Owns the writing connection of a file and lends it to one session at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._owner: int | None = None
        self._connection: sqlite3.Connection | None = None
        self.compiled: dict[Statement, Compiled] = {}

    def session(self) -> "SqliteSession":
        return SqliteSession(self)

    def acquire(self) -> sqlite3.Connection:
        me = threading.get_ident()
        if self._owner == me:
            raise StoreError("this thread has a unit of work open already; end it first")
        if not self._lock.acquire(timeout=_WRITER_WAIT_SECONDS):
            raise StoreUnavailableError("the writer of the database is busy")
        self._owner = me
        try:
            if self._connection is None:
                self._connection = connect(self._path)
        except sqlite3.Error as exc:
            self.release()
            raise from_sqlite(exc) from exc
        return self._connection

    def release(self) -> None:
        self._owner = None
        self._lock.release()

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def abandon(self) -> sqlite3.Connection | None:
        """In a forked child: hands the connection over unclosed, for its owner to keep for ever."""
        connection, self._connection = self._connection, None
        return connection


class SqliteSession:
    """One transaction of the writer."""

    dialect: DialectName = "sqlite"

    def __init__(self, writer: SqliteWriter) -> None:
        self._writer = writer
        self._connection: sqlite3.Connection | None = None

    def begin(self, calls: Sequence[Call] = ()) -> list[Outcome]:
        self._connection = self._writer.acquire()
        self._plain("BEGIN IMMEDIATE")
        return self.run(calls)

    def run(self, calls: Sequence[Call], *, commit: bool = False) -> list[Outcome]:
        outcomes = [self._call(call) for call in calls]
        if commit:
            self._plain("COMMIT")
            self._end()
        return outcomes

    def rollback(self) -> None:
        if self._connection is not None and self._connection.in_transaction:
            self._plain("ROLLBACK")
        self._end()

    def close(self) -> None:
        self.rollback()

    def _end(self) -> None:
        if self._connection is not None:
            self._connection = None
            self._writer.release()

    def _call(self, call: Call) -> Outcome:
        compiled = self._compiled(call.statement)
        assert self._connection is not None
        try:
            # Closed here and not when the frame goes: a statement that somebody's reference keeps
            # half read would refuse the commit.
            with closing(
                self._connection.execute(compiled.sql, compiled.encode(call.values))
            ) as cursor:
                if not compiled.decoders:
                    return Outcome([], cursor.rowcount)
                rows = [compiled.decode(row) for row in cursor]
        except sqlite3.Error as exc:
            raise from_sqlite(exc) from exc
        return Outcome(rows, len(rows))

    def _compiled(self, statement: Statement) -> Compiled:
        known = self._writer.compiled
        if statement not in known:
            known[statement] = statement.compile("sqlite")
        return known[statement]

    def _plain(self, sql: str) -> None:
        assert self._connection is not None
        try:
            self._connection.execute(sql).close()
        except sqlite3.Error as exc:
            raise from_sqlite(exc) from exc
