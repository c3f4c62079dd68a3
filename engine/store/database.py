"""Opening a database, and what is shared by all that use it: clocks, pools, the writer.

SQLite: one file, one process, one writing connection, reading connections that cannot write.
PostgreSQL: a pool for commands and one for reading. Neither survives a fork of the process.
"""

import os
import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from engine.domain.clock import Clock
from engine.domain.errors import SettingsError, StoreError
from engine.domain.ids import Ids
from engine.store.drivers.line import LinePool
from engine.store.drivers.postgresql import PostgresqlSession
from engine.store.drivers.session import Session
from engine.store.drivers.sqlite import SqliteWriter, connect
from engine.store.errors import border
from engine.store.lockfile import LockFile
from engine.store.migrations.run import upgrade
from engine.store.reader import Reader
from engine.store.statements import Compiled, DialectName, Statement
from engine.store.unit_of_work import UnitOfWork

_POOL_SIZE = 16
_POOL_OVERFLOW = 16
_POOL_WAIT_SECONDS = 30
_FIRST_SAFE_SQLITE = (3, 51, 3)

#: A stuck command must not hold a case for ever; a lost network must not hold a thread.
_SERVER_SETTINGS = (
    "-c lock_timeout=10s -c statement_timeout=60s -c idle_in_transaction_session_timeout=60s "
    "-c timezone=UTC"
)
#: Commands find rows by key. Statements planned on empty tables would scan them for ever after;
#: and what is prepared once need not be planned again for each value.
_COMMAND_SETTINGS = "-c enable_seqscan=off -c plan_cache_mode=force_generic_plan -c jit=off"
_CONNECT = {"connect_timeout": 10, "keepalives_idle": 30, "application_name": "caseloop"}


class Backend(Protocol):
    """What differs between the two databases."""

    def session(self) -> Session: ...

    def reader(self) -> Reader: ...

    def close(self) -> None: ...

    def abandon(self) -> None: ...


class Database:
    """An open database."""

    def __init__(
        self,
        url: URL,
        backend: Backend,
        *,
        clock: Clock | None,
        lease_clock: Clock | None,
        ids: Ids,
    ) -> None:
        self.url = url
        self.dialect: DialectName = "sqlite" if url.get_backend_name() == "sqlite" else "postgresql"
        self.clock = clock
        self.ids = ids
        self.lock: LockFile | None = getattr(backend, "lock", None)
        self._lease_clock = lease_clock
        self._backend = backend
        self._forked = False
        _OPEN.add(self)

    def unit_of_work(self) -> UnitOfWork:
        """A new transaction; use it as a context manager."""
        return UnitOfWork(self)

    def session(self) -> Session:
        """A raw transaction, for the store's own modules."""
        self._check()
        return self._backend.session()

    @contextmanager
    def reads(self) -> Iterator[Reader]:
        """A connection that cannot write, for the functions of `queries/`."""
        self._check()
        with border():
            reader = self._backend.reader()
            try:
                yield reader
            finally:
                reader.close()

    def upgrade(self, revision: str = "head") -> None:
        """Brings the tables to the newest revision."""
        self._check()
        with border():
            upgrade(self.url, revision)

    def case_now(self) -> datetime | None:
        """Case time, or None where the database's own clock gives it."""
        if self.clock is not None:
            return self.clock.now()
        return self.lease_now() if self.dialect == "sqlite" else None

    def lease_now(self) -> datetime | None:
        """Lease time, or None where the database's own clock gives it."""
        return None if self._lease_clock is None else self._lease_clock.now()

    def warnings(self) -> list[str]:
        """What an administrator should know about this database (for `health`)."""
        if self.dialect == "sqlite" and sqlite3.sqlite_version_info < _FIRST_SAFE_SQLITE:
            warning = f"SQLite {sqlite3.sqlite_version} may damage a database in rare checkpoints"
            return [f"{warning}; 3.51.3 or newer has the mend"]
        return []

    def close(self) -> None:
        """Closes every connection and gives the file's lock back."""
        if not self._forked:
            self._backend.close()
        _OPEN.discard(self)

    def abandon(self) -> None:
        """In a forked child: forget the connections without touching them."""
        self._forked = True
        self._backend.abandon()

    def _check(self) -> None:
        if self._forked:
            raise StoreError("the database was opened before a fork; open it in this process")


def open_database(
    url: str, *, clock: Clock | None = None, lease_clock: Clock | None, ids: Ids
) -> Database:
    """Opens `sqlite:///file.db` or `postgresql+psycopg://…`; it may have no tables yet.

    Case time is the given clock's, else the database's own on PostgreSQL and the lease clock's on
    SQLite. Lease time is the lease clock's; None means the database's own (PostgreSQL only).
    """
    try:
        parsed = make_url(url)
    except sa.exc.ArgumentError as exc:
        raise SettingsError(f"{url!r} is not a database URL; see the reference") from exc
    name = parsed.get_backend_name()
    backend: Backend
    if name == "sqlite":
        if lease_clock is None:
            raise SettingsError("SQLite has no clock of its own; give a lease clock")
        backend = SqliteBackend(_file_of(parsed))
    elif parsed.drivername in {"postgresql", "postgresql+psycopg"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
        backend = PostgresqlBackend(parsed)
    else:
        raise SettingsError(
            f"{parsed.drivername} is no database of ours; use sqlite:///FILE or "
            "postgresql+psycopg://USER@HOST/NAME"
        )
    return Database(parsed, backend, clock=clock, lease_clock=lease_clock, ids=ids)


def _file_of(url: URL) -> Path:
    if not url.database or url.database == ":memory:":
        raise SettingsError("SQLite needs a file: sqlite:///caseloop.db")
    return Path(url.database).absolute()


class SqliteBackend:
    """The writer, the readers and the lock of one file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.lock = LockFile(path)
        self._writer = SqliteWriter(path)
        self._compiled: dict[Statement, Compiled] = {}
        self._engine = sa.create_engine(
            "sqlite://",
            creator=lambda: connect(path, readonly=True),
            poolclass=sa.QueuePool,
            pool_size=_POOL_SIZE,
            max_overflow=_POOL_OVERFLOW,
            pool_timeout=_POOL_WAIT_SECONDS,
        ).execution_options(isolation_level="AUTOCOMMIT")

    def session(self) -> Session:
        return self._writer.session()

    def reader(self) -> Reader:
        return Reader(self._engine, "sqlite", self._compiled)

    def close(self) -> None:
        self._engine.dispose()
        self._writer.close()
        self.lock.release()

    def abandon(self) -> None:
        # Closing an inherited SQLite connection could checkpoint under the parent's feet.
        _NEVER_CLOSED.append((self._writer.abandon(), self._engine))
        self.lock.forget()


class PostgresqlBackend:
    """Two pools: commands (driven by libpq calls) and reading (read-only sessions)."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._compiled: dict[Statement, Compiled] = {}
        self._reading: dict[Statement, Compiled] = {}
        self._commands = self._new_pool()
        self._reads = sa.create_engine(
            url,
            connect_args=_arguments(url, "-c default_transaction_read_only=on"),
            isolation_level="AUTOCOMMIT",
            pool_size=_POOL_SIZE,
            max_overflow=_POOL_OVERFLOW,
            pool_timeout=_POOL_WAIT_SECONDS,
        )

    def session(self) -> Session:
        return PostgresqlSession(self._commands, self._compiled)

    def reader(self) -> Reader:
        return Reader(self._reads, "postgresql", self._reading)

    def close(self) -> None:
        self._commands.close()
        self._reads.dispose()

    def abandon(self) -> None:
        _NEVER_CLOSED.append((self._commands, self._reads))

    def _new_pool(self) -> LinePool:
        size = _POOL_SIZE + _POOL_OVERFLOW
        return LinePool(
            lambda: _connect_postgresql(self._url), size=size, wait_seconds=_POOL_WAIT_SECONDS
        )


def _arguments(url: URL, more: str = "") -> dict[str, Any]:
    options = " ".join(filter(None, (_SERVER_SETTINGS, more, str(url.query.get("options", "")))))
    return {**_CONNECT, "options": options}


def _connect_postgresql(url: URL) -> psycopg.Connection[Any]:
    plain = url.set(drivername="postgresql").difference_update_query(["options"])
    conninfo = plain.render_as_string(hide_password=False)
    return psycopg.connect(conninfo, autocommit=True, **_arguments(url, _COMMAND_SETTINGS))


_OPEN: "weakref.WeakSet[Database]" = weakref.WeakSet()
_NEVER_CLOSED: list[Any] = []


def _after_fork() -> None:
    for database in list(_OPEN):
        database.abandon()


os.register_at_fork(after_in_child=_after_fork)
